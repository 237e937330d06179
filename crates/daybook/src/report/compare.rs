//! A range beside an earlier one.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Time;
use serde::Serialize;
use tokio_postgres::types::Type;
use utoipa::ToSchema;

use super::decimal::Decimal;
use super::error::ReportError;
use super::filter::{Filter, Scope};
use super::measures::{Measure, Measures};
use super::range::Range;
use super::reader::Reader;

/// What a range is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CompareMode {
    /// As many days, right before.
    PreviousPeriod,
    /// The same days 364 days ago, so that weekdays match.
    PreviousYear,
    /// As few weeks earlier as keeps the two apart, so that weekdays match.
    SameWeekday,
}

impl CompareMode {
    /// All of them.
    pub const ALL: &[Self] = &[Self::PreviousPeriod, Self::PreviousYear, Self::SameWeekday];

    /// The word in URLs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PreviousPeriod => "previous_period",
            Self::PreviousYear => "previous_year",
            Self::SameWeekday => "same_weekday",
        }
    }

    /// The range that a range is compared with.
    pub fn base(self, range: &Range) -> Range {
        range.earlier(match self {
            Self::PreviousPeriod => range.days(),
            Self::PreviousYear => 364,
            Self::SameWeekday => range.days().next_multiple_of(7),
        })
    }
}

impl fmt::Display for CompareMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for CompareMode {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        let mut known = Self::ALL.iter().copied();
        known.find(|mode| mode.as_str() == word).ok_or(())
    }
}

/// A figure of the earlier range, and how the later one differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// Which figure.
    pub measure: Measure,
    /// What it was; `None` where there was none.
    pub value: Option<Decimal>,
    /// The later figure less this one: orders, money, or percentage points. `None` when this one is zero or missing, or the
    /// later one is missing; a rate of zero can be compared with.
    pub change: Option<Decimal>,
    /// The same in percent of this one. `None` for rates, and without a change.
    pub change_percent: Option<Decimal>,
}

impl Change {
    /// Compares a figure with what it was.
    fn between(measure: Measure, now: Option<Decimal>, before: Option<Decimal>) -> Self {
        let base = before.filter(|base| measure.is_rate() || base.hundredths() != 0);
        let change = now
            .zip(base)
            .map(|(now, base)| Decimal::from_hundredths(now.hundredths() - base.hundredths()));
        Self {
            measure,
            value: before,
            change,
            change_percent: change
                .zip(base)
                .filter(|_| !measure.is_rate())
                .and_then(|(change, base)| percent_of(change, base)),
        }
    }
}

/// A part in percent of a positive whole, rounded half away from zero as PostgreSQL does.
fn percent_of(part: Decimal, whole: Decimal) -> Option<Decimal> {
    let whole = whole.hundredths();
    let scaled = part.hundredths().checked_mul(10_000)?;
    if whole <= 0 {
        return None;
    }
    let half = (whole / 2).checked_mul(scaled.signum())?;
    // For an odd whole the half is rounded down, which no exact quotient can lie on.
    Some(Decimal::from_hundredths(scaled.checked_add(half)? / whole))
}

/// A range beside an earlier one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// How the earlier range was chosen.
    pub mode: CompareMode,
    /// The earlier range.
    pub base: Range,
    /// Time of day in the business zone at which the last day of both was cut, because the later one ends today. Only orders
    /// and GMV are compared then: the statuses of the earlier orders have moved on since.
    pub until: Option<Time>,
    /// Each figure that can be compared.
    pub changes: Vec<Change>,
}

impl Comparison {
    /// How a figure changed.
    pub fn get(&self, measure: Measure) -> Option<&Change> {
        self.changes.iter().find(|change| change.measure == measure)
    }
}

impl Reader<'_> {
    /// Compares a range with an earlier one. A range that ends today, or later, is compared up to the present time of day.
    ///
    /// # Errors
    /// PostgreSQL refuses, or figures per shop are asked for and not kept.
    pub async fn compare(
        &self,
        range: &Range,
        filter: &Filter,
        mode: CompareMode,
    ) -> Result<Comparison, ReportError> {
        if range.contains(self.today()) {
            return self.compare_until_now(range, filter, mode).await;
        }
        let base = mode.base(range);
        let measures = |row: Option<super::PeriodRow>| row.map(|row| row.measures);
        let now = measures(self.totals(range, filter).await?).unwrap_or_default();
        let before = measures(self.totals(&base, filter).await?).unwrap_or_default();
        Ok(Comparison {
            mode,
            base,
            until: None,
            changes: Measure::ALL
                .iter()
                .map(|measure| Change::between(*measure, now.get(*measure), before.get(*measure)))
                .collect(),
        })
    }

    async fn compare_until_now(
        &self,
        range: &Range,
        filter: &Filter,
        mode: CompareMode,
    ) -> Result<Comparison, ReportError> {
        if filter.shop.is_some() {
            self.require_grain("shop").await?;
        }
        let failed = ReportError::statement("compare with earlier days");
        // A range that goes on after today ends today, for there is nothing to compare after it.
        let range = Range::of_at_most(range.from(), self.today(), u32::MAX)
            .expect("a range that contains today does not begin after it");
        let base = mode.base(&range);
        // Whole seconds, so that answers of one second are alike.
        let now = self.civil().time();
        let until = Time::constant(now.hour(), now.minute(), now.second(), 0);
        let (base_from, base_to) = (base.from(), base.to());
        let rows = self
            .transaction
            .query_typed(
                include_str!("cut.sql"),
                &Scope::new(&range, filter).with(&[
                    (&base_from, Type::DATE),
                    (&base_to, Type::DATE),
                    (&until, Type::TIME),
                ]),
            )
            .await
            .map_err(&failed)?;
        let figures = |row: &tokio_postgres::Row| -> Result<Measures, tokio_postgres::Error> {
            Ok(Measures {
                total_orders: row.try_get("total_orders")?,
                gross_merchandise_value: row.try_get("gross_merchandise_value")?,
                ..Measures::default()
            })
        };
        let mut cut = Vec::with_capacity(rows.len());
        for row in &rows {
            cut.push(figures(row).map_err(&failed)?);
        }
        let [now, before] = cut.as_slice() else {
            unreachable!("the query gives a row for each of its two ranges");
        };
        Ok(Comparison {
            mode,
            base,
            until: Some(until),
            changes: [Measure::TotalOrders, Measure::GrossMerchandiseValue]
                .map(|measure| Change::between(measure, now.get(measure), before.get(measure)))
                .to_vec(),
        })
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::{Change, CompareMode, Decimal, Measure, percent_of};
    use crate::report::Range;

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn percentages_are_rounded_half_away_from_zero() {
        for (part, whole, percent) in [
            ("23", "655", "3.51"),
            ("-23", "655", "-3.51"),
            ("1", "3", "33.33"),
            ("2", "3", "66.67"),
            ("0.01", "200.00", "0.01"),
            ("-0.01", "200.00", "-0.01"),
            ("0.01", "200.01", "0.00"),
            ("0.03", "600.01", "0.00"),
            ("0.03", "599.99", "0.01"),
            ("0", "7", "0.00"),
            ("700", "7", "10000.00"),
        ] {
            let found = percent_of(decimal(part), decimal(whole)).unwrap();
            assert_eq!(found.to_string(), percent, "{part} of {whole}");
        }
    }

    #[test]
    fn without_a_base_there_is_no_change() {
        let of = |measure, now: Option<&str>, before: Option<&str>| {
            let change = Change::between(measure, now.map(decimal), before.map(decimal));
            let text = |decimal: Option<Decimal>| decimal.map(|decimal| decimal.to_string());
            (text(change.change), text(change.change_percent))
        };
        let some = |text: &str| Some(text.to_owned());
        let orders = Measure::TotalOrders;
        assert_eq!(of(orders, Some("5"), Some("0")), (None, None));
        assert_eq!(of(orders, Some("5"), None), (None, None));
        assert_eq!(
            of(orders, Some("0"), Some("4")),
            (some("-4.00"), some("-100.00"))
        );
        // Rates change in percentage points, from zero as well.
        let rate = Measure::CancellationRate;
        assert_eq!(of(rate, Some("5.25"), Some("4.00")), (some("1.25"), None));
        assert_eq!(of(rate, Some("5.25"), Some("0.00")), (some("5.25"), None));
        assert_eq!(of(rate, None, Some("4.00")), (None, None));
    }

    #[test]
    fn weekdays_match_where_they_are_said_to() {
        let range = Range::new(date(2026, 3, 19), date(2026, 3, 20)).unwrap();
        for (mode, from) in [
            (CompareMode::PreviousPeriod, date(2026, 3, 17)),
            (CompareMode::SameWeekday, date(2026, 3, 12)),
            (CompareMode::PreviousYear, date(2025, 3, 20)),
        ] {
            let base = mode.base(&range);
            assert_eq!((base.from(), base.days()), (from, 2), "{mode}");
        }
        let long = Range::new(date(2026, 3, 1), date(2026, 3, 20)).unwrap();
        assert_eq!(
            CompareMode::SameWeekday.base(&long).from(),
            date(2026, 2, 8)
        );
    }
}
