//! `/health`: how everything stands, as `daybook status` tells it.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::moment::Moment;
use super::openapi::Failures;
use super::parameters::{Asked, Nothing};
use crate::access::Viewer;
use crate::db::{self, DatabaseError};
use crate::http::{HttpState, Problem};
use crate::status;

/// How everything stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// When it was read.
    as_of: Moment,
    /// Version of the program.
    version: &'static str,
    /// Version of the schema.
    schema: u32,
    /// Business time zone.
    time_zone: String,
    /// How figures follow the orders: `incremental` or `queue`.
    statistics_mode: String,
    /// Whether nothing needs a person.
    healthy: bool,
    /// What needs a person; the first thing to read.
    attention: Vec<AttentionBody>,
    /// Source streams.
    streams: Vec<Stream>,
    /// Orders placed today, per marketplace.
    orders_today: Vec<OrdersToday>,
    /// Days in the rebuild queue.
    queue_days: u64,
    /// Age of the oldest mark, in whole seconds.
    queue_oldest_seconds: Option<u64>,
    /// Changes that wait to be folded; the live figures have them already.
    journal_entries: u64,
    /// Age of the oldest of them, in whole seconds.
    journal_oldest_seconds: Option<u64>,
    /// Documents in quarantine.
    quarantined: u64,
}

/// Something that needs a person.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Attention)]
pub struct AttentionBody {
    /// What.
    message: String,
    /// What to do.
    hint: String,
}

/// How far a source stream has been loaded.
#[derive(Debug, Serialize, ToSchema)]
pub struct Stream {
    /// Collection or dump file.
    stream: String,
    /// Marketplace; null for a collection that holds several.
    platform: Option<String>,
    /// Everything stored in the source before this instant has been loaded.
    complete_through: Option<Moment>,
    /// Newest ingest time among the documents read.
    newest_document: Option<Moment>,
    /// Whole seconds since `complete_through`.
    lag_seconds: Option<u64>,
}

/// Orders of a marketplace.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrdersToday {
    /// Marketplace.
    platform: String,
    /// Orders placed today.
    orders: u64,
}

/// How everything stands
#[utoipa::path(get, path = "/api/v1/health", tag = "service", responses(
    (status = 200, description = "The state of everything, also when something needs a person", body = Health), Failures
))]
pub async fn health(
    _: Viewer,
    State(state): State<HttpState>,
    _: Asked<Nothing>,
) -> Result<Json<Health>, Problem> {
    let mut client = state.client().await?;
    let transaction = db::snapshot(&mut client).await?;
    let schema = db::schema_state(&transaction).await?.require_current()?;
    let zone_name = &state.app.config.business.zone_name;
    let thresholds = &state.app.config.alerts.thresholds;
    let found = status::read(
        &transaction,
        schema,
        zone_name,
        &state.app.clock,
        thresholds,
    )
    .await?;
    transaction
        .commit()
        .await
        .map_err(DatabaseError::statement("read the status"))?;
    let zone = state.app.clock.zone();
    let whole = |seconds: Option<f64>| seconds.map(|seconds| seconds.max(0.0) as u64);
    Ok(Json(Health {
        as_of: Moment::by_clock(found.as_of, zone),
        version: found.version,
        schema: found.schema,
        time_zone: found.time_zone,
        statistics_mode: found.statistics_mode,
        healthy: found.attention.is_empty(),
        attention: found
            .attention
            .into_iter()
            .map(|attention| AttentionBody {
                message: attention.message,
                hint: attention.hint,
            })
            .collect(),
        streams: found
            .streams
            .into_iter()
            .map(|stream| Stream {
                stream: stream.stream,
                platform: stream.platform,
                complete_through: stream.complete_through.map(|at| Moment::of(at, zone)),
                newest_document: stream.newest_document.map(|at| Moment::of(at, zone)),
                lag_seconds: whole(stream.lag_seconds),
            })
            .collect(),
        orders_today: found
            .orders_today
            .into_iter()
            .map(|(platform, orders)| OrdersToday { platform, orders })
            .collect(),
        queue_days: found.queue_days,
        queue_oldest_seconds: whole(found.queue_oldest_seconds),
        journal_entries: found.journal_entries,
        journal_oldest_seconds: whole(found.journal_oldest_seconds),
        quarantined: found.quarantined,
    }))
}
