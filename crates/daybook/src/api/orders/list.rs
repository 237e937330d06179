//! The orders behind a figure.

use axum::http::HeaderMap;
use axum::response::Response;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use order_model::OrderStatus;
use serde::{Deserialize, Serialize};
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::{IntoParams, ToSchema};

use crate::access::Viewer;
use crate::api::answer::{Form, answer};
use crate::api::caller::Caller;
use crate::api::columns::{Column, columns};
use crate::api::envelope::{Answer, Content};
use crate::api::figures::{DivisionParameter, PresetName};
use crate::api::format::Format;
use crate::api::links::Link;
use crate::api::moment::Moment;
use crate::api::openapi::Failures;
use crate::api::parameters::{Asked, Check, Days, filter};
use crate::api::question::Question;
use crate::http::{HttpState, Problem};
use crate::report::{
    CategoryFilter, Cursor, Decimal, Measure, OrderRow, OrdersQuery, Preset, Range, Reader,
    RegionFilter, ReportError,
};

/// Orders of a page.
const PAGE: u32 = 50;
const LARGEST_PAGE: u32 = 500;
/// Orders of a file.
const FILE: u32 = 10_000;
const LARGEST_FILE: u32 = 50_000;

/// Which orders.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OrderParameters {
    /// First business day, as YYYY-MM-DD.
    #[param(format = Date)]
    from: Option<String>,
    /// Last business day; today when it is left out.
    #[param(format = Date)]
    to: Option<String>,
    /// One business day.
    #[param(format = Date, example = "2026-03-19")]
    day: Option<String>,
    /// Days that move along with today. Without any days, today.
    #[param(inline, value_type = Option<PresetName>)]
    preset: Option<String>,
    /// Marketplaces, separated by commas. All when it is left out.
    #[param(
        pattern = "^(tiktok|shopee|lazada)(,(tiktok|shopee|lazada))*$",
        example = "shopee"
    )]
    platform: Option<String>,
    /// Only this seller account; empty for orders that do not name theirs.
    shop: Option<String>,
    /// Only orders of this status.
    #[param(inline, value_type = Option<Status>)]
    status: Option<String>,
    /// Only orders that count in this figure.
    #[param(inline, value_type = Option<MeasureName>)]
    measure: Option<String>,
    /// Only orders of this province; empty for those whose province is not known.
    region: Option<String>,
    /// Only orders that touch this category; empty for everything without one. Needs one platform.
    category: Option<String>,
    /// Whether categories below `category` count as well.
    #[param(value_type = Option<bool>)]
    tree: Option<String>,
    /// Most orders: 50 when it is left out, at most 500; of a file 10,000, at most 50,000.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 50000)]
    limit: Option<String>,
    /// `next_cursor` of the page before.
    #[param(pattern = "^[A-Za-z0-9_-]+$")]
    cursor: Option<String>,
    /// The form of the answer; the header Accept says it as well.
    #[param(inline, value_type = Option<Format>)]
    format: Option<String>,
    /// Whether CSV begins with a byte-order mark, which Excel needs.
    #[param(value_type = Option<bool>)]
    bom: Option<String>,
}

/// The same, with a division.
#[derive(Debug, Deserialize)]
pub struct Parameters {
    #[serde(flatten)]
    orders: OrderParameters,
    #[serde(flatten)]
    division: DivisionParameter,
}

impl IntoParams for Parameters {
    fn into_params(place: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let orders = OrderParameters::into_params(&place);
        orders
            .into_iter()
            .chain(DivisionParameter::into_params(&place))
            .collect()
    }
}

/// The words for statuses.
#[derive(Debug, Clone, Copy, ToSchema)]
#[schema(rename_all = "lowercase")]
enum Status {
    Pending,
    Completed,
    Cancelled,
}

impl std::str::FromStr for Status {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        match word {
            "pending" => Ok(Self::Pending),
            "completed" => Ok(Self::Completed),
            "cancelled" => Ok(Self::Cancelled),
            _ => Err(()),
        }
    }
}

impl From<Status> for OrderStatus {
    fn from(status: Status) -> Self {
        match status {
            Status::Pending => Self::Pending,
            Status::Completed => Self::Completed,
            Status::Cancelled => Self::Cancelled,
        }
    }
}

/// The words for figures.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[allow(dead_code, reason = "only its schema is used")]
enum MeasureName {
    TotalOrders,
    CompletedOrders,
    CancelledOrders,
    PendingOrders,
    GrossMerchandiseValue,
    TotalDiscount,
    TotalRevenue,
    CancellationRate,
    AvgOrderValue,
    PendingShare,
}

/// An order in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListedOrder {
    /// When it was placed.
    order_date: Moment,
    /// Marketplace.
    platform: String,
    /// The marketplace's number.
    order_code: String,
    /// Seller account.
    shop_id: Option<String>,
    /// `pending`, `completed` or `cancelled`.
    status: String,
    /// Status in the marketplace's words.
    platform_status: Option<String>,
    /// Province as the marketplace spells it.
    region: Option<String>,
    /// When it was first seen completed, if that is its status.
    completed_at: Option<Moment>,
    /// When it was first seen cancelled, if that is its status.
    cancelled_at: Option<Moment>,
    /// Value before discounts.
    #[schema(value_type = String, example = "259000.00")]
    total_amount: Decimal,
    /// Discounts.
    #[schema(value_type = String, example = "20000.00")]
    discount_amount: Decimal,
    /// What the buyer pays.
    #[schema(value_type = String, example = "239000.00")]
    final_amount: Decimal,
    /// What of `total_amount` belongs to the category asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    category_total_amount: Option<Decimal>,
    /// What of `discount_amount` belongs to the category asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    category_discount_amount: Option<Decimal>,
    /// What of `final_amount` belongs to the category asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    category_final_amount: Option<Decimal>,
    /// All about it.
    #[schema(example = "/api/v1/orders/shopee/260319SYN0A1B2")]
    order_url: String,
}

impl ListedOrder {
    fn of(order: OrderRow, zone: &TimeZone) -> Self {
        let moment = |time: DateTime| Moment::civil(time, zone);
        Self {
            order_url: order_url(&order.platform, &order.order_code),
            order_date: moment(order.order_date),
            platform: order.platform,
            order_code: order.order_code,
            shop_id: order.shop_id,
            status: order.status,
            platform_status: order.platform_status,
            region: order.region,
            completed_at: order.completed_at.map(moment),
            cancelled_at: order.cancelled_at.map(moment),
            total_amount: order.total_amount,
            discount_amount: order.discount_amount,
            final_amount: order.final_amount,
            category_total_amount: order.part.map(|part| part.total_amount),
            category_discount_amount: order.part.map(|part| part.discount_amount),
            category_final_amount: order.part.map(|part| part.final_amount),
        }
    }
}

/// The address of an order. Numbers of marketplaces are plain, but one written by hand can be anything.
pub fn order_url(platform: &str, order_code: &str) -> String {
    let code: String = form_urlencoded::byte_serialize(order_code.as_bytes()).collect();
    // In a path, a plus sign is a plus sign.
    format!("/api/v1/orders/{platform}/{}", code.replace('+', "%20"))
}

struct Orders {
    query: OrdersQuery,
    cursor: Option<Cursor>,
    limit: u32,
    zone: TimeZone,
    link: Link,
}

impl std::fmt::Debug for Orders {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} {:?} {}", self.query, self.cursor, self.limit)
    }
}

impl Question for Orders {
    type Row = ListedOrder;

    const NAME: &'static str = "orders";

    fn columns(&self) -> Vec<Column> {
        let order = columns![
            "order_date": Moment, "platform": Text, "order_code": Text, "shop_id": Text, "status": Text,
            "platform_status": Text, "region": Text, "completed_at": Moment, "cancelled_at": Moment,
            "total_amount": Amount, "discount_amount": Amount, "final_amount": Amount
        ];
        let part = columns![
            "category_total_amount": Amount, "category_discount_amount": Amount, "category_final_amount": Amount
        ];
        match self.query.category {
            Some(_) => [&order[..], &part].concat(),
            None => order.to_vec(),
        }
    }

    fn range(&self) -> Option<Range> {
        Some(self.query.range)
    }

    fn filters(&self) -> Vec<(&'static str, String)> {
        vec![
            ("orders of", self.link.to_string()),
            ("most orders", self.limit.to_string()),
        ]
    }

    fn next_link(&self) -> Option<Link> {
        Some(self.link.clone())
    }

    async fn ask(&self, reader: &Reader<'_>) -> Result<Content<ListedOrder>, ReportError> {
        let page = reader
            .orders_behind(&self.query, self.cursor.as_ref(), self.limit)
            .await?;
        let orders = page.orders.into_iter();
        Ok(Content {
            next_cursor: page.next.map(|cursor| cursor.to_string()),
            ..Content::rows(
                orders
                    .map(|order| ListedOrder::of(order, &self.zone))
                    .collect(),
            )
        })
    }
}

impl Parameters {
    fn check(self, state: &HttpState, headers: &HeaderMap) -> Result<(Orders, Form), Problem> {
        let asked = &self.orders;
        let mut check = Check::default();
        let form = Form {
            format: check.format(asked.format.as_deref(), Format::accepted(headers)),
            bom: check.flag("bom", asked.bom.as_deref()),
        };
        let (largest, usual) = match form.format {
            Format::Json => (LARGEST_PAGE, PAGE),
            _ => (LARGEST_FILE, FILE),
        };
        let limit = check.number("limit", asked.limit.as_deref(), 1, largest, usual);
        let cursor: Option<Cursor> = asked.cursor.as_deref().and_then(|text| {
            let cursor = text.parse().ok();
            if cursor.is_none() {
                check.fault("cursor", "next_cursor of the page before, unchanged");
            }
            cursor
        });
        let filter = filter(&mut check, asked.platform.as_deref(), asked.shop.as_deref());
        let statuses = ["pending", "completed", "cancelled"];
        let status: Option<Status> = check.word("status", asked.status.as_deref(), &statuses);
        let measures: Vec<_> = Measure::ALL
            .iter()
            .map(|measure| measure.as_str())
            .collect();
        let measure: Option<Measure> = check.word("measure", asked.measure.as_deref(), &measures);
        let division = self.division.check(&mut check);
        let region = Check::key(asked.region.as_deref());
        let with_children = check.flag("tree", asked.tree.as_deref());
        let category = Check::key(asked.category.as_deref());
        if category.is_some() && filter.platforms.len() != 1 {
            check.fault(
                "category",
                "a category belongs to one marketplace: add platform=",
            );
        }
        let days = Days {
            from: asked.from.as_deref(),
            to: asked.to.as_deref(),
            day: asked.day.as_deref(),
            preset: asked.preset.as_deref(),
        };
        let today = state.app.clock.today();
        let range = check.range(&days, today, Preset::Today, Range::MOST_DAYS, None)?;
        check.done()?;
        let query = OrdersQuery {
            range,
            filter,
            measure,
            status: status.map(OrderStatus::from),
            region: region.map(|region| RegionFilter { region, division }),
            category: category.map(|category| CategoryFilter {
                category,
                with_children,
            }),
        };
        let orders = Orders {
            link: self.link(&query, limit),
            query,
            cursor,
            limit,
            zone: state.app.clock.zone().clone(),
        };
        Ok((orders, form))
    }

    /// The same question, with days that do not move while pages are turned.
    fn link(&self, query: &OrdersQuery, limit: u32) -> Link {
        let asked = &self.orders;
        let given = [
            ("platform", &asked.platform),
            ("shop", &asked.shop),
            ("status", &asked.status),
            ("measure", &asked.measure),
            ("region", &asked.region),
            ("division", &self.division.division),
            ("category", &asked.category),
            ("tree", &asked.tree),
            ("format", &asked.format),
        ];
        let link = Link::to("/api/v1/orders")
            .with("from", query.range.from())
            .with("to", query.range.to())
            .with("limit", limit);
        given
            .into_iter()
            .filter_map(|(name, value)| Some((name, value.as_ref()?)))
            .fold(link, |link, (name, value)| link.with(name, value))
    }
}

/// The orders behind a figure
///
/// Newest first. `next_cursor`, and the header Link, lead to the next page: pages go by the orders' own order, so orders that come
/// in meanwhile move none.
#[utoipa::path(get, path = "/api/v1/orders", operation_id = "list_orders", tag = "orders", params(Parameters), responses(
    (status = 200, description = "The orders", content(
        (Answer<ListedOrder> = "application/json"), (String = "text/csv"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    )), Failures
))]
pub async fn list(
    _: Viewer,
    caller: Caller,
    Asked(parameters): Asked<Parameters>,
) -> Result<Response, Problem> {
    let (orders, form) = parameters.check(&caller.state, &caller.headers)?;
    answer(&caller, orders, form).await
}
