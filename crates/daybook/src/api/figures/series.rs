//! Figures per day, week and month, per marketplace, and of the whole range.

use std::fmt;

use axum::response::Response;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::{IntoParams, ToSchema};

use super::parameters::{Asked, FigureParameters, Limit};
use super::{Row, orders_of, parameter_of};
use crate::access::Viewer;
use crate::api::answer::answer;
use crate::api::caller::Caller;
use crate::api::columns::{Column, FIGURES, columns};
use crate::api::envelope::{Answer, Content};
use crate::api::links::Link;
use crate::api::openapi::Failures;
use crate::api::parameters::{Asked as AskedFor, Check};
use crate::api::question::Question;
use crate::http::Problem;
use crate::report::{Measures, PeriodRow, Range, Reader, ReportError, Unit};

/// Whose figures a row has, and what it is called.
trait Shape: fmt::Debug + Send + Sync + 'static {
    /// What tells the rows apart.
    type Key: Serialize + ToSchema + Send + Sync;
    const NAME: &'static str;
    const UNIT: Unit;
    /// Columns before the figures.
    fn key_columns() -> Vec<Column>;
    fn key(row: &PeriodRow) -> Self::Key;
}

/// A question about figures of a shape.
struct Series<S> {
    asked: Asked,
    per_platform: bool,
    shape: std::marker::PhantomData<S>,
}

impl<S> fmt::Debug for Series<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {}", self.asked, self.per_platform)
    }
}

impl<S: Shape> Series<S> {
    fn new(asked: Asked, per_platform: bool) -> Self {
        Self {
            asked,
            per_platform,
            shape: std::marker::PhantomData,
        }
    }

    fn shown(&self) -> Range {
        S::UNIT.widen(&self.asked.range)
    }

    fn row(&self, row: PeriodRow) -> Row<S::Key> {
        let range =
            Range::of_at_most(row.start, row.end, u32::MAX).expect("a period ends after it begins");
        Row {
            key: S::key(&row),
            orders_url: self.orders_of(&range, row.platform.as_deref()).to_string(),
            measures: row.measures,
            is_final: row.is_final,
            state: row.state,
        }
    }

    fn orders_of(&self, range: &Range, platform: Option<&str>) -> Link {
        let mut link = orders_of(range);
        if let Some(platform) = platform {
            link = link.with("platform", platform);
        } else if !self.asked.filter.platforms.is_empty() {
            let names: Vec<_> = self
                .asked
                .filter
                .platforms
                .iter()
                .map(|platform| platform.as_str())
                .collect();
            link = link.with("platform", names.join(","));
        }
        match &self.asked.filter.shop {
            Some(shop) => link.with("shop", parameter_of(shop)),
            None => link,
        }
    }
}

impl<S: Shape> Question for Series<S> {
    type Row = Row<S::Key>;

    const NAME: &'static str = S::NAME;

    fn columns(&self) -> Vec<Column> {
        [S::key_columns(), FIGURES.to_vec()].concat()
    }

    fn range(&self) -> Option<Range> {
        Some(self.shown())
    }

    fn filters(&self) -> Vec<(&'static str, String)> {
        self.asked.filters()
    }

    fn depends_on_time(&self, today: Date) -> bool {
        self.asked.depends_on_time(today)
    }

    async fn ask(&self, reader: &Reader<'_>) -> Result<Content<Self::Row>, ReportError> {
        let range = self.shown();
        let filter = &self.asked.filter;
        let mut rows = reader
            .series(&range, filter, S::UNIT, self.per_platform)
            .await?;
        // Newest first; the marketplaces of a period stay in their order.
        rows.sort_by_key(|row| std::cmp::Reverse(row.start));
        let totals = Measures::sum(rows.iter().map(|row| &row.measures));
        Ok(Content {
            data: rows.into_iter().map(|row| self.row(row)).collect(),
            totals: Some(totals),
            compare: self.asked.comparison(reader, &range).await?,
            next_cursor: None,
        })
    }
}

/// A business day.
#[derive(Debug, Serialize, ToSchema)]
pub struct DayKey {
    /// Business day.
    #[schema(example = "2026-03-20")]
    stat_date: Date,
    /// Marketplace; left out where all are taken together.
    #[schema(example = "shopee")]
    #[serde(skip_serializing_if = "Option::is_none")]
    platform: Option<String>,
}

#[derive(Debug)]
struct Daily;

impl Shape for Daily {
    type Key = DayKey;
    const NAME: &'static str = "daily";
    const UNIT: Unit = Unit::Day;

    fn key_columns() -> Vec<Column> {
        columns!["stat_date": Date, "platform": Text].to_vec()
    }

    fn key(row: &PeriodRow) -> DayKey {
        DayKey {
            stat_date: row.start,
            platform: row.platform.clone(),
        }
    }
}

/// An ISO week.
#[derive(Debug, Serialize, ToSchema)]
pub struct WeekKey {
    /// Monday.
    week_start: Date,
    /// Sunday.
    week_end: Date,
    /// Marketplace; left out where all are taken together.
    #[serde(skip_serializing_if = "Option::is_none")]
    platform: Option<String>,
    #[serde(flatten)]
    days: Covered,
}

/// How much of a period there is.
#[derive(Debug, Serialize, ToSchema)]
pub struct Covered {
    /// Days with orders.
    days_covered: i32,
    /// Days that have begun.
    days_elapsed: i32,
    /// Days of the period.
    days_in_period: i32,
}

impl Covered {
    const COLUMNS: [Column; 3] = columns![
        "days_covered": Count, "days_elapsed": Count, "days_in_period": Count
    ];

    fn of(row: &PeriodRow) -> Self {
        Self {
            days_covered: row.days_covered,
            days_elapsed: row.days_elapsed,
            days_in_period: row.days_in_period,
        }
    }
}

#[derive(Debug)]
struct Weekly;

impl Shape for Weekly {
    type Key = WeekKey;
    const NAME: &'static str = "weekly";
    const UNIT: Unit = Unit::Week;

    fn key_columns() -> Vec<Column> {
        let key = columns!["week_start": Date, "week_end": Date, "platform": Text];
        [&key[..], &Covered::COLUMNS].concat()
    }

    fn key(row: &PeriodRow) -> WeekKey {
        WeekKey {
            week_start: row.start,
            week_end: row.end,
            platform: row.platform.clone(),
            days: Covered::of(row),
        }
    }
}

/// A calendar month.
#[derive(Debug, Serialize, ToSchema)]
pub struct MonthKey {
    /// First day.
    month_start: Date,
    /// Last day.
    month_end: Date,
    /// Marketplace; left out where all are taken together.
    #[serde(skip_serializing_if = "Option::is_none")]
    platform: Option<String>,
    #[serde(flatten)]
    days: Covered,
}

#[derive(Debug)]
struct Monthly;

impl Shape for Monthly {
    type Key = MonthKey;
    const NAME: &'static str = "monthly";
    const UNIT: Unit = Unit::Month;

    fn key_columns() -> Vec<Column> {
        let key = columns!["month_start": Date, "month_end": Date, "platform": Text];
        [&key[..], &Covered::COLUMNS].concat()
    }

    fn key(row: &PeriodRow) -> MonthKey {
        MonthKey {
            month_start: row.start,
            month_end: row.end,
            platform: row.platform.clone(),
            days: Covered::of(row),
        }
    }
}

/// The range as a whole.
#[derive(Debug, Serialize, ToSchema)]
pub struct RangeKey {
    /// First day.
    from: Date,
    /// Last day.
    to: Date,
    #[serde(flatten)]
    days: Covered,
}

#[derive(Debug)]
struct Totals;

impl Shape for Totals {
    type Key = RangeKey;
    const NAME: &'static str = "totals";
    const UNIT: Unit = Unit::Range;

    fn key_columns() -> Vec<Column> {
        let key = columns!["from": Date, "to": Date];
        [&key[..], &Covered::COLUMNS].concat()
    }

    fn key(row: &PeriodRow) -> RangeKey {
        RangeKey {
            from: row.start,
            to: row.end,
            days: Covered::of(row),
        }
    }
}

/// A marketplace.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlatformKey {
    /// Marketplace.
    platform: Option<String>,
    #[serde(flatten)]
    days: Covered,
}

#[derive(Debug)]
struct Platforms;

impl Shape for Platforms {
    type Key = PlatformKey;
    const NAME: &'static str = "platforms";
    const UNIT: Unit = Unit::Range;

    fn key_columns() -> Vec<Column> {
        let key = columns!["platform": Text];
        [&key[..], &Covered::COLUMNS].concat()
    }

    fn key(row: &PeriodRow) -> PlatformKey {
        PlatformKey {
            platform: row.platform.clone(),
            days: Covered::of(row),
        }
    }
}

/// Days, marketplaces, a shop, and whether figures are per marketplace.
#[derive(Debug, Deserialize)]
pub struct PeriodParameters {
    #[serde(flatten)]
    figures: FigureParameters,
    #[serde(flatten)]
    by: ByParameter,
}

/// Whether figures are per marketplace.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ByParameter {
    /// `platform` (which is meant when it is left out) for a row per marketplace, `total` for all together.
    #[param(inline, value_type = Option<By>)]
    by: Option<String>,
}

impl IntoParams for PeriodParameters {
    fn into_params(place: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let figures = FigureParameters::into_params(&place);
        figures
            .into_iter()
            .chain(ByParameter::into_params(&place))
            .collect()
    }
}

/// What rows are told apart by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ToSchema)]
#[schema(rename_all = "lowercase")]
pub enum By {
    /// A row per marketplace.
    Platform,
    /// All marketplaces together.
    Total,
}

impl std::str::FromStr for By {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        match word {
            "platform" => Ok(Self::Platform),
            "total" => Ok(Self::Total),
            _ => Err(()),
        }
    }
}

impl PeriodParameters {
    async fn answer<S: Shape>(
        &self,
        caller: &Caller,
        longer: Option<&'static str>,
    ) -> Result<Response, Problem> {
        let mut check = Check::default();
        let by = check.word("by", self.by.by.as_deref(), &["platform", "total"]);
        let limit = Limit {
            most: S::UNIT.most_days(),
            longer,
        };
        let (today, accepted) = (caller.today(), caller.accepted());
        let (asked, form) = self.figures.check(check, today, accepted, &limit)?;
        let per_platform = by.unwrap_or(By::Platform) == By::Platform;
        answer(caller, Series::<S>::new(asked, per_platform), form).await
    }
}

/// Figures per business day
///
/// Newest first, a row per marketplace or for all together. A day without orders is a row of zeros.
#[utoipa::path(get, path = "/api/v1/daily", tag = "figures", params(PeriodParameters), responses(
    (status = 200, description = "The figures", content(
        (Answer<Row<DayKey>> = "application/json"), (String = "text/csv"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    )), Failures
))]
pub async fn daily(
    _: Viewer,
    caller: Caller,
    AskedFor(parameters): AskedFor<PeriodParameters>,
) -> Result<Response, Problem> {
    parameters
        .answer::<Daily>(&caller, Some("/api/v1/monthly"))
        .await
}

/// Figures per ISO week
///
/// Every week that has a day in the range, whole, from Monday to Sunday; newest first.
#[utoipa::path(get, path = "/api/v1/weekly", tag = "figures", params(PeriodParameters), responses(
    (status = 200, description = "The figures", content(
        (Answer<Row<WeekKey>> = "application/json"), (String = "text/csv"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    )), Failures
))]
pub async fn weekly(
    _: Viewer,
    caller: Caller,
    AskedFor(parameters): AskedFor<PeriodParameters>,
) -> Result<Response, Problem> {
    parameters
        .answer::<Weekly>(&caller, Some("/api/v1/monthly"))
        .await
}

/// Figures per calendar month
///
/// Every month that has a day in the range, whole; newest first.
#[utoipa::path(get, path = "/api/v1/monthly", tag = "figures", params(PeriodParameters), responses(
    (status = 200, description = "The figures", content(
        (Answer<Row<MonthKey>> = "application/json"), (String = "text/csv"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    )), Failures
))]
pub async fn monthly(
    _: Viewer,
    caller: Caller,
    AskedFor(parameters): AskedFor<PeriodParameters>,
) -> Result<Response, Problem> {
    parameters.answer::<Monthly>(&caller, None).await
}

/// Figures of the whole range
///
/// One row, and none where nothing has ever been loaded.
#[utoipa::path(get, path = "/api/v1/totals", tag = "figures", params(FigureParameters), responses(
    (status = 200, description = "The figures", content(
        (Answer<Row<RangeKey>> = "application/json"), (String = "text/csv"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    )), Failures
))]
pub async fn totals(
    _: Viewer,
    caller: Caller,
    AskedFor(figures): AskedFor<FigureParameters>,
) -> Result<Response, Problem> {
    whole_range::<Totals>(&figures, &caller, false).await
}

/// Figures of the whole range per marketplace
#[utoipa::path(get, path = "/api/v1/platforms", tag = "figures", params(FigureParameters), responses(
    (status = 200, description = "The figures", content(
        (Answer<Row<PlatformKey>> = "application/json"), (String = "text/csv"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    )), Failures
))]
pub async fn platforms(
    _: Viewer,
    caller: Caller,
    AskedFor(figures): AskedFor<FigureParameters>,
) -> Result<Response, Problem> {
    whole_range::<Platforms>(&figures, &caller, true).await
}

async fn whole_range<S: Shape>(
    figures: &FigureParameters,
    caller: &Caller,
    per_platform: bool,
) -> Result<Response, Problem> {
    let limit = Limit {
        most: S::UNIT.most_days(),
        longer: Some("/api/v1/monthly"),
    };
    let (today, accepted) = (caller.today(), caller.accepted());
    let (asked, form) = figures.check(Check::default(), today, accepted, &limit)?;
    answer(caller, Series::<S>::new(asked, per_platform), form).await
}
