//! Today beside yesterday and the same weekday a week ago, up to the same time of day.

use crate::report::{CompareMode, Measure, Range, Reader, ReportError};
use crate::web::asked::Asked;
use crate::web::figure::{self, Delta, Figure, Source};
use crate::web::words::fill;

/// The strip.
pub struct TodayStrip {
    pub title: String,
    pub day: String,
    pub measures: Vec<TodayMeasure>,
}

/// One measure of today.
pub struct TodayMeasure {
    pub name: &'static str,
    pub figure: Figure,
    pub bases: Vec<Base>,
}

/// An earlier day.
pub struct Base {
    pub name: String,
    pub value: String,
    pub delta: Option<Delta>,
}

impl TodayStrip {
    /// Reads it. Only orders and GMV can be cut at a time of day: the statuses of earlier orders have moved on since.
    ///
    /// # Errors
    /// PostgreSQL refuses.
    pub async fn read(asked: &Asked, reader: &Reader<'_>) -> Result<Self, ReportError> {
        let (words, format) = (asked.words, asked.format);
        let now = reader.civil();
        let today = Range::day(now.date());
        let filter = &asked.view.filter;
        let measures = reader.totals(&today, filter).await?;
        let measures = measures.map(|row| row.measures).unwrap_or_default();
        let weekday = format.weekday(now.date().weekday());
        let week_ago = fill(words.week_ago_same_time, &[("weekday", &weekday)]);
        let mut comparisons = Vec::new();
        for (name, mode) in [
            (
                words.yesterday_same_time.to_owned(),
                CompareMode::PreviousPeriod,
            ),
            (week_ago, CompareMode::SameWeekday),
        ] {
            comparisons.push((name, reader.compare(&today, filter, mode).await?));
        }
        let source = Source::new(today, filter);
        Ok(Self {
            title: fill(words.today_so_far, &[("time", &format.time(now))]),
            day: format.long_date(now.date()),
            measures: [Measure::TotalOrders, Measure::GrossMerchandiseValue]
                .into_iter()
                .map(|measure| TodayMeasure {
                    name: figure::short_name(words, measure),
                    figure: source
                        .figure(format, &measures, measure)
                        .in_short(format, measure),
                    bases: comparisons
                        .iter()
                        .map(|(name, comparison)| Base {
                            name: name.clone(),
                            value: comparison
                                .get(measure)
                                .and_then(|change| change.value)
                                .map_or_else(
                                    || "—".to_owned(),
                                    |value| match figure::is_money(measure) {
                                        true => format.compact(value),
                                        false => figure::text(format, measure, value),
                                    },
                                ),
                            delta: Delta::of(asked, comparison, measure),
                        })
                        .collect(),
                })
                .collect(),
        })
    }
}
