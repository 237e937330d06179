//! Orders by their number.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::list::order_url;
use crate::access::Viewer;
use crate::api::moment::Moment;
use crate::api::openapi::Failures;
use crate::api::parameters::{Asked, Check};
use crate::http::{HttpState, Problem};
use crate::report::Reader;

const USUAL: u32 = 20;
const MOST: u32 = 100;

/// What to look for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SearchParameters {
    /// The number of an order, or its beginning.
    #[param(required = true, example = "260319")]
    q: Option<String>,
    /// Most orders: 20 when it is left out.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Option<String>,
}

/// Orders that were found.
#[derive(Debug, Serialize, ToSchema)]
pub struct FoundOrders {
    /// An exact match first, then the shortest numbers.
    data: Vec<FoundOrderBody>,
}

/// An order that was found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FoundOrder)]
pub struct FoundOrderBody {
    /// Marketplace.
    platform: String,
    /// The marketplace's number.
    order_code: String,
    /// When it was placed.
    order_date: Moment,
    /// `pending`, `completed` or `cancelled`.
    status: String,
    /// All about it.
    order_url: String,
}

/// Orders by their number, or its beginning
#[utoipa::path(get, path = "/api/v1/search", tag = "orders", params(SearchParameters), responses(
    (status = 200, description = "Orders of any marketplace", body = FoundOrders), Failures
))]
pub async fn search(
    _: Viewer,
    State(state): State<HttpState>,
    Asked(asked): Asked<SearchParameters>,
) -> Result<Json<FoundOrders>, Problem> {
    let mut check = Check::default();
    let limit = check.number("limit", asked.limit.as_deref(), 1, MOST, USUAL);
    let text = asked.q.unwrap_or_else(|| {
        check.fault("q", "needed: the number of an order, or its beginning");
        String::new()
    });
    check.done()?;
    let mut client = state.client().await?;
    let reader = Reader::begin(&mut client, &state.app.clock).await?;
    let found = reader.find_orders(&text, limit).await?;
    let data = found.into_iter().map(|order| FoundOrderBody {
        order_url: order_url(&order.platform, &order.order_code),
        order_date: Moment::civil(order.order_date, state.app.clock.zone()),
        platform: order.platform,
        order_code: order.order_code,
        status: order.status,
    });
    Ok(Json(FoundOrders {
        data: data.collect(),
    }))
}
