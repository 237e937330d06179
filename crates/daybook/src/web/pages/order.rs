//! Order: is this order right?

use askama::Template;
use axum::extract::{Path, State};
use jiff::Timestamp;

use crate::config::setting;
use crate::http::{HttpState, Problem};
use crate::report::{Filter, Order, OrderLine, Range, Reader};
use crate::web::address::address;
use crate::web::asked::Asked;
use crate::web::figure::Source;
use crate::web::frame::{Frame, Place, shop_filter, shop_name};
use crate::web::mongosh;
use crate::web::order_list::{marketplace_status, status};
use crate::web::page::{Page, page};
use crate::web::series;
use crate::web::view::platform_named;

#[derive(Template)]
#[template(path = "order.html")]
struct OrderPage {
    frame: Frame,
    platform: &'static str,
    platform_name: &'static str,
    status: &'static str,
    status_name: &'static str,
    platform_status: String,
    total: String,
    discount: String,
    paid: String,
    facts: Vec<(&'static str, String)>,
    lines: Vec<Line>,
    buckets: Vec<Bucket>,
    documents: Vec<Document>,
    document_id: Option<String>,
    fields: String,
    code: String,
}

struct Line {
    number: i32,
    product: String,
    sku: String,
    category: String,
    quantity: String,
    list_value: String,
    discount: String,
    paid: String,
}

/// Where the order's documents may be.
struct Document {
    stream: String,
    /// The query that shows the deciding document, where the stream is a collection.
    query: Option<String>,
}

/// A bucket of the statistics that the order counts in.
struct Bucket {
    kind: &'static str,
    name: String,
    href: String,
}

/// The page.
pub async fn order(
    State(state): State<HttpState>,
    Path((platform, code)): Path<(String, String)>,
    asked: Asked,
) -> Page {
    let platform = platform_named("platform", &platform)
        .map_err(|_| Problem::not_found("There is no such marketplace."))?;
    let mut client = state.client().await?;
    let reader = Reader::begin(&mut client, &state.app.clock).await?;
    let Some(order) = reader.order(platform, &code).await? else {
        return Err(Problem::not_found(format!(
            "There is no order {code} of {}.",
            platform.display_name()
        ))
        .with_hint("a document that could not be read is in quarantine: see Operations"));
    };
    let title = format!("{} {code}", asked.words.order);
    let frame = Frame::with_freshness(&state, &asked, &reader, Place::Elsewhere, title).await?;
    let status = status(&order.status);
    let format = asked.format;
    page(&OrderPage {
        platform: platform.as_str(),
        platform_name: platform.display_name(),
        status: status.as_str(),
        status_name: asked.words.status(status),
        platform_status: marketplace_status(&asked, platform, order.platform_status.as_deref()),
        total: format.amount(order.total_amount),
        discount: format.amount(order.discount_amount),
        paid: format.amount(order.final_amount),
        facts: facts(&state, &asked, &order),
        lines: order
            .lines
            .iter()
            .map(|line| Line::new(&asked, line))
            .collect(),
        buckets: buckets(&asked, platform, &order),
        documents: documents(&state, &order),
        document_id: order.raw_document.id.clone(),
        fields: order.raw_document.fields.join(", "),
        code,
        frame,
    })
}

fn facts(state: &HttpState, asked: &Asked, order: &Order) -> Vec<(&'static str, String)> {
    let (words, format) = (asked.words, asked.format);
    let none = || "—".to_owned();
    let civil =
        |time: Option<jiff::civil::DateTime>| time.map_or_else(none, |time| format.date_time(time));
    let instant = |time: Option<Timestamp>| {
        let zone = state.app.clock.zone().clone();
        civil(time.map(|time| time.to_zoned(zone).datetime()))
    };
    vec![
        (words.order_date, format.date_time(order.order_date)),
        (words.completed_at, civil(order.completed_at)),
        (words.cancelled_at, civil(order.cancelled_at)),
        (words.shop, shop_name(words, order.shop_id.as_deref())),
        (
            words.region,
            order
                .region
                .clone()
                .unwrap_or_else(|| words.unknown.to_owned()),
        ),
        (
            words.customer_id,
            order.customer_id.clone().unwrap_or_else(none),
        ),
        (words.source_updated_at, instant(order.source_updated_at)),
        (words.ingested_at, instant(order.ingested_at)),
        (words.row_updated_at, civil(order.updated_at)),
    ]
}

impl Line {
    fn new(asked: &Asked, line: &OrderLine) -> Self {
        let none = || "—".to_owned();
        let amount = |amount: Option<crate::report::Decimal>| {
            amount.map_or_else(none, |amount| asked.format.amount(amount))
        };
        Self {
            number: line.line_number,
            product: line.product_id.clone().unwrap_or_else(none),
            sku: line.sku.clone().unwrap_or_else(none),
            category: line
                .category_name
                .clone()
                .or_else(|| line.category_id.clone())
                .unwrap_or_else(|| asked.words.without_category.to_owned()),
            quantity: line
                .quantity
                .map_or_else(none, |quantity| asked.format.count(quantity)),
            list_value: amount(line.list_value),
            discount: amount(line.discount_amount),
            paid: amount(line.final_amount),
        }
    }
}

/// The streams of the order's marketplace, but for what only completes orders.
fn documents(state: &HttpState, order: &Order) -> Vec<Document> {
    let raw = &order.raw_document;
    let companions = state.app.config.value(&setting::LAZADA_ITEMS_COLLECTION);
    let is_companion = |collection: &str| companions.is_some_and(|known| known.text == collection);
    raw.streams
        .iter()
        .filter_map(|stream| {
            let collection = mongosh::collection_of(stream);
            if collection.is_some_and(is_companion) {
                return None;
            }
            Some(Document {
                query: collection
                    .zip(raw.id.as_deref())
                    .map(|(collection, id)| mongosh::find_one(collection, id)),
                stream: stream.clone(),
            })
        })
        .collect()
}

fn buckets(asked: &Asked, platform: order_model::Platform, order: &Order) -> Vec<Bucket> {
    let words = asked.words;
    let day = order.buckets.stat_date;
    let only = Filter::platform(platform);
    let range = Range::day(day);
    let measure = crate::report::Measure::TotalOrders;
    let mut buckets = vec![Bucket {
        kind: words.business_day,
        name: format!(
            "{}, {}",
            asked.format.long_date(day),
            platform.display_name()
        ),
        href: address(
            &format!("/day/{day}"),
            &[("platform", platform.to_string())],
        ),
    }];
    buckets.push(Bucket {
        kind: words.shop,
        name: shop_name(words, order.shop_id.as_deref()),
        href: Source::new(range, &shop_filter(platform, order.shop_id.as_deref())).href(measure),
    });
    buckets.extend(order.buckets.provinces.iter().map(|province| {
        let mut source = Source::new(range, &only);
        source.more.extend([
            ("region", province.province.clone()),
            ("division", province.division.clone()),
        ]);
        Bucket {
            kind: words.region,
            name: format!("{} ({})", province.province, province.division),
            href: source.href(measure),
        }
    }));
    buckets.extend(order.buckets.categories.iter().map(|category| {
        let mut source = Source::new(range, &only);
        source
            .more
            .push(("category", category.category_id.clone().unwrap_or_default()));
        Bucket {
            kind: words.category,
            name: category
                .category_name
                .clone()
                .or_else(|| category.category_id.clone())
                .unwrap_or_else(|| words.without_category.to_owned()),
            href: source.href(measure),
        }
    }));
    let week = range.whole_weeks().from();
    buckets.push(Bucket {
        kind: words.week,
        name: series::label(asked.format, crate::report::Unit::Week, week),
        href: asked
            .view
            .filtered(only.clone())
            .about(range.whole_weeks())
            .href("/", &[]),
    });
    buckets.push(Bucket {
        kind: words.month,
        name: asked.format.month(day),
        href: asked
            .view
            .filtered(only)
            .about(range.whole_months())
            .href("/", &[]),
    });
    buckets
}
