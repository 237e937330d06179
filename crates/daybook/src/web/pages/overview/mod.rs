//! Overview: how is today, is anything odd?

mod charts;
mod tiles;
mod today;

use askama::Template;
use axum::extract::State;
use jiff::ToSpan;

use self::charts::{ByPlatform, ByState};
pub use self::charts::{MEASURES_BY_PLATFORM, measure_choices, platforms_of};
use self::tiles::Tile;
use self::today::TodayStrip;
use crate::http::HttpState;
use crate::report::{Measure, PeriodRow, Range, Reader, Unit};
use crate::web::asked::Asked;
use crate::web::chart::{Calendar, CalendarDay};
use crate::web::empty::Empty;
use crate::web::export::Exports;
use crate::web::figure::{self, Figure, Source};
use crate::web::frame::{Frame, Place};
use crate::web::page::{Page, Part, page, part};
use crate::web::series::{self, StateBadge};
use crate::web::words::{counted, fill};

#[derive(Template)]
#[template(path = "overview.html")]
struct Overview {
    frame: Frame,
    empty: Option<Empty>,
    failed_hint: String,
    today: Part<TodayStrip>,
    tiles: Vec<Tile>,
    compared: Option<String>,
    by_state: Part<ByState>,
    by_platform: ByPlatform,
    calendar: Calendar,
    table: Table,
    is_unripe: bool,
}

/// The figures of each period, newest first.
struct Table {
    unit: &'static str,
    rows: Vec<Row>,
    total: Vec<Figure>,
    exports: Exports,
}

struct Row {
    label: String,
    href: String,
    state: StateBadge,
    share_open: Option<String>,
    figures: Vec<Figure>,
}

/// What the table shows of a period, in this order.
const COLUMNS: [Measure; 7] = [
    Measure::TotalOrders,
    Measure::GrossMerchandiseValue,
    Measure::TotalRevenue,
    Measure::AvgOrderValue,
    Measure::CancelledOrders,
    Measure::CancellationRate,
    Measure::TotalDiscount,
];

/// Months of the calendar.
const MONTHS: i64 = 12;

/// The page.
pub async fn overview(State(state): State<HttpState>, asked: Asked) -> Page {
    let mut client = state.client().await?;
    let reader = Reader::begin(&mut client, &state.app.clock).await?;
    let title = asked.words.overview;
    let frame = Frame::of_figures(&state, &asked, &reader, Place::Overview, title).await?;
    let (range, filter) = (&asked.view.range, &asked.view.filter);

    let total = reader.totals(range, filter).await?;
    let empty = Empty::of(&asked, &reader, total.as_ref()).await?;
    let unit = series::unit_of(range);
    let periods = reader.series(range, filter, unit, false).await?;
    let per_platform = reader.series(range, filter, unit, true).await?;
    let platform_totals = reader.by_platform(range, filter).await?;
    let calendar = calendar(&asked, &reader).await?;
    // These two read orders. What can fail comes last, so that it fails alone.
    let comparison = match asked.view.compare {
        Some(mode) => part(reader.compare(range, filter, mode).await).ok(),
        None => None,
    };
    let today = part(TodayStrip::read(&asked, &reader).await);
    let by_state = part(ByState::read(&asked, &reader, unit, &periods).await);

    let compared = comparison.as_ref().map(|comparison| {
        let base = asked
            .format
            .range(comparison.base.from(), comparison.base.to());
        let text = fill(asked.words.compared_with, &[("range", &base)]);
        match comparison.until {
            Some(until) => {
                let time = asked.format.time(asked.view.today.to_datetime(until));
                format!(
                    "{text}, {}",
                    fill(asked.words.until_time, &[("time", &time)])
                )
            }
            None => text,
        }
    });
    page(&Overview {
        tiles: tiles::tiles(&asked, total.as_ref(), comparison.as_ref(), &periods),
        by_platform: ByPlatform::draw(&asked, unit, &per_platform, &platform_totals, frame.ends()),
        failed_hint: asked.failed_hint(),
        is_unripe: periods.iter().any(|row| series::is_unripe(&row.measures)),
        table: Table::of(&asked, unit, &periods, total.as_ref()),
        frame,
        empty,
        today,
        compared,
        by_state,
        calendar,
    })
}

/// The days of the last months, with orders.
async fn calendar(
    asked: &Asked,
    reader: &Reader<'_>,
) -> Result<Calendar, crate::report::ReportError> {
    let today = asked.view.today;
    let first = today.first_of_month().saturating_sub((MONTHS - 1).months());
    let range = Range::new(first, today.last_of_month()).unwrap_or_else(|_| Range::day(today));
    let extent = reader.days_with_orders(&asked.view.filter).await?;
    let days: Vec<_> = reader
        .series(&range, &asked.view.filter, Unit::Day, false)
        .await?
        .into_iter()
        .map(|row| {
            calendar_day(
                asked,
                &row,
                extent.is_some_and(|(first, _)| row.start >= first),
            )
        })
        .collect();
    let format = asked.format;
    let words = (asked.words.fewer, asked.words.many);
    Ok(Calendar::draw(
        &days,
        today,
        |weekday| format.weekday(weekday).to_owned(),
        |day| format.month(day),
        words,
    ))
}

fn calendar_day(asked: &Asked, row: &PeriodRow, has_data: bool) -> CalendarDay {
    let has_data = has_data && row.start <= asked.view.today;
    let orders = row.measures.total_orders;
    let what = match has_data {
        true => counted(asked.format, asked.words.n_orders, orders),
        false => asked.words.no_data.to_owned(),
    };
    CalendarDay {
        day: row.start,
        value: has_data.then_some(orders as f64),
        label: format!("{}: {what}", asked.format.long_date(row.start)),
        href: series::day_href(asked, row.start),
    }
}

impl Table {
    fn of(asked: &Asked, unit: Unit, periods: &[PeriodRow], total: Option<&PeriodRow>) -> Self {
        let figures = |row: &PeriodRow| {
            let source = Source::new(series::days(row), &asked.view.filter);
            COLUMNS
                .iter()
                .map(|measure| source.figure(asked.format, &row.measures, *measure))
                .collect()
        };
        Self {
            unit: series::unit_name(asked.words, unit),
            rows: periods
                .iter()
                .rev()
                .filter(|row| row.start <= asked.view.today)
                .map(|row| Row {
                    label: series::label(asked.format, unit, row.start),
                    href: series::href(asked, unit, row),
                    state: series::badge(asked.words, row.state),
                    share_open: series::share_open(asked.format, &row.measures)
                        .filter(|_| series::is_unripe(&row.measures)),
                    figures: figures(row),
                })
                .collect(),
            total: total.map(figures).unwrap_or_default(),
            exports: Exports::new(export_name(unit), asked.view.range, &asked.view.filter, &[]),
        }
    }

    fn columns(&self, words: &'static crate::web::words::Words) -> Vec<&'static str> {
        COLUMNS
            .iter()
            .map(|measure| figure::short_name(words, *measure))
            .collect()
    }
}

fn export_name(unit: Unit) -> &'static str {
    match unit {
        Unit::Day | Unit::Range => "daily",
        Unit::Week => "weekly",
        Unit::Month => "monthly",
    }
}
