//! `/runs`: what ran, when, with which result.

use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio_postgres::Row;
use tokio_postgres::types::Type;
use utoipa::{IntoParams, ToSchema};

use super::moment::Moment;
use super::openapi::Failures;
use super::parameters::{Asked, Check, Nothing};
use crate::access::Viewer;
use crate::db::{self, DatabaseError};
use crate::http::{HttpState, Problem};

const USUAL: u32 = 50;
const MOST: u32 = 500;

/// Which runs.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RunParameters {
    /// Only runs of this command, such as sync or validate.
    #[param(example = "sync")]
    command: Option<String>,
    /// Only runs that ended so, or that have not.
    #[param(inline, value_type = Option<OutcomeName>)]
    outcome: Option<String>,
    /// Most runs: 50 when it is left out.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 500)]
    limit: Option<String>,
    /// `next_cursor` of the page before.
    #[param(pattern = "^[0-9]{1,18}$")]
    cursor: Option<String>,
}

/// The words for ends.
#[derive(Debug, Clone, Copy, ToSchema)]
#[schema(rename_all = "snake_case")]
#[allow(dead_code, reason = "only its schema is used")]
enum OutcomeName {
    Succeeded,
    NeedsAttention,
    Failed,
    Running,
}

/// Runs.
#[derive(Debug, Serialize, ToSchema)]
pub struct Runs {
    /// When they were read.
    as_of: Moment,
    /// Newest first.
    data: Vec<RunBody>,
    /// Ask again with `cursor` set to this for the next ones; null at the end.
    next_cursor: Option<String>,
}

/// A run.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Run)]
pub struct RunBody {
    /// Number.
    #[schema(example = "1842")]
    pub id: String,
    /// Command.
    pub command: String,
    /// When it started.
    pub started_at: Moment,
    /// When it ended; null while it runs, or when it was killed.
    pub finished_at: Option<Moment>,
    /// Seconds between the two, as text.
    #[schema(example = "3.902")]
    pub duration_seconds: Option<String>,
    /// `succeeded`, `needs_attention` or `failed`; null while it runs, or when it was killed.
    pub outcome: Option<String>,
    /// What it did, in the field names of the command's JSON output.
    #[schema(value_type = Object)]
    pub counts: Value,
    /// Why it failed.
    pub error: Option<String>,
    /// Who asked for it; null for what the schedule or a command started.
    pub requested_by: Option<String>,
    /// What was asked for.
    #[schema(value_type = Object)]
    pub parameters: Value,
    /// Of a run that somebody asked for: waiting, taken or done.
    pub request: Option<String>,
    /// This run.
    pub run_url: String,
}

impl RunBody {
    /// From a row of `runs.sql`.
    pub fn from_row(row: &Row, zone: &jiff::tz::TimeZone) -> Result<Self, tokio_postgres::Error> {
        let id: i64 = row.try_get("id")?;
        let started: jiff::Timestamp = row.try_get("started_at")?;
        let finished: Option<jiff::Timestamp> = row.try_get("finished_at")?;
        let seconds = finished.map(|finished| {
            let took = finished.duration_since(started).as_millis();
            format!("{}.{:03}", took / 1000, took % 1000)
        });
        Ok(Self {
            command: row.try_get("command")?,
            started_at: Moment::of(started, zone),
            finished_at: finished.map(|finished| Moment::of(finished, zone)),
            duration_seconds: seconds,
            outcome: row.try_get("outcome")?,
            counts: row.try_get("counts")?,
            error: row.try_get("error")?,
            requested_by: row.try_get("requested_by")?,
            parameters: row.try_get("parameters")?,
            request: row.try_get("request")?,
            run_url: format!("/api/v1/runs/{id}"),
            id: id.to_string(),
        })
    }
}

/// What ran, when, with which result
#[utoipa::path(get, path = "/api/v1/runs", operation_id = "list_runs", tag = "service", params(RunParameters), responses(
    (status = 200, description = "The runs", body = Runs), Failures
))]
pub async fn list(
    _: Viewer,
    State(state): State<HttpState>,
    Asked(asked): Asked<RunParameters>,
) -> Result<Json<Runs>, Problem> {
    let mut check = Check::default();
    let limit = check.number("limit", asked.limit.as_deref(), 1, MOST, USUAL);
    let outcomes = ["succeeded", "needs_attention", "failed", "running"];
    if let Some(outcome) = asked.outcome.as_deref() {
        let _: Option<Known> = check.word("outcome", Some(outcome), &outcomes);
    }
    let below = asked.cursor.as_deref().map(|text| {
        run_number(text).unwrap_or_else(|| {
            check.fault("cursor", "next_cursor of the page before, unchanged");
            0
        })
    });
    check.done()?;
    let zone = state.app.clock.zone();
    let as_of = Moment::by_clock(state.app.clock.now(), zone);
    let mut client = state.client().await?;
    let snapshot = db::snapshot(&mut client).await?;
    let failed = DatabaseError::statement("read the runs");
    // One more than asked for tells whether there is a next page.
    let most = i64::from(limit) + 1;
    let rows = snapshot
        .query_typed(
            include_str!("runs.sql"),
            &[
                (&asked.command, Type::TEXT),
                (&asked.outcome, Type::TEXT),
                (&below, Type::INT8),
                (&most, Type::INT8),
            ],
        )
        .await
        .map_err(&failed)?;
    let mut data = rows
        .iter()
        .map(|row| RunBody::from_row(row, zone))
        .collect::<Result<Vec<_>, _>>()
        .map_err(&failed)?;
    let has_more = data.len() > limit as usize;
    data.truncate(limit as usize);
    Ok(Json(Runs {
        as_of,
        next_cursor: data.last().filter(|_| has_more).map(|run| run.id.clone()),
        data,
    }))
}

/// One of the words for ends.
struct Known;

impl std::str::FromStr for Known {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        match word {
            "succeeded" | "needs_attention" | "failed" | "running" => Ok(Self),
            _ => Err(()),
        }
    }
}

/// The number of a run as text: digits, and not too many of them.
fn run_number(text: &str) -> Option<i64> {
    let shaped = (1..=18).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| shaped)
}

/// One run
#[utoipa::path(get, path = "/api/v1/runs/{id}", operation_id = "get_run", tag = "service",
    params(("id" = String, Path, description = "Number of the run", pattern = "^[0-9]{1,18}$")),
    responses((status = 200, description = "The run", body = RunBody), Failures)
)]
pub async fn one(
    _: Viewer,
    State(state): State<HttpState>,
    path: Result<Path<String>, axum::extract::rejection::PathRejection>,
    _: Asked<Nothing>,
) -> Result<Json<RunBody>, Problem> {
    let id = path
        .ok()
        .and_then(|Path(text)| run_number(&text))
        .ok_or_else(|| Problem::parameter("id", "the number of a run"))?;
    let mut client = state.client().await?;
    let snapshot = db::snapshot(&mut client).await?;
    let failed = DatabaseError::statement("read a run");
    // The newest run below the next number, if it is this one.
    let nothing: Option<&str> = None;
    let rows = snapshot
        .query_typed(
            include_str!("runs.sql"),
            &[
                (&nothing, Type::TEXT),
                (&nothing, Type::TEXT),
                (&(id + 1), Type::INT8),
                (&1i64, Type::INT8),
            ],
        )
        .await
        .map_err(&failed)?;
    let run = rows
        .first()
        .map(|row| RunBody::from_row(row, state.app.clock.zone()))
        .transpose()
        .map_err(&failed)?;
    run.filter(|run| run.id == id.to_string())
        .map(Json)
        .ok_or_else(|| Problem::not_found("There is no run of that number."))
}
