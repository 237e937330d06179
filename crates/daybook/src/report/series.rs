//! Figures over time: per day, week, month, or of the range as a whole.

use jiff::civil::Date;
use serde::Serialize;
use tokio_postgres::types::Type;

use super::error::ReportError;
use super::filter::{Filter, Scope};
use super::measures::{Measures, figures};
use super::range::Range;
use super::reader::Reader;
use super::state::FigureState;

/// How long a period is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// A business day.
    Day,
    /// An ISO week, from Monday to Sunday.
    Week,
    /// A calendar month.
    Month,
    /// The range as a whole.
    Range,
}

impl Unit {
    fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Range => "range",
        }
    }

    /// The range that is shown when a range is asked for: weeks and months are always whole.
    pub fn widen(self, range: &Range) -> Range {
        match self {
            Self::Day | Self::Range => *range,
            Self::Week => range.whole_weeks(),
            Self::Month => range.whole_months(),
        }
    }

    /// Most days of a range that figures of this unit are served for.
    pub fn most_days(self) -> u32 {
        match self {
            Self::Day | Self::Range => Range::MOST_DAYS,
            Self::Week => 7 * Range::MOST_DAYS,
            Self::Month => 31 * Range::MOST_DAYS,
        }
    }
}

/// The figures of a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeriodRow {
    /// First day.
    pub start: Date,
    /// Last day.
    pub end: Date,
    /// Marketplace; `None` for all that were asked for together.
    pub platform: Option<String>,
    /// Days with orders.
    pub days_covered: i32,
    /// Days that have begun.
    pub days_elapsed: i32,
    /// Days of the period.
    pub days_in_period: i32,
    /// The figures.
    pub measures: Measures,
    /// True once all days are over and everything known is in the figures.
    pub is_final: bool,
    /// How settled they are.
    pub state: FigureState,
}

impl Reader<'_> {
    /// Figures per business day and marketplace, oldest first. A day without orders is a row of zeros.
    ///
    /// # Errors
    /// PostgreSQL refuses, or figures per shop are asked for and not kept.
    pub async fn daily(
        &self,
        range: &Range,
        filter: &Filter,
    ) -> Result<Vec<PeriodRow>, ReportError> {
        self.series(range, filter, Unit::Day, true).await
    }

    /// Figures per business day, all marketplaces together, oldest first.
    ///
    /// # Errors
    /// As [`Reader::daily`].
    pub async fn by_day(
        &self,
        range: &Range,
        filter: &Filter,
    ) -> Result<Vec<PeriodRow>, ReportError> {
        self.series(range, filter, Unit::Day, false).await
    }

    /// Figures per ISO week and marketplace, oldest first, of every week that has a day in the range; weeks are whole.
    ///
    /// # Errors
    /// As [`Reader::daily`].
    pub async fn weekly(
        &self,
        range: &Range,
        filter: &Filter,
    ) -> Result<Vec<PeriodRow>, ReportError> {
        self.series(range, filter, Unit::Week, true).await
    }

    /// Figures per calendar month and marketplace, oldest first, of every month that has a day in the range; months are
    /// whole.
    ///
    /// # Errors
    /// As [`Reader::daily`].
    pub async fn monthly(
        &self,
        range: &Range,
        filter: &Filter,
    ) -> Result<Vec<PeriodRow>, ReportError> {
        self.series(range, filter, Unit::Month, true).await
    }

    /// Figures of the whole range per marketplace.
    ///
    /// # Errors
    /// As [`Reader::daily`].
    pub async fn by_platform(
        &self,
        range: &Range,
        filter: &Filter,
    ) -> Result<Vec<PeriodRow>, ReportError> {
        self.series(range, filter, Unit::Range, true).await
    }

    /// Figures of the whole range, all marketplaces together. `None` where nothing has ever been loaded.
    ///
    /// # Errors
    /// As [`Reader::daily`].
    pub async fn totals(
        &self,
        range: &Range,
        filter: &Filter,
    ) -> Result<Option<PeriodRow>, ReportError> {
        let question = (*range, filter.clone());
        if let Some(told) = self.totals_told().get(&question) {
            return Ok(told.clone());
        }
        let totals = self.series(range, filter, Unit::Range, false).await?.pop();
        self.totals_told().insert(question, totals.clone());
        Ok(totals)
    }

    /// Figures per period, and per marketplace or for all together.
    ///
    /// # Errors
    /// As [`Reader::daily`].
    pub async fn series(
        &self,
        range: &Range,
        filter: &Filter,
        unit: Unit,
        per_platform: bool,
    ) -> Result<Vec<PeriodRow>, ReportError> {
        if filter.shop.is_some() {
            self.require_grain("shop").await?;
        }
        let failed = ReportError::statement("read figures per period");
        let today = self.today();
        let rows = self
            .transaction
            .query_typed(
                figures!("series.sql", "f.period_start, f.platform"),
                &Scope::new(&unit.widen(range), filter).with(&[
                    (&unit.as_str(), Type::TEXT),
                    (&per_platform, Type::BOOL),
                    (&today, Type::DATE),
                ]),
            )
            .await
            .map_err(&failed)?;
        rows.iter()
            .map(|row| {
                let end: Date = row.try_get("period_end")?;
                let is_final = row.try_get("is_final")?;
                Ok(PeriodRow {
                    start: row.try_get("period_start")?,
                    end,
                    platform: row.try_get("platform")?,
                    days_covered: row.try_get("days_covered")?,
                    days_elapsed: row.try_get("days_elapsed")?,
                    days_in_period: row.try_get("days_in_period")?,
                    measures: Measures::from_row(row)?,
                    is_final,
                    state: FigureState::of(end < today, is_final, row.try_get("is_changed")?),
                })
            })
            .collect::<Result<_, _>>()
            .map_err(&failed)
    }
}
