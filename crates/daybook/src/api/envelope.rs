//! The frame around every answer about figures.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::moment::{Moment, MomentOrNull};
use crate::report::{CompareMode, Comparison, Decimal, Freshness, MeasureChange, Measures, Range};

/// What a question was answered with.
#[derive(Debug)]
pub struct Content<R> {
    /// The rows.
    pub data: Vec<R>,
    /// The figures of the whole range, ratios computed again.
    pub totals: Option<Measures>,
    /// The same of an earlier range.
    pub compare: Option<Comparison>,
    /// Where the next page begins.
    pub next_cursor: Option<String>,
}

impl<R> Content<R> {
    /// Rows alone.
    pub fn rows(data: Vec<R>) -> Self {
        Self {
            data,
            totals: None,
            compare: None,
            next_cursor: None,
        }
    }
}

/// The body of an answer, without `as_of`, which is put before it: the rest is the same as long as the data is.
#[derive(Debug, Serialize)]
pub struct Body<'a, R> {
    pub complete_through: BTreeMap<String, Option<Moment>>,
    pub time_zone: &'a str,
    pub currency: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub range: Option<Range>,
    pub data: &'a [R],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub totals: Option<&'a Measures>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compare: Option<CompareBody>,
    pub next_cursor: Option<&'a str>,
}

/// The answer as it is documented.
#[derive(ToSchema)]
#[allow(dead_code, reason = "only its schema is used")]
pub struct Answer<R: ToSchema> {
    /// Every change that was committed by then is in the answer.
    as_of: Moment,
    /// Per platform: everything stored in the source before this instant has been loaded; null before the first whole pass.
    complete_through: BTreeMap<String, MomentOrNull>,
    /// IANA name of the business time zone that days are in.
    #[schema(example = "Asia/Ho_Chi_Minh")]
    time_zone: String,
    /// ISO 4217 code of all amounts.
    #[schema(example = "VND")]
    currency: String,
    /// The days of the answer, both included.
    range: Option<RangeBody>,
    /// The rows.
    data: Vec<R>,
    /// The figures of the whole range, ratios recomputed from their parts.
    totals: Option<Measures>,
    /// The same of an earlier range, when `compare` was asked for.
    compare: Option<CompareBody>,
    /// Ask again with `cursor` set to this for the next rows; null at the end.
    next_cursor: Option<String>,
}

/// A range of business days.
#[derive(ToSchema)]
#[schema(as = Range)]
#[allow(dead_code, reason = "only its schema is used")]
pub struct RangeBody {
    /// First day.
    #[schema(format = Date, example = "2026-03-19")]
    from: String,
    /// Last day.
    #[schema(format = Date, example = "2026-03-20")]
    to: String,
}

/// A comparison with an earlier range. Figures that cannot be compared are left out.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Comparison)]
pub struct CompareBody {
    /// How the earlier range was chosen.
    mode: CompareMode,
    /// First day of the earlier range.
    #[schema(format = Date)]
    from: String,
    /// Last day of the earlier range.
    #[schema(format = Date)]
    to: String,
    /// Time of day at which the last day of both ranges is cut, because the later one ends today; null when neither is.
    #[schema(example = "14:15:02")]
    until: Option<String>,
    /// Per figure: what it was, and how it changed.
    #[serde(flatten)]
    changes: BTreeMap<&'static str, ChangeBody>,
}

/// How a figure changed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FigureChange)]
pub struct ChangeBody {
    /// What it was: a whole number for counts, else a decimal as text.
    value: Option<Figure>,
    /// The later figure less this one, for rates in percentage points; null when this one is zero or missing.
    change: Option<Figure>,
    /// The change in percent; null for rates and without a change.
    #[schema(value_type = Option<String>, example = "3.51")]
    change_percent: Option<Decimal>,
}

/// A figure: counts are numbers, money and rates text.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum Figure {
    /// A count.
    Count(i64),
    /// Money or a rate.
    #[schema(value_type = String)]
    Decimal(Decimal),
}

impl From<&Comparison> for CompareBody {
    fn from(comparison: &Comparison) -> Self {
        Self {
            mode: comparison.mode,
            from: comparison.base.from().to_string(),
            to: comparison.base.to().to_string(),
            until: comparison.until.map(|until| until.to_string()),
            changes: comparison
                .changes
                .iter()
                .map(|change| (change.measure.as_str(), ChangeBody::from(change)))
                .collect(),
        }
    }
}

impl From<&MeasureChange> for ChangeBody {
    fn from(change: &MeasureChange) -> Self {
        let figure = |value: Decimal| match change.measure.is_count() {
            true => i64::try_from(value.hundredths() / 100)
                .map_or(Figure::Decimal(value), Figure::Count),
            false => Figure::Decimal(value),
        };
        Self {
            value: change.value.map(figure),
            change: change.change.map(figure),
            change_percent: change.change_percent,
        }
    }
}

/// Per platform: through when everything has been loaded.
pub fn complete_through(
    freshness: &Freshness,
    zone: &jiff::tz::TimeZone,
) -> BTreeMap<String, Option<Moment>> {
    freshness
        .platforms
        .iter()
        .map(|platform| {
            let through = platform.complete_through;
            (
                platform.platform.clone(),
                through.map(|instant| Moment::of(instant, zone)),
            )
        })
        .collect()
}
