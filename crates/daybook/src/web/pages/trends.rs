//! Trends: are we growing? Weeks or months, this year over last.

use std::collections::HashMap;

use askama::Template;
use axum::extract::State;
use jiff::ToSpan;
use jiff::civil::Date;

use crate::http::{HttpState, Problem};
use crate::report::{Measure, Measures, PeriodRow, Range, Reader, Unit};
use crate::web::asked::Asked;
use crate::web::chart::{Line, Lines, Point};
use crate::web::chart_table::ChartTable;
use crate::web::empty::Empty;
use crate::web::export::Exports;
use crate::web::figure::{self, Delta, Figure, Source};
use crate::web::frame::{Choice, Frame, Place};
use crate::web::page::{Page, page};
use crate::web::scale::scale;
use crate::web::series::{self, StateBadge};
use crate::web::view::one_of;
use crate::web::words::fill;

#[derive(Template)]
#[template(path = "trends.html")]
struct Trends {
    frame: Frame,
    empty: Option<Empty>,
    units: Vec<Choice>,
    measures: Vec<Choice>,
    title: &'static str,
    sentence: String,
    chart: Lines,
    chart_table: ChartTable,
    columns: Vec<&'static str>,
    exports: Exports,
    rows: Vec<Row>,
}

struct Row {
    label: String,
    href: String,
    days: String,
    state: StateBadge,
    share_open: Option<String>,
    cells: Vec<(Figure, Option<Delta>)>,
}

/// Weeks and months that are shown.
const WEEKS: i64 = 52;
const MONTHS: i64 = 13;
/// A year of whole weeks, so that weekdays match.
const YEAR_OF_WEEKS: i64 = 364;

const MEASURES: [Measure; 5] = [
    Measure::TotalOrders,
    Measure::GrossMerchandiseValue,
    Measure::TotalRevenue,
    Measure::AvgOrderValue,
    Measure::CancellationRate,
];

/// The page.
pub async fn trends(State(state): State<HttpState>, asked: Asked) -> Page {
    let unit = match asked.query.unit.as_deref() {
        None | Some("week") => Unit::Week,
        Some("month") => Unit::Month,
        Some(_) => return Err(one_of("unit", ["week", "month"].into_iter())),
    };
    let mut client = state.client().await?;
    let reader = Reader::begin(&mut client, &state.app.clock).await?;
    let title = asked.words.trends;
    let mut frame = Frame::of_figures(&state, &asked, &reader, Place::Trends, title).await?;
    frame.without_range();
    frame.is_live = true;

    let today = asked.view.today;
    let first = match unit {
        Unit::Month => today.first_of_month().saturating_sub((MONTHS - 1).months()),
        _ => today.saturating_sub((7 * (WEEKS - 1)).days()),
    };
    let shown = days(first, today)?;
    let rows = reader
        .series(&shown, &asked.view.filter, unit, false)
        .await?;
    let with_earlier = days(earlier(unit, first), today)?;
    let earlier_rows: HashMap<Date, Measures> = reader
        .series(&with_earlier, &asked.view.filter, unit, false)
        .await?
        .into_iter()
        .map(|row| (row.start, row.measures))
        .collect();
    // Before there were data there is nothing to compare with, which is not the same as zero.
    let extent = reader.days_with_orders(&asked.view.filter).await?;
    let before = |row: &PeriodRow| -> Option<&Measures> {
        let start = earlier(unit, row.start);
        extent
            .filter(|(first, _)| start >= *first)
            .and_then(|_| earlier_rows.get(&start))
    };
    let rows = trimmed(rows, extent.map(|(first, _)| first));
    let total = reader.totals(&shown, &asked.view.filter).await?;
    let empty = Empty::of(&asked, &reader, total.as_ref()).await?;

    let measure = chosen(&asked);
    page(&Trends {
        frame,
        empty,
        units: units(&asked, unit),
        measures: measures(&asked, unit, measure),
        title: figure::name(asked.words, measure),
        sentence: sentence(&asked, unit, measure, &rows, &before),
        exports: Exports::new(
            match unit {
                Unit::Month => "monthly",
                _ => "weekly",
            },
            shown,
            &asked.view.filter,
            &[],
        ),
        chart: chart(&asked, unit, measure, &rows, &before),
        chart_table: chart_table(&asked, unit, measure, &rows, &before),
        columns: MEASURES
            .iter()
            .map(|measure| figure::short_name(asked.words, *measure))
            .collect(),
        rows: rows
            .iter()
            .rev()
            .map(|row| table_row(&asked, unit, row, &before))
            .collect(),
    })
}

fn days(from: Date, to: Date) -> Result<Range, Problem> {
    Range::new(from, to).map_err(|error| Problem::parameter("unit", error.to_string()))
}

/// The same period a year before.
fn earlier(unit: Unit, start: Date) -> Date {
    match unit {
        Unit::Month => start.saturating_sub(1.year()),
        _ => start.saturating_sub(YEAR_OF_WEEKS.days()),
    }
}

/// Without the periods that ended before there were any data.
fn trimmed(rows: Vec<PeriodRow>, first: Option<Date>) -> Vec<PeriodRow> {
    rows.into_iter()
        .filter(|row| first.is_some_and(|first| row.end >= first))
        .collect()
}

fn chosen(asked: &Asked) -> Measure {
    let named = asked
        .query
        .measure
        .as_deref()
        .and_then(|name| name.parse().ok());
    named
        .filter(|measure| MEASURES.contains(measure))
        .unwrap_or(Measure::GrossMerchandiseValue)
}

fn unit_word(unit: Unit) -> &'static str {
    match unit {
        Unit::Month => "month",
        _ => "week",
    }
}

fn units(asked: &Asked, chosen: Unit) -> Vec<Choice> {
    [
        (Unit::Week, asked.words.weeks),
        (Unit::Month, asked.words.months),
    ]
    .into_iter()
    .map(|(unit, name)| Choice {
        href: asked
            .view
            .href("/trends", &[("unit", unit_word(unit).to_owned())]),
        name: name.to_owned(),
        is_chosen: unit == chosen,
        key: None,
    })
    .collect()
}

fn measures(asked: &Asked, unit: Unit, chosen: Measure) -> Vec<Choice> {
    MEASURES
        .into_iter()
        .map(|measure| Choice {
            href: asked.view.href(
                "/trends",
                &[
                    ("unit", unit_word(unit).to_owned()),
                    ("measure", measure.to_string()),
                ],
            ),
            name: figure::short_name(asked.words, measure).to_owned(),
            is_chosen: measure == chosen,
            key: None,
        })
        .collect()
}

/// Gives the figures of the same period a year before, where there are any.
type Before<'a> = dyn Fn(&PeriodRow) -> Option<&'a Measures> + 'a;

fn is_over(asked: &Asked, row: &PeriodRow) -> bool {
    row.end < asked.view.today
}

/// The newest period that is over, beside the year before.
fn sentence(
    asked: &Asked,
    unit: Unit,
    measure: Measure,
    rows: &[PeriodRow],
    before: &Before<'_>,
) -> String {
    let Some(row) = rows.iter().rev().find(|row| is_over(asked, row)) else {
        return String::new();
    };
    let show = |measures: &Measures| {
        measures.get(measure).map_or_else(
            || "—".to_owned(),
            |value| figure::text(asked.format, measure, value),
        )
    };
    let now = format!(
        "{}: {} {}",
        series::label(asked.format, unit, row.start),
        figure::short_name(asked.words, measure),
        show(&row.measures)
    );
    match before(row) {
        Some(before) => format!(
            "{now}; {}: {}",
            asked.words.last_year.to_lowercase(),
            show(before)
        ),
        None => now,
    }
}

fn chart(
    asked: &Asked,
    unit: Unit,
    measure: Measure,
    rows: &[PeriodRow],
    before: &Before<'_>,
) -> Lines {
    let value = |measures: &Measures| measures.get(measure).map(figure::height);
    let now: Vec<_> = rows.iter().map(|row| value(&row.measures)).collect();
    let then: Vec<_> = rows.iter().map(|row| before(row).and_then(value)).collect();
    let greatest = now
        .iter()
        .chain(&then)
        .flatten()
        .fold(0.0, |a: f64, b| a.max(*b));
    let show = |measures: Option<&Measures>| {
        measures
            .and_then(|measures| measures.get(measure))
            .map_or_else(
                || "—".to_owned(),
                |value| figure::text(asked.format, measure, value),
            )
    };
    let is_moving = !matches!(
        measure,
        Measure::TotalOrders | Measure::GrossMerchandiseValue
    );
    let columns = rows
        .iter()
        .map(|row| Point {
            label: series::axis_label(asked.format, unit, row.start),
            tip: format!(
                "{}\n{}: {}\n{}: {}",
                series::label(asked.format, unit, row.start),
                asked.words.this_year,
                show(Some(&row.measures)),
                asked.words.last_year,
                show(before(row))
            ),
            href: series::href(asked, unit, row),
            is_unripe: is_moving && series::is_unripe(&row.measures),
            is_unfinished: !is_over(asked, row),
        })
        .collect();
    let line = |values, is_comparison| Line {
        class: "total",
        is_comparison,
        values,
    };
    let lines = [line(now, false), line(then, true)];
    Lines::draw(
        "trend",
        &lines,
        columns,
        scale(measure, greatest),
        &|value| figure::axis_text(asked.format, measure, value),
    )
}

fn chart_table(
    asked: &Asked,
    unit: Unit,
    measure: Measure,
    rows: &[PeriodRow],
    before: &Before<'_>,
) -> ChartTable {
    let show = |measures: Option<&Measures>| {
        measures
            .and_then(|measures| measures.get(measure))
            .map_or_else(
                || "—".to_owned(),
                |value| figure::text(asked.format, measure, value),
            )
    };
    let words = asked.words;
    let columns = [
        series::unit_name(words, unit),
        words.this_year,
        words.last_year,
    ];
    ChartTable::new(
        words,
        figure::name(words, measure),
        columns.map(str::to_owned).to_vec(),
        rows.iter()
            .rev()
            .map(|row| {
                vec![
                    series::label(asked.format, unit, row.start),
                    show(Some(&row.measures)),
                    show(before(row)),
                ]
            })
            .collect(),
    )
}

fn table_row(asked: &Asked, unit: Unit, row: &PeriodRow, before: &Before<'_>) -> Row {
    let source = Source::new(series::days(row), &asked.view.filter);
    let earlier = before(row).filter(|_| is_over(asked, row));
    Row {
        label: series::label(asked.format, unit, row.start),
        href: series::href(asked, unit, row),
        days: fill(
            asked.words.n_of_days,
            &[("n", &row.days_covered), ("of", &row.days_in_period)],
        ),
        state: series::badge(asked.words, row.state),
        share_open: series::share_open(asked.format, &row.measures)
            .filter(|_| series::is_unripe(&row.measures)),
        cells: MEASURES
            .into_iter()
            .map(|measure| {
                let figure = source.figure(asked.format, &row.measures, measure);
                let now = row.measures.get(measure);
                let then = earlier.and_then(|measures| measures.get(measure));
                (figure, Delta::between(asked, measure, now, then))
            })
            .collect(),
    }
}
