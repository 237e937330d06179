//! Figures over time as columns of a chart and rows of a table.

use jiff::civil::Date;

use super::address::address;
use super::asked::Asked;
use super::format::Format;
use super::words::Words;
use crate::report::{Decimal, FigureState, Measures, PeriodRow, Range, Unit};

/// Up to so many days are shown day by day: three daily lines over years are noise.
const DAYS_BY_DAY: u32 = 92;
/// Up to so many days, a year and a half, are shown by week.
const DAYS_BY_WEEK: u32 = 550;

/// Share of open orders from which on a period counts as unripe, in hundredths of a percent.
const UNRIPE: i128 = 1_000;

/// How long the periods of a range are.
pub fn unit_of(range: &Range) -> Unit {
    match range.days() {
        days if days <= DAYS_BY_DAY => Unit::Day,
        days if days <= DAYS_BY_WEEK => Unit::Week,
        _ => Unit::Month,
    }
}

/// Whether so many orders are open that revenue and cancellation rate will still move.
pub fn is_unripe(measures: &Measures) -> bool {
    measures
        .pending_share
        .is_some_and(|share| share.hundredths() > UNRIPE)
}

/// The share of open orders in words.
pub fn share_open(format: Format, measures: &Measures) -> Option<String> {
    let share = measures.pending_share?;
    i64::try_from(share.hundredths())
        .ok()
        .map(|share| format.share(share))
}

/// What periods are called.
pub fn unit_name(words: &'static Words, unit: Unit) -> &'static str {
    match unit {
        Unit::Day | Unit::Range => words.date,
        Unit::Week => words.week,
        Unit::Month => words.month,
    }
}

/// How often, in a title.
pub fn per_unit(words: &'static Words, unit: Unit) -> &'static str {
    match unit {
        Unit::Day | Unit::Range => words.per_day,
        Unit::Week => words.per_week,
        Unit::Month => words.per_month,
    }
}

/// A period on an axis.
pub fn axis_label(format: Format, unit: Unit, start: Date) -> String {
    match unit {
        Unit::Day | Unit::Range | Unit::Week => format.short_date(start),
        Unit::Month => format.short_month(start),
    }
}

/// A period in a table or a tip.
pub fn label(format: Format, unit: Unit, start: Date) -> String {
    match unit {
        Unit::Day | Unit::Range => format.weekday_date(start),
        Unit::Week => format.week(start),
        Unit::Month => format.month(start),
    }
}

/// The page that shows more of a period.
pub fn href(asked: &Asked, unit: Unit, row: &PeriodRow) -> String {
    match unit {
        Unit::Day => day_href(asked, row.start),
        _ => match Range::new(row.start, row.end.min(asked.view.today)) {
            Ok(range) => asked.view.about(range).href("/", &[]),
            Err(_) => asked.view.href("/", &[]),
        },
    }
}

/// The page of a business day, with the filter that is set.
pub fn day_href(asked: &Asked, day: Date) -> String {
    address(&format!("/day/{day}"), &asked.view.filter_pairs())
}

/// The days of a row.
pub fn days(row: &PeriodRow) -> Range {
    Range::new(row.start, row.end).unwrap_or_else(|_| Range::day(row.start))
}

/// The greatest of some values, for a scale.
pub fn greatest(values: impl Iterator<Item = Decimal>) -> f64 {
    values.map(super::figure::height).fold(0.0, f64::max)
}

/// A badge for the state of a figure.
#[derive(Debug, Clone, Copy)]
pub struct StateBadge {
    /// The word.
    pub name: &'static str,
    /// What it means.
    pub hint: &'static str,
    /// A class of the style sheet.
    pub class: &'static str,
}

/// The badge of a state.
pub fn badge(words: &'static Words, state: FigureState) -> StateBadge {
    let (name, hint, class) = match state {
        FigureState::Live => (words.live, words.live_hint, "live"),
        FigureState::Provisional => (words.provisional, words.provisional_hint, "provisional"),
        FigureState::Final => (words.final_state, words.final_hint, "final"),
        FigureState::ChangedAfterFinal => {
            (words.changed_after_final, words.changed_hint, "changed")
        }
    };
    StateBadge { name, hint, class }
}
