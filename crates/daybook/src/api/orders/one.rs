//! One order.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use order_model::Platform;
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::Viewer;
use crate::api::moment::Moment;
use crate::api::openapi::Failures;
use crate::api::parameters::{Asked, Check, Nothing};
use crate::http::{HttpState, Problem};
use crate::report::{Decimal, Order, OrderLine, Reader};

/// One order.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Order)]
pub struct OrderBody {
    /// Every change that was committed by then is in the answer.
    as_of: Moment,
    /// Marketplace.
    platform: String,
    /// The marketplace's number.
    order_code: String,
    /// Seller account.
    shop_id: Option<String>,
    /// The buyer's id on the platform, where it is known and kept.
    customer_id: Option<String>,
    /// `pending`, `completed` or `cancelled`.
    status: String,
    /// Status in the marketplace's words.
    platform_status: Option<String>,
    /// ISO 4217 code of the amounts.
    currency: String,
    /// Value before discounts: `final_amount` and `discount_amount` together.
    #[schema(value_type = String, example = "259000.00")]
    total_amount: Decimal,
    /// Discounts.
    #[schema(value_type = String, example = "20000.00")]
    discount_amount: Decimal,
    /// What the buyer pays.
    #[schema(value_type = String, example = "239000.00")]
    final_amount: Decimal,
    /// Province as the marketplace spells it.
    region: Option<String>,
    /// When it was placed.
    order_date: Moment,
    /// When it was first seen completed, if that is its status.
    completed_at: Option<Moment>,
    /// When it was first seen cancelled, if that is its status.
    cancelled_at: Option<Moment>,
    /// The marketplace's update time of the version that is shown.
    source_updated_at: Option<Moment>,
    /// When the collector stored that version.
    ingested_at: Option<Moment>,
    /// When its row was first written.
    created_at: Option<Moment>,
    /// When its row last changed.
    updated_at: Option<Moment>,
    /// What was bought.
    lines: Vec<LineBody>,
    /// Where it counts.
    buckets: BucketsBody,
    /// How to find its documents in the source.
    raw_document: RawDocumentBody,
}

/// A line of an order.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OrderLine)]
pub struct LineBody {
    /// From 1, in the marketplace's order.
    line_number: i32,
    /// The marketplace's id of the product.
    product_id: Option<String>,
    /// The variant.
    sku: Option<String>,
    /// Units.
    quantity: Option<i64>,
    /// Units at list price.
    #[schema(value_type = Option<String>)]
    list_value: Option<Decimal>,
    /// Its part of the order's discounts.
    #[schema(value_type = Option<String>)]
    discount_amount: Option<Decimal>,
    /// Its part of what the buyer pays.
    #[schema(value_type = Option<String>)]
    final_amount: Option<Decimal>,
    /// The category its product is in now.
    category_id: Option<String>,
    /// What people call it.
    category_name: Option<String>,
}

/// Where an order counts.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OrderBuckets)]
pub struct BucketsBody {
    /// The business day.
    stat_date: Date,
    /// The provinces its region stands for, per division; none where it is not known.
    provinces: Vec<ProvinceBody>,
    /// The categories it touches, each once; without id is everything without category.
    categories: Vec<CategoryBody>,
}

/// A province of a division.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OrderProvince)]
pub struct ProvinceBody {
    #[schema(example = "VN-34")]
    division: String,
    province: String,
}

/// A category that an order touches.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OrderCategory)]
pub struct CategoryBody {
    category_id: Option<String>,
    category_name: Option<String>,
}

/// How to find documents in the source.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RawDocument)]
pub struct RawDocumentBody {
    /// Collections or dump files that were loaded from.
    streams: Vec<String>,
    /// Fields of the payload that hold the order's number.
    fields: Vec<&'static str>,
    /// The number to look for.
    order_code: String,
    /// `_id` of the document that decides the order, as canonical extended JSON; `null` when it has none, or when the order was
    /// loaded before ids were kept.
    #[schema(example = r#"{"$oid":"65f2a1c09d1e8b3a4c5d6e7f"}"#)]
    id: Option<String>,
}

/// One order, and where it counts
#[utoipa::path(get, path = "/api/v1/orders/{platform}/{code}", operation_id = "get_order", tag = "orders",
    params(
        ("platform" = String, Path, description = "Marketplace", pattern = "^(tiktok|shopee|lazada)$"),
        ("code" = String, Path, description = "The marketplace's number of the order"),
    ),
    responses((status = 200, description = "The order", body = OrderBody), Failures)
)]
pub async fn one(
    _: Viewer,
    State(state): State<HttpState>,
    path: Result<Path<(String, String)>, axum::extract::rejection::PathRejection>,
    _: Asked<Nothing>,
) -> Result<Response, Problem> {
    let Path((platform, code)) =
        path.map_err(|_| Problem::parameter("code", "percent-encoded UTF-8"))?;
    let mut check = Check::default();
    let names = Platform::ALL.map(Platform::as_str);
    let platform: Option<Platform> = check.word("platform", Some(&platform), &names);
    if code.contains('\0') {
        check.fault("code", "must not hold the character NUL");
    }
    check.done()?;
    let missing = || Problem::not_found("There is no order of that number.");
    let platform = platform.ok_or_else(missing)?;
    let mut client = state.client().await?;
    let reader = Reader::begin(&mut client, &state.app.clock).await?;
    let order = reader.order(platform, &code).await?.ok_or_else(missing)?;
    let zone = state.app.clock.zone();
    let currency = state.app.config.business.currency.as_str();
    let body = OrderBody::of(
        order,
        Moment::by_clock(reader.as_of(), zone),
        currency,
        zone,
    );
    Ok(Json(body).into_response())
}

impl OrderBody {
    fn of(order: Order, as_of: Moment, currency: &str, zone: &TimeZone) -> Self {
        let civil = |time: DateTime| Moment::civil(time, zone);
        let instant = |time| Moment::of(time, zone);
        Self {
            as_of,
            raw_document: RawDocumentBody {
                streams: order.raw_document.streams,
                fields: order.raw_document.fields,
                order_code: order.order_code.clone(),
                id: order.raw_document.id,
            },
            platform: order.platform,
            order_code: order.order_code,
            shop_id: order.shop_id,
            customer_id: order.customer_id,
            status: order.status,
            platform_status: order.platform_status,
            currency: order.currency.unwrap_or_else(|| currency.to_owned()),
            total_amount: order.total_amount,
            discount_amount: order.discount_amount,
            final_amount: order.final_amount,
            region: order.region,
            order_date: civil(order.order_date),
            completed_at: order.completed_at.map(civil),
            cancelled_at: order.cancelled_at.map(civil),
            source_updated_at: order.source_updated_at.map(instant),
            ingested_at: order.ingested_at.map(instant),
            created_at: order.created_at.map(civil),
            updated_at: order.updated_at.map(civil),
            lines: order.lines.into_iter().map(LineBody::from).collect(),
            buckets: BucketsBody {
                stat_date: order.buckets.stat_date,
                provinces: order
                    .buckets
                    .provinces
                    .into_iter()
                    .map(|known| ProvinceBody {
                        division: known.division,
                        province: known.province,
                    })
                    .collect(),
                categories: order
                    .buckets
                    .categories
                    .into_iter()
                    .map(|touched| CategoryBody {
                        category_id: touched.category_id,
                        category_name: touched.category_name,
                    })
                    .collect(),
            },
        }
    }
}

impl From<OrderLine> for LineBody {
    fn from(line: OrderLine) -> Self {
        Self {
            line_number: line.line_number,
            product_id: line.product_id,
            sku: line.sku,
            quantity: line.quantity,
            list_value: line.list_value,
            discount_amount: line.discount_amount,
            final_amount: line.final_amount,
            category_id: line.category_id,
            category_name: line.category_name,
        }
    }
}
