//! `/queue`, `/quarantine`: what waits for the program, and what waits for a person.

use axum::Json;
use axum::extract::State;
use jiff::civil::Date;
use order_model::{Platform, RejectReason};
use serde::{Deserialize, Serialize};
use tokio_postgres::types::Type;
use utoipa::{IntoParams, ToSchema};

use super::moment::Moment;
use super::openapi::Failures;
use super::parameters::{Asked, Check, Nothing};
use crate::access::Viewer;
use crate::db::{self, DatabaseError};
use crate::http::{HttpState, Problem};
use crate::quarantine::{Filter, Stored, list};

/// Most days of the queue that are given.
const MOST_DAYS: i64 = 1000;
const USUAL: u32 = 50;
const MOST: u32 = 500;

/// The rebuild queue.
#[derive(Debug, Serialize, ToSchema)]
pub struct Queue {
    /// When it was read.
    as_of: Moment,
    /// Oldest first: the first thousand.
    data: Vec<QueuedDay>,
}

/// A business day that waits to be computed.
#[derive(Debug, Serialize, ToSchema)]
pub struct QueuedDay {
    /// Business day.
    stat_date: Date,
    /// When the oldest mark was made.
    marked_at: Moment,
    /// How many marks there are.
    marks: i64,
}

/// Business days that wait to be computed
#[utoipa::path(get, path = "/api/v1/queue", tag = "service", responses(
    (status = 200, description = "The days", body = Queue), Failures
))]
pub async fn queue(
    _: Viewer,
    State(state): State<HttpState>,
    _: Asked<Nothing>,
) -> Result<Json<Queue>, Problem> {
    let zone = state.app.clock.zone();
    let as_of = Moment::by_clock(state.app.clock.now(), zone);
    let mut client = state.client().await?;
    let snapshot = db::snapshot(&mut client).await?;
    let rows = snapshot
        .query_typed(include_str!("queue.sql"), &[(&MOST_DAYS, Type::INT8)])
        .await
        .map_err(DatabaseError::statement("read the rebuild queue"))?;
    Ok(Json(Queue {
        as_of,
        data: rows
            .iter()
            .map(|row| QueuedDay {
                stat_date: row.get("stat_date"),
                marked_at: Moment::of(row.get("marked_at"), zone),
                marks: row.get("marks"),
            })
            .collect(),
    }))
}

/// Which entries.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct QuarantineParameters {
    /// Only of this marketplace.
    #[param(pattern = "^(tiktok|shopee|lazada)$")]
    platform: Option<String>,
    /// Only with this reason, a word of the closed list in docs/schema.md.
    #[param(inline, value_type = Option<String>, example = "invalid_amount")]
    reason: Option<String>,
    /// Most entries: 50 when it is left out.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 500)]
    limit: Option<String>,
}

/// Documents that became no order.
#[derive(Debug, Serialize, ToSchema)]
pub struct Quarantine {
    /// When they were read.
    as_of: Moment,
    /// Last seen first.
    data: Vec<QuarantineEntry>,
}

/// A document that became no order: where it is and why, never what is in it.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuarantineEntry {
    /// Number of the entry.
    id: String,
    /// Collection or dump file.
    stream: String,
    /// The document's id, for people.
    document_id: String,
    /// Marketplace, when known.
    platform: Option<String>,
    /// Why.
    reason: String,
    /// Path of the field that decided.
    field: String,
    /// BSON type found there, or missing.
    found_type: String,
    /// Version of the rules that refused it.
    rule_version: i32,
    /// The order's number, when it could be read.
    order_code: Option<String>,
    /// Status in the marketplace's words, when it is a plain word.
    platform_status: Option<String>,
    /// The marketplace's update time, when it could be read.
    source_updated_at: Option<Moment>,
    /// Run that saw it last.
    run_id: Option<String>,
    /// When it was first refused.
    first_seen_at: Moment,
    /// When it was last refused.
    last_seen_at: Moment,
}

/// Documents that became no order
///
/// Where they are and why, never what is in them. The last seen first.
#[utoipa::path(get, path = "/api/v1/quarantine", tag = "service", params(QuarantineParameters), responses(
    (status = 200, description = "The entries", body = Quarantine), Failures
))]
pub async fn quarantine(
    _: Viewer,
    State(state): State<HttpState>,
    Asked(asked): Asked<QuarantineParameters>,
) -> Result<Json<Quarantine>, Problem> {
    let mut check = Check::default();
    let limit = check.number("limit", asked.limit.as_deref(), 1, MOST, USUAL);
    let names = Platform::ALL.map(Platform::as_str);
    let platform: Option<Platform> = check.word("platform", asked.platform.as_deref(), &names);
    let reasons: Vec<_> = RejectReason::ALL
        .iter()
        .map(|reason| reason.as_str())
        .collect();
    let reason: Option<RejectReason> = check.word("reason", asked.reason.as_deref(), &reasons);
    check.done()?;
    let filter = Filter {
        platform: platform.map(|platform| platform.as_str().to_owned()),
        reason: reason.map(|reason| reason.as_str().to_owned()),
        limit: i64::from(limit),
        ..Filter::default()
    };
    let zone = state.app.clock.zone();
    let as_of = Moment::by_clock(state.app.clock.now(), zone);
    let mut client = state.client().await?;
    let snapshot = db::snapshot(&mut client).await?;
    Ok(Json(Quarantine {
        as_of,
        data: list(&snapshot, &filter)
            .await?
            .into_iter()
            .map(|entry| QuarantineEntry::of(entry, zone))
            .collect(),
    }))
}

impl QuarantineEntry {
    fn of(entry: Stored, zone: &jiff::tz::TimeZone) -> Self {
        Self {
            id: entry.id.to_string(),
            stream: entry.stream,
            document_id: entry.document_id,
            platform: entry.platform,
            reason: entry.reason,
            field: entry.field,
            found_type: entry.found_type,
            rule_version: entry.rule_version,
            order_code: entry.order_code,
            platform_status: entry.platform_status,
            source_updated_at: entry.source_updated_at.map(|at| Moment::of(at, zone)),
            run_id: entry.run_id.map(|run| run.to_string()),
            first_seen_at: Moment::of(entry.first_seen_at, zone),
            last_seen_at: Moment::of(entry.last_seen_at, zone),
        }
    }
}
