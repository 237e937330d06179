//! Why this number? A figure, its definition, the orders behind it, what changed it, through when it is complete.

use askama::Template;
use axum::extract::State;

use crate::http::{HttpState, Problem};
use crate::report::{
    CategoryFilter, CategoryView, Division, Key, Measure, Measures, OrdersQuery, Range, Reader,
    RegionFilter, ReportError,
};
use crate::web::asked::Asked;
use crate::web::definitions::{Definition, definition};
use crate::web::export::Exports;
use crate::web::figure::{self, Figure, Source};
use crate::web::frame::{Frame, Place, shop_name};
use crate::web::history::History;
use crate::web::order_list::{LIMIT, OrderList, cursor};
use crate::web::page::{Page, Part, page, part};
use crate::web::series;
use crate::web::staleness::in_order;
use crate::web::view::one_of;

#[derive(Template)]
#[template(path = "orders.html")]
struct Why {
    frame: Frame,
    failed_hint: String,
    name: &'static str,
    anchor: &'static str,
    figure: Figure,
    about: Vec<String>,
    share_open: Option<String>,
    definition: Definition,
    history: Option<History>,
    day_href: Option<String>,
    complete: Vec<(String, String)>,
    list: Part<OrderList>,
    exports: Exports,
}

/// The page.
pub async fn orders(State(state): State<HttpState>, asked: Asked) -> Page {
    let measure = measure(&asked)?;
    let cursor = cursor(&asked)?;
    let (range, filter) = (asked.view.range, asked.view.filter.clone());
    let region = region(&asked)?;
    let category = asked.query.category.as_ref().map(|id| CategoryFilter {
        category: key(id),
        with_children: true,
    });
    let mut client = state.client().await?;
    let reader = Reader::begin(&mut client, &state.app.clock).await?;
    let title = asked.words.why_this_number;
    let frame = Frame::with_freshness(&state, &asked, &reader, Place::Elsewhere, title).await?;
    let measures = measures(&asked, &reader, region.as_ref(), category.as_ref()).await?;
    let is_plain = region.is_none() && category.is_none() && filter.shop.is_none();
    let is_day = range.days() == 1;
    let history = match is_plain && is_day {
        true => Some(reader.changes(range.from(), &filter).await?),
        false => None,
    };
    let freshness = in_order(reader.freshness().await?);
    let query = OrdersQuery {
        measure: Some(measure),
        status: super::day::status(&asked)?,
        region,
        category,
        ..OrdersQuery::new(range, filter.clone())
    };
    let orders = part(reader.orders_behind(&query, cursor.as_ref(), LIMIT).await);

    let mut source = Source::new(range, &filter);
    source.more = more(&asked);
    let zone = state.app.clock.zone();
    page(&Why {
        failed_hint: asked.failed_hint(),
        name: figure::name(asked.words, measure),
        anchor: measure.as_str(),
        figure: source.figure(asked.format, &measures, measure),
        about: about(&asked),
        share_open: series::share_open(asked.format, &measures),
        definition: definition(asked.lang(), measure),
        history: history
            .map(|changes| History::new(&asked, &state.app.clock, &changes, Some(measure))),
        day_href: is_day.then(|| series::day_href(&asked, range.from())),
        complete: freshness
            .platforms
            .iter()
            .filter_map(|fresh| {
                let platform: order_model::Platform = fresh.platform.parse().ok()?;
                let is_asked = filter.platforms.is_empty() || filter.platforms.contains(&platform);
                let through = fresh.complete_through.map_or_else(
                    || "—".to_owned(),
                    |through| {
                        asked
                            .format
                            .date_time(through.to_zoned(zone.clone()).datetime())
                    },
                );
                is_asked.then(|| (platform.display_name().to_owned(), through))
            })
            .collect(),
        list: orders.map(|page| OrderList::new(&asked, page, &source.href(measure))),
        exports: Exports::new("orders", range, &filter, &export_pairs(&source, measure)),
        frame,
    })
}

fn measure(asked: &Asked) -> Result<Measure, Problem> {
    match asked.query.measure.as_deref() {
        None => Ok(Measure::TotalOrders),
        Some(name) => name.parse().map_err(|()| {
            one_of(
                "measure",
                Measure::ALL.iter().map(|measure| measure.as_str()),
            )
        }),
    }
}

/// An empty parameter stands for what is not known.
fn key(text: &str) -> Key {
    match text {
        "" => Key::Unknown,
        text => Key::Known(text.to_owned()),
    }
}

fn region(asked: &Asked) -> Result<Option<RegionFilter>, Problem> {
    let division = match asked.query.division.as_deref() {
        None => None,
        Some(name) => {
            let divisions = || Division::ALL.iter().map(|division| division.as_str());
            let division: Division = name.parse().map_err(|()| one_of("division", divisions()))?;
            Some(division)
        }
    };
    Ok(asked.query.region.as_deref().map(|region| RegionFilter {
        region: key(region),
        division,
    }))
}

/// The figures of what is asked about: of the whole range, or of one region or category of it.
async fn measures(
    asked: &Asked,
    reader: &Reader<'_>,
    region: Option<&RegionFilter>,
    category: Option<&CategoryFilter>,
) -> Result<Measures, ReportError> {
    let (range, filter) = (&asked.view.range, &asked.view.filter);
    if let Some(region) = region {
        let rows = reader.by_region(range, filter, region.division).await?;
        let wanted = region.region.as_option();
        let found = rows.into_iter().find(|row| row.region.as_deref() == wanted);
        return Ok(found.map(|row| row.measures).unwrap_or_default());
    }
    if let Some(category) = category {
        let wanted = category.category.as_option();
        return category_measures(reader, range, asked, wanted).await;
    }
    let total = reader.totals(range, filter).await?;
    Ok(total.map(|row| row.measures).unwrap_or_default())
}

/// The figures of a category with all that is below it. Categories are read a level at a time, so its parent's children
/// are asked for.
async fn category_measures(
    reader: &Reader<'_>,
    range: &Range,
    asked: &Asked,
    wanted: Option<&str>,
) -> Result<Measures, ReportError> {
    let filter = &asked.view.filter;
    let flat = reader
        .by_category(range, filter, &CategoryView::Flat)
        .await?;
    let mut parents: Vec<Option<String>> = vec![None];
    parents.extend(
        flat.iter()
            .filter_map(|row| row.parent_id.clone())
            .map(Some),
    );
    parents.dedup();
    for parent in parents {
        let view = CategoryView::Tree { parent };
        let rows = reader.by_category(range, filter, &view).await?;
        let found = rows
            .into_iter()
            .find(|row| row.category_id.as_deref() == wanted);
        if let Some(row) = found {
            return Ok(row.measures);
        }
    }
    Ok(Measures::default())
}

/// The parameters that say which orders count, beside range and filter.
fn more(asked: &Asked) -> Vec<(&'static str, String)> {
    let query = &asked.query;
    [
        ("category", &query.category),
        ("region", &query.region),
        ("division", &query.division),
        ("status", &query.status),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some((name, value.clone()?)))
    .collect()
}

/// What says which orders count, as the API takes it.
fn export_pairs(source: &Source, measure: Measure) -> Vec<(&'static str, String)> {
    let mut pairs = vec![("measure", measure.to_string())];
    pairs.extend_from_slice(&source.more);
    if pairs.iter().any(|(name, _)| *name == "category") {
        pairs.push(("tree", "true".to_owned()));
    }
    pairs
}

/// What is asked about, in words.
fn about(asked: &Asked) -> Vec<String> {
    let (words, view) = (asked.words, &asked.view);
    let mut about = vec![match view.range.days() {
        1 => asked.format.long_date(view.range.from()),
        _ => asked.format.range(view.range.from(), view.range.to()),
    }];
    let names = view.filter.platforms.iter();
    about.extend(names.map(|platform| platform.display_name().to_owned()));
    if let Some(shop) = &view.filter.shop {
        about.push(format!(
            "{} {}",
            words.shop,
            shop_name(words, shop.as_option())
        ));
    }
    if let Some(region) = &asked.query.region {
        about.push(match region.as_str() {
            "" => format!("{}: {}", words.region, words.unknown),
            region => region.to_owned(),
        });
    }
    if let Some(category) = &asked.query.category {
        about.push(match category.as_str() {
            "" => words.without_category.to_owned(),
            category => format!("{} {category}", words.category),
        });
    }
    about
}
