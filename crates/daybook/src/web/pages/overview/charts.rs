//! The two charts: GMV by what became of the orders, and a measure of choice by platform.

use std::collections::HashMap;

use jiff::civil::Date;
use order_model::{OrderStatus, Platform};

use crate::report::{Decimal, Measure, PeriodRow, Reader, ReportError, StatusSplit, Unit};
use crate::web::asked::Asked;
use crate::web::chart::{Bars, Column, Line, Lines, Part, Point};
use crate::web::chart_table::ChartTable;
use crate::web::figure;
use crate::web::frame::Choice;
use crate::web::scale::scale;
use crate::web::series;
use crate::web::words::fill;

/// A word of the key of a chart.
pub struct KeyEntry {
    pub class: &'static str,
    pub name: String,
}

/// GMV, or orders where the range is too long to read them, by state.
pub struct ByState {
    pub title: &'static str,
    pub per: &'static str,
    pub sentence: String,
    pub chart: Bars,
    pub key: Vec<KeyEntry>,
    pub table: ChartTable,
}

/// From the bottom up: what is certain carries what is not.
const STATES: [(OrderStatus, &str, Measure); 3] = [
    (
        OrderStatus::Completed,
        "completed",
        Measure::CompletedOrders,
    ),
    (OrderStatus::Pending, "pending", Measure::PendingOrders),
    (
        OrderStatus::Cancelled,
        "cancelled",
        Measure::CancelledOrders,
    ),
];

impl ByState {
    /// Reads and draws it.
    ///
    /// # Errors
    /// PostgreSQL refuses, or the orders take too long to read.
    pub async fn read(
        asked: &Asked,
        reader: &Reader<'_>,
        unit: Unit,
        periods: &[PeriodRow],
    ) -> Result<Self, ReportError> {
        let is_short = asked.view.range.days() <= StatusSplit::MOST_DAYS;
        let split: HashMap<Date, StatusSplit> = match is_short {
            true => reader
                .gmv_by_status(&asked.view.range, &asked.view.filter)
                .await?
                .into_iter()
                .map(|split| (split.day, split))
                .collect(),
            false => HashMap::new(),
        };
        let measure = match is_short {
            true => Measure::GrossMerchandiseValue,
            false => Measure::TotalOrders,
        };
        let part = |row: &PeriodRow, status: OrderStatus, count: Measure| -> Decimal {
            match is_short {
                true => split
                    .get(&row.start)
                    .map(|split| split.of(status))
                    .unwrap_or_default(),
                false => row.measures.get(count).unwrap_or_default(),
            }
        };
        Ok(Self::draw(asked, unit, periods, measure, &part))
    }

    fn draw(
        asked: &Asked,
        unit: Unit,
        periods: &[PeriodRow],
        measure: Measure,
        part: &dyn Fn(&PeriodRow, OrderStatus, Measure) -> Decimal,
    ) -> Self {
        let (words, format) = (asked.words, asked.format);
        let show = |value| figure::text(format, measure, value);
        let sum = |row: &PeriodRow| -> Decimal {
            let hundredths = STATES
                .iter()
                .map(|(status, _, count)| part(row, *status, *count).hundredths());
            Decimal::from_hundredths(hundredths.sum())
        };
        let greatest = series::greatest(periods.iter().map(sum));
        let scale = scale(measure, greatest);
        let columns = periods
            .iter()
            .map(|row| {
                let mut tip = vec![series::label(format, unit, row.start)];
                tip.extend(STATES.iter().rev().map(|(status, _, count)| {
                    format!(
                        "{}: {}",
                        words.status(*status),
                        show(part(row, *status, *count))
                    )
                }));
                tip.push(format!("{}: {}", words.total, show(sum(row))));
                Column {
                    label: series::axis_label(format, unit, row.start),
                    tip: tip.join("\n"),
                    href: series::href(asked, unit, row),
                    parts: STATES
                        .iter()
                        .map(|(status, class, count)| Part {
                            class,
                            value: figure::height(part(row, *status, *count)),
                        })
                        .collect(),
                    is_unripe: false,
                }
            })
            .collect();
        let header = [series::unit_name(words, unit)]
            .into_iter()
            .chain(STATES.iter().map(|(status, ..)| words.status(*status)))
            .chain([words.total]);
        let rows = periods.iter().rev().map(|row| {
            let mut cells = vec![series::label(format, unit, row.start)];
            let parts = STATES.iter();
            cells.extend(parts.map(|(status, _, count)| show(part(row, *status, *count))));
            cells.push(show(sum(row)));
            cells
        });
        let parts = STATES.iter().map(|(status, _, count)| {
            let total = periods
                .iter()
                .map(|row| part(row, *status, *count).hundredths())
                .sum();
            let total = show(Decimal::from_hundredths(total));
            format!("{} {total}", words.status(*status).to_lowercase())
        });
        let parts: Vec<_> = parts.collect();
        let all = periods.iter().map(|row| sum(row).hundredths()).sum();
        let title = match measure {
            Measure::GrossMerchandiseValue => words.gmv_by_state,
            _ => words.orders_by_state,
        };
        Self {
            title,
            per: series::per_unit(words, unit),
            sentence: format!(
                "{} {}: {}",
                figure::short_name(words, measure),
                show(Decimal::from_hundredths(all)),
                parts.join(", ")
            ),
            chart: Bars::draw("state", columns, scale, &|value| {
                figure::axis_text(format, measure, value)
            }),
            key: STATES
                .iter()
                .map(|(status, class, _)| KeyEntry {
                    class,
                    name: words.status(*status).to_owned(),
                })
                .collect(),
            table: ChartTable::new(
                words,
                title,
                header.map(str::to_owned).collect(),
                rows.collect(),
            ),
        }
    }
}

/// A measure of choice, a line for each platform.
pub struct ByPlatform {
    pub title: String,
    pub per: &'static str,
    pub sentence: String,
    pub chart: Lines,
    pub key: Vec<KeyEntry>,
    pub choices: Vec<Choice>,
    pub table: ChartTable,
    pub caveat: Option<&'static str>,
}

/// The measures that platforms can be compared by.
pub const MEASURES_BY_PLATFORM: [Measure; 6] = [
    Measure::TotalOrders,
    Measure::GrossMerchandiseValue,
    Measure::TotalRevenue,
    Measure::AvgOrderValue,
    Measure::CancellationRate,
    Measure::TotalDiscount,
];

impl ByPlatform {
    /// Draws it.
    pub fn draw(
        asked: &Asked,
        unit: Unit,
        rows: &[PeriodRow],
        totals: &[PeriodRow],
        ends: &[(Platform, Date)],
    ) -> Self {
        let (words, format) = (asked.words, asked.format);
        let chosen = asked
            .query
            .measure
            .as_deref()
            .and_then(|name| name.parse().ok());
        let measure = chosen
            .filter(|measure| MEASURES_BY_PLATFORM.contains(measure))
            .unwrap_or(Measure::TotalOrders);
        let platforms = platforms_of(rows);
        let mut starts: Vec<Date> = rows.iter().map(|row| row.start).collect();
        starts.dedup();
        let by_place: HashMap<(Date, &str), &PeriodRow> = rows
            .iter()
            .filter_map(|row| Some(((row.start, row.platform.as_deref()?), row)))
            .collect();
        let value = |start: Date, platform: Platform| -> Option<Decimal> {
            let row = by_place.get(&(start, platform.as_str()))?;
            let last = ends.iter().find(|(ending, _)| *ending == platform);
            let last = last.map_or(asked.view.today, |(_, last)| *last);
            (row.start <= last)
                .then(|| row.measures.get(measure))
                .flatten()
        };
        let show = |value: Option<Decimal>| {
            value.map_or_else(
                || "—".to_owned(),
                |value| figure::text(format, measure, value),
            )
        };
        let lines: Vec<_> = platforms
            .iter()
            .map(|platform| Line {
                class: platform.as_str(),
                is_comparison: false,
                values: starts
                    .iter()
                    .map(|start| value(*start, *platform).map(figure::height))
                    .collect(),
            })
            .collect();
        let is_moving = matches!(
            measure,
            Measure::TotalRevenue | Measure::AvgOrderValue | Measure::CancellationRate
        );
        let columns = starts
            .iter()
            .filter_map(|start| rows.iter().find(|row| row.start == *start))
            .map(|row| Point {
                label: series::axis_label(format, unit, row.start),
                tip: std::iter::once(series::label(format, unit, row.start))
                    .chain(platforms.iter().map(|platform| {
                        format!(
                            "{}: {}",
                            platform.display_name(),
                            show(value(row.start, *platform))
                        )
                    }))
                    .collect::<Vec<_>>()
                    .join("\n"),
                href: series::href(asked, unit, row),
                is_unripe: is_moving && is_unripe_together(rows, row.start),
                is_unfinished: row.end >= asked.view.today,
            })
            .collect();
        let greatest = series::greatest(
            starts
                .iter()
                .flat_map(|start| platforms.iter().filter_map(|each| value(*start, *each))),
        );
        let name = figure::short_name(words, measure);
        let title = fill(words.by_platform, &[("measure", &name)]);
        Self {
            title: title.clone(),
            per: series::per_unit(words, unit),
            sentence: sentence(asked, measure, totals),
            chart: Lines::draw(
                "platform",
                &lines,
                columns,
                scale(measure, greatest),
                &|value| figure::axis_text(format, measure, value),
            ),
            key: platform_key(&platforms),
            choices: measure_choices(asked, measure, "#by-platform"),
            table: ChartTable::new(
                words,
                title.clone(),
                std::iter::once(series::unit_name(words, unit).to_owned())
                    .chain(
                        platforms
                            .iter()
                            .map(|platform| platform.display_name().to_owned()),
                    )
                    .collect(),
                starts
                    .iter()
                    .rev()
                    .map(|start| {
                        std::iter::once(series::label(format, unit, *start))
                            .chain(platforms.iter().map(|each| show(value(*start, *each))))
                            .collect()
                    })
                    .collect(),
            ),
            caveat: match measure {
                Measure::TotalDiscount => Some(words.discount_caveat),
                Measure::TotalRevenue | Measure::AvgOrderValue => Some(words.completed_caveat),
                _ => None,
            },
        }
    }
}

/// The platforms that rows are of, in the order they are always shown in.
pub fn platforms_of(rows: &[PeriodRow]) -> Vec<Platform> {
    Platform::ALL
        .into_iter()
        .filter(|platform| {
            rows.iter()
                .any(|row| row.platform.as_deref() == Some(platform.as_str()))
        })
        .collect()
}

/// The key of lines of platforms.
pub fn platform_key(platforms: &[Platform]) -> Vec<KeyEntry> {
    platforms
        .iter()
        .map(|platform| KeyEntry {
            class: platform.as_str(),
            name: platform.display_name().to_owned(),
        })
        .collect()
}

/// Whether more than a tenth of a period's orders are open, all platforms together.
fn is_unripe_together(rows: &[PeriodRow], start: Date) -> bool {
    let of_start = || rows.iter().filter(|row| row.start == start);
    let open: i64 = of_start().map(|row| row.measures.pending_orders).sum();
    let all: i64 = of_start().map(|row| row.measures.total_orders).sum();
    open * 10 > all
}

/// Each platform's figure of the whole range.
fn sentence(asked: &Asked, measure: Measure, totals: &[PeriodRow]) -> String {
    let parts = platforms_of(totals).into_iter().filter_map(|platform| {
        let is_its = |row: &&PeriodRow| row.platform.as_deref() == Some(platform.as_str());
        let row = totals.iter().find(is_its)?;
        let value = row.measures.get(measure)?;
        let value = figure::text(asked.format, measure, value);
        Some(format!("{} {value}", platform.display_name()))
    });
    let parts: Vec<_> = parts.collect();
    format!(
        "{}: {}",
        figure::short_name(asked.words, measure),
        parts.join(", ")
    )
}

/// The measures to choose from; `anchor` is where on the page the chart is.
pub fn measure_choices(asked: &Asked, chosen: Measure, anchor: &str) -> Vec<Choice> {
    MEASURES_BY_PLATFORM
        .into_iter()
        .map(|measure| {
            let more = [("measure", measure.to_string())];
            Choice {
                href: format!("{}{anchor}", asked.view.href(&asked.path, &more)),
                name: figure::short_name(asked.words, measure).to_owned(),
                is_chosen: measure == chosen,
                key: None,
            }
        })
        .collect()
}
