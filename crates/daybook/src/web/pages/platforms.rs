//! Platforms side by side: who carries us, how do they differ?

use askama::Template;
use axum::extract::State;
use order_model::Platform;

use super::overview::{MEASURES_BY_PLATFORM, measure_choices, platforms_of};
use crate::http::HttpState;
use crate::report::{Decimal, Measure, PeriodRow, Reader, Unit};
use crate::web::asked::Asked;
use crate::web::chart::{Line, Lines, Point};
use crate::web::chart_table::ChartTable;
use crate::web::columns::Share;
use crate::web::empty::Empty;
use crate::web::export::Exports;
use crate::web::figure::{self, Figure, Source};
use crate::web::frame::{Choice, Frame, Place};
use crate::web::page::{Page, page};
use crate::web::scale::scale;
use crate::web::series;

#[derive(Template)]
#[template(path = "platforms.html")]
struct Platforms {
    frame: Frame,
    empty: Option<Empty>,
    measures: Vec<Choice>,
    measure_name: &'static str,
    per: &'static str,
    caveat: Option<&'static str>,
    charts: Vec<PlatformChart>,
    shares: Vec<PlatformShare>,
    exports: Exports,
    names: Vec<(&'static str, &'static str)>,
    rows: Vec<Row>,
}

struct PlatformChart {
    platform: &'static str,
    name: &'static str,
    total: Figure,
    chart: Lines,
    table: ChartTable,
}

struct PlatformShare {
    class: &'static str,
    name: &'static str,
    share: Share,
    gmv: Figure,
}

/// A measure, of each platform and of all.
struct Row {
    name: &'static str,
    /// That it means something else on another platform.
    tag: Option<&'static str>,
    figures: Vec<Figure>,
}

/// The page.
pub async fn platforms(State(state): State<HttpState>, asked: Asked) -> Page {
    let mut client = state.client().await?;
    let reader = Reader::begin(&mut client, &state.app.clock).await?;
    let title = asked.words.platforms;
    let frame = Frame::of_figures(&state, &asked, &reader, Place::Platforms, title).await?;
    let (range, filter) = (&asked.view.range, &asked.view.filter);
    let total = reader.totals(range, filter).await?;
    let empty = Empty::of(&asked, &reader, total.as_ref()).await?;
    let unit = series::unit_of(range);
    let periods = reader.series(range, filter, unit, true).await?;
    let totals = reader.by_platform(range, filter).await?;

    let named = asked
        .query
        .measure
        .as_deref()
        .and_then(|name| name.parse().ok());
    let measure = named
        .filter(|measure| MEASURES_BY_PLATFORM.contains(measure))
        .unwrap_or(Measure::GrossMerchandiseValue);
    let platforms = platforms_of(&totals);
    page(&Platforms {
        empty,
        measures: measure_choices(&asked, measure, ""),
        measure_name: figure::short_name(asked.words, measure),
        per: series::per_unit(asked.words, unit),
        caveat: caveat(&asked, measure),
        charts: charts(&asked, unit, measure, &periods, &totals, &platforms),
        shares: shares(&asked, &totals, total.as_ref(), &platforms),
        exports: Exports::new("platforms", asked.view.range, &asked.view.filter, &[]),
        names: platforms
            .iter()
            .map(|platform| (platform.as_str(), platform.display_name()))
            .collect(),
        rows: Measure::ALL
            .iter()
            .map(|measure| row(&asked, *measure, &totals, total.as_ref(), &platforms))
            .collect(),
        frame,
    })
}

/// What makes a measure mean something else on another platform.
fn caveat(asked: &Asked, measure: Measure) -> Option<&'static str> {
    match measure {
        Measure::TotalDiscount => Some(asked.words.discount_caveat),
        Measure::CompletedOrders
        | Measure::PendingOrders
        | Measure::PendingShare
        | Measure::TotalRevenue
        | Measure::AvgOrderValue => Some(asked.words.completed_caveat),
        _ => None,
    }
}

/// The same in a few words.
fn tag(asked: &Asked, measure: Measure) -> Option<&'static str> {
    caveat(asked, measure).map(|_| match measure {
        Measure::TotalDiscount => asked.words.not_comparable,
        _ => asked.words.counted_differently,
    })
}

fn of(rows: &[PeriodRow], platform: Platform) -> impl Iterator<Item = &PeriodRow> {
    rows.iter()
        .filter(move |row| row.platform.as_deref() == Some(platform.as_str()))
}

fn source(asked: &Asked, platform: Platform) -> Source {
    let mut filter = asked.view.filter.clone();
    filter.platforms = vec![platform];
    Source::new(asked.view.range, &filter)
}

fn charts(
    asked: &Asked,
    unit: Unit,
    measure: Measure,
    periods: &[PeriodRow],
    totals: &[PeriodRow],
    platforms: &[Platform],
) -> Vec<PlatformChart> {
    let values = periods.iter().filter_map(|row| row.measures.get(measure));
    let scale = scale(measure, series::greatest(values));
    let show = |value: Option<Decimal>| {
        value.map_or_else(
            || "—".to_owned(),
            |value| figure::text(asked.format, measure, value),
        )
    };
    platforms
        .iter()
        .map(|platform| {
            let rows: Vec<_> = of(periods, *platform)
                .filter(|row| row.start <= asked.view.today)
                .collect();
            let columns = rows
                .iter()
                .map(|row| Point {
                    label: series::axis_label(asked.format, unit, row.start),
                    tip: format!(
                        "{}\n{}: {}",
                        series::label(asked.format, unit, row.start),
                        platform.display_name(),
                        show(row.measures.get(measure))
                    ),
                    href: series::href(asked, unit, row),
                    is_unripe: false,
                    is_unfinished: row.end >= asked.view.today,
                })
                .collect();
            let line = Line {
                class: platform.as_str(),
                is_comparison: false,
                values: rows
                    .iter()
                    .map(|row| row.measures.get(measure).map(figure::height))
                    .collect(),
            };
            let total = of(totals, *platform).next();
            let measures = total.map(|row| row.measures.clone()).unwrap_or_default();
            PlatformChart {
                platform: platform.as_str(),
                name: platform.display_name(),
                total: source(asked, *platform)
                    .figure(asked.format, &measures, measure)
                    .in_short(asked.format, measure),
                chart: Lines::draw(platform.as_str(), &[line], columns, scale, &|value| {
                    figure::axis_text(asked.format, measure, value)
                }),
                table: ChartTable::new(
                    asked.words,
                    platform.display_name(),
                    vec![
                        series::unit_name(asked.words, unit).to_owned(),
                        figure::short_name(asked.words, measure).to_owned(),
                    ],
                    rows.iter()
                        .rev()
                        .map(|row| {
                            vec![
                                series::label(asked.format, unit, row.start),
                                show(row.measures.get(measure)),
                            ]
                        })
                        .collect(),
                ),
            }
        })
        .collect()
}

fn shares(
    asked: &Asked,
    totals: &[PeriodRow],
    total: Option<&PeriodRow>,
    platforms: &[Platform],
) -> Vec<PlatformShare> {
    let whole = total
        .map(|row| row.measures.gross_merchandise_value)
        .unwrap_or_default();
    let gmv = |row: &PeriodRow| row.measures.gross_merchandise_value;
    let longest = totals.iter().map(gmv).max().unwrap_or_default();
    platforms
        .iter()
        .filter_map(|platform| {
            let row = of(totals, *platform).next()?;
            Some(PlatformShare {
                class: platform.as_str(),
                name: platform.display_name(),
                share: Share::of(asked, gmv(row), whole, longest, platform.as_str()),
                gmv: source(asked, *platform).figure(
                    asked.format,
                    &row.measures,
                    Measure::GrossMerchandiseValue,
                ),
            })
        })
        .collect()
}

fn row(
    asked: &Asked,
    measure: Measure,
    totals: &[PeriodRow],
    total: Option<&PeriodRow>,
    platforms: &[Platform],
) -> Row {
    let mut figures: Vec<_> = platforms
        .iter()
        .map(|platform| {
            let row = of(totals, *platform).next();
            let measures = row.map(|row| row.measures.clone()).unwrap_or_default();
            source(asked, *platform).figure(asked.format, &measures, measure)
        })
        .collect();
    let all = total.map(|row| row.measures.clone()).unwrap_or_default();
    let of_all = Source::new(asked.view.range, &asked.view.filter);
    figures.push(of_all.figure(asked.format, &all, measure));
    Row {
        name: figure::name(asked.words, measure),
        tag: tag(asked, measure),
        figures,
    }
}
