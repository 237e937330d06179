//! A figure on a page: a link to why it is what it is.

use askama::Template;

use super::address::address;
use super::asked::Asked;
use super::format::Format;
use super::view::filter_pairs;
use super::words::Words;
use crate::report::{CompareMode, Comparison, Decimal, Filter, Measure, Measures, Range};
use crate::web::ratio;

/// Where a figure comes from: which orders count in it.
#[derive(Debug, Clone)]
pub struct Source {
    /// The days.
    pub range: Range,
    /// Marketplaces and shop.
    pub filter: Filter,
    /// More parameters that say which orders count: a region, a category.
    pub more: Vec<(&'static str, String)>,
}

impl Source {
    /// All orders of a range and filter.
    pub fn new(range: Range, filter: &Filter) -> Self {
        Self {
            range,
            filter: filter.clone(),
            more: Vec::new(),
        }
    }

    /// The orders behind a figure of it.
    pub fn href(&self, measure: Measure) -> String {
        let mut pairs = vec![("measure", measure.to_string())];
        pairs.extend([
            ("from", self.range.from().to_string()),
            ("to", self.range.to().to_string()),
        ]);
        pairs.extend(filter_pairs(&self.filter));
        pairs.extend_from_slice(&self.more);
        address("/orders", &pairs)
    }

    /// A figure of its orders.
    pub fn figure(&self, format: Format, measures: &Measures, measure: Measure) -> Figure {
        Figure::new(format, measure, measures.get(measure), self.href(measure))
    }
}

/// A figure that leads to the orders behind it. `data-value` holds what the text was made of.
#[derive(Debug, Template)]
#[template(path = "parts/figure.html")]
pub struct Figure {
    value: Option<Decimal>,
    text: String,
    exact: Option<String>,
    href: String,
}

impl Figure {
    fn new(format: Format, measure: Measure, value: Option<Decimal>, href: String) -> Self {
        Self {
            text: value.map_or_else(|| "—".to_owned(), |value| text(format, measure, value)),
            exact: None,
            value,
            href,
        }
    }

    /// The same in three digits, with the whole amount beneath where that says more.
    #[must_use]
    pub fn in_short(mut self, format: Format, measure: Measure) -> Self {
        if let Some(value) = self.value.filter(|_| is_money(measure)) {
            let compact = format.compact(value);
            if compact != self.text {
                self.exact = Some(std::mem::replace(&mut self.text, compact));
            }
        }
        self
    }
}

impl askama::filters::HtmlSafe for Figure {}

/// Whether a measure is an amount of money.
pub fn is_money(measure: Measure) -> bool {
    !measure.is_count() && !measure.is_rate()
}

/// A value in words.
pub fn text(format: Format, measure: Measure, value: Decimal) -> String {
    let hundredths = || i64::try_from(value.hundredths()).unwrap_or(i64::MAX);
    if measure.is_count() {
        format.count(hundredths() / 100)
    } else if measure.is_rate() {
        format.rate(hundredths())
    } else {
        format.amount(value)
    }
}

/// A value on an axis.
pub fn axis_text(format: Format, measure: Measure, value: f64) -> String {
    let decimal = Decimal::from_hundredths((value * 100.0).round() as i128);
    if measure.is_count() {
        format.count(value.round() as i64)
    } else if measure.is_rate() {
        format!("{}%", format.axis(decimal))
    } else {
        format.axis(decimal)
    }
}

/// A value as the height of a point. Pixels need no more than a float has.
pub fn height(value: Decimal) -> f64 {
    value.hundredths() as f64 / 100.0
}

/// Whether more of a measure is good (`up`), bad (`down`), or neither.
fn good_direction(measure: Measure) -> Option<bool> {
    match measure {
        Measure::TotalOrders
        | Measure::CompletedOrders
        | Measure::GrossMerchandiseValue
        | Measure::TotalRevenue
        | Measure::AvgOrderValue => Some(true),
        Measure::CancelledOrders | Measure::CancellationRate => Some(false),
        Measure::PendingOrders | Measure::TotalDiscount | Measure::PendingShare => None,
    }
}

/// How a figure differs from an earlier one.
#[derive(Debug, Template)]
#[template(path = "parts/change.html")]
pub struct Delta {
    text: String,
    spoken: &'static str,
    tone: &'static str,
    against: String,
}

impl Delta {
    /// How a measure changed in a comparison; `None` where nothing honest can be said.
    pub fn of(asked: &Asked, comparison: &Comparison, measure: Measure) -> Option<Self> {
        let change = comparison.get(measure)?;
        let difference = change.change?;
        let text = if measure.is_rate() {
            let points = i64::try_from(difference.hundredths()).ok()?;
            asked.format.points(points)
        } else {
            let percent = change.change_percent?;
            let tenths = ratio::divide(percent.hundredths(), 10)?;
            asked.format.change(i64::try_from(tenths).ok()?)
        };
        Some(Self {
            text,
            spoken: spoken(asked.words, difference),
            tone: tone(measure, difference),
            against: change
                .value
                .map(|value| self::text(asked.format, measure, value))
                .unwrap_or_default(),
        })
    }

    /// How a value differs from an earlier one of the same measure.
    pub fn between(
        asked: &Asked,
        measure: Measure,
        now: Option<Decimal>,
        before: Option<Decimal>,
    ) -> Option<Self> {
        let (now, before) = (now?, before?);
        let difference = Decimal::from_hundredths(now.hundredths() - before.hundredths());
        let text = if measure.is_rate() {
            asked
                .format
                .points(i64::try_from(difference.hundredths()).ok()?)
        } else {
            asked.format.change(ratio::change(now, before)?)
        };
        Some(Self {
            text,
            spoken: spoken(asked.words, difference),
            tone: tone(measure, difference),
            against: self::text(asked.format, measure, before),
        })
    }
}

impl askama::filters::HtmlSafe for Delta {}

fn spoken(words: &'static Words, difference: Decimal) -> &'static str {
    match difference.hundredths() {
        1.. => words.up_by,
        0 => words.unchanged,
        _ => words.down_by,
    }
}

fn tone(measure: Measure, difference: Decimal) -> &'static str {
    match (good_direction(measure), difference.hundredths().signum()) {
        (Some(true), 1) | (Some(false), -1) => "good",
        (Some(true), -1) | (Some(false), 1) => "bad",
        _ => "even",
    }
}

/// The name of a measure.
pub fn name(words: &'static Words, measure: Measure) -> &'static str {
    match measure {
        Measure::TotalOrders => words.total_orders,
        Measure::CompletedOrders => words.completed_orders,
        Measure::CancelledOrders => words.cancelled_orders,
        Measure::PendingOrders => words.pending_orders,
        Measure::GrossMerchandiseValue => words.gross_merchandise_value,
        Measure::TotalDiscount => words.total_discount,
        Measure::TotalRevenue => words.total_revenue,
        Measure::CancellationRate => words.cancellation_rate,
        Measure::AvgOrderValue => words.avg_order_value,
        Measure::PendingShare => words.pending_share,
    }
}

/// The name of a measure where room is short.
pub fn short_name(words: &'static Words, measure: Measure) -> &'static str {
    match measure {
        Measure::TotalOrders => words.short_orders,
        Measure::CompletedOrders => words.short_completed,
        Measure::CancelledOrders => words.short_cancelled,
        Measure::PendingOrders => words.short_open,
        Measure::GrossMerchandiseValue => words.short_gmv,
        Measure::TotalDiscount => words.total_discount,
        Measure::TotalRevenue => words.short_revenue,
        Measure::CancellationRate => words.cancellation_rate,
        Measure::AvgOrderValue => words.short_aov,
        Measure::PendingShare => words.short_share_open,
    }
}

/// What a comparison is called.
pub fn mode_name(words: &'static Words, mode: Option<CompareMode>) -> &'static str {
    match mode {
        Some(CompareMode::PreviousPeriod) => words.previous_period,
        Some(CompareMode::PreviousYear) => words.previous_year,
        Some(CompareMode::SameWeekday) => words.same_weekday,
        None => words.no_comparison,
    }
}
