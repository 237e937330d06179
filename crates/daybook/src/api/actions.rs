//! What operators can ask for: runs that the leader does within a second or so. Every one may be asked for twice.

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Extension, Json, Router};
use jiff::civil::Date;
use order_model::Platform;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio_postgres::types::Type;
use utoipa::{IntoParams, OpenApi, ToSchema};

use crate::access::{self, Identity, Operator};
use crate::db::DatabaseError;
use crate::http::{HttpState, JsonBody, Problem, RequestId};
use crate::runs::RunId;
use crate::runs::request::{Request, Submitted};

/// The longest idempotency key.
const LONGEST_KEY: usize = 200;

/// `/api/v1/actions/…`
pub fn routes() -> Router<HttpState> {
    Router::new()
        .route("/actions/sync", post(sync))
        .route("/actions/rebuild", post(rebuild))
        .route("/actions/validate", post(validate))
        .route("/actions/repair", post(repair))
        .route("/actions/replay", post(replay))
}

/// The actions, for the document about the API.
#[derive(OpenApi)]
#[openapi(paths(sync, rebuild, validate, repair, replay))]
pub struct ActionsApi;

/// How an action is asked for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Asking {
    /// Only say what would be touched; nothing is done.
    #[serde(default)]
    #[param(required = false)]
    dry_run: bool,
}

/// Which orders to load.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SyncBody {
    /// Only this marketplace: tiktok, shopee or lazada.
    platform: Option<String>,
}

/// Which business days; both ends included, an absent end is open.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DaysBody {
    /// First day.
    #[schema(value_type = Option<String>, format = Date)]
    from: Option<Date>,
    /// Last day.
    #[schema(value_type = Option<String>, format = Date)]
    to: Option<Date>,
}

/// Which entries of the quarantine.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReplayBody {
    /// Only this entry; a number as text.
    id: Option<String>,
    /// Only entries with this reason.
    reason: Option<String>,
}

/// A run that was asked for.
#[derive(Debug, Serialize, ToSchema)]
struct Asked {
    /// Number of the run, as text.
    run: String,
    /// Where its progress and its end can be read.
    run_url: String,
    /// The command.
    command: String,
    /// What was asked for.
    parameters: Value,
}

/// What an action would touch.
#[derive(Debug, Serialize, ToSchema)]
struct Extent {
    /// Always true: nothing was done.
    dry_run: bool,
    /// The command.
    command: String,
    /// What would be asked for.
    parameters: Value,
    /// Business days with orders in the range, for actions about days.
    days: i64,
    /// Orders of those days, or entries of the quarantine.
    rows: i64,
}

/// Load what is new in the source, now.
#[utoipa::path(post, path = "/api/v1/actions/sync", tag = "actions", params(Asking), request_body = SyncBody,
    responses((status = 202, body = Asked), (status = 200, body = Extent), (status = 409, body = crate::http::ProblemBody)))]
async fn sync(call: Call, JsonBody(body): JsonBody<SyncBody>) -> Result<Response, Problem> {
    let platform = body
        .platform
        .map(|name| {
            name.parse::<Platform>().map_err(|_| {
                Problem::parameter("platform", "must be one of tiktok, shopee, lazada")
            })
        })
        .transpose()?;
    call.ask(Request::Sync { platform }).await
}

/// Compute the statistics of a range of days again. Readers see the old figures until the new ones are complete.
#[utoipa::path(post, path = "/api/v1/actions/rebuild", tag = "actions", params(Asking), request_body = DaysBody,
    responses((status = 202, body = Asked), (status = 200, body = Extent), (status = 409, body = crate::http::ProblemBody)))]
async fn rebuild(call: Call, JsonBody(body): JsonBody<DaysBody>) -> Result<Response, Problem> {
    let (from, to) = days(body)?;
    call.ask(Request::Rebuild { from, to }).await
}

/// Compare the statistics of a range of days with a recount of the orders; changes nothing.
#[utoipa::path(post, path = "/api/v1/actions/validate", tag = "actions", params(Asking), request_body = DaysBody,
    responses((status = 202, body = Asked), (status = 200, body = Extent), (status = 409, body = crate::http::ProblemBody)))]
async fn validate(call: Call, JsonBody(body): JsonBody<DaysBody>) -> Result<Response, Problem> {
    let (from, to) = days(body)?;
    call.ask(Request::Validate { from, to }).await
}

/// Compare the statistics of a range of days with a recount, and compute again the days that differ.
#[utoipa::path(post, path = "/api/v1/actions/repair", tag = "actions", params(Asking), request_body = DaysBody,
    responses((status = 202, body = Asked), (status = 200, body = Extent), (status = 409, body = crate::http::ProblemBody)))]
async fn repair(call: Call, JsonBody(body): JsonBody<DaysBody>) -> Result<Response, Problem> {
    let (from, to) = days(body)?;
    call.ask(Request::Repair { from, to }).await
}

/// Read quarantined documents again, and load those that are right now.
#[utoipa::path(post, path = "/api/v1/actions/replay", tag = "actions", params(Asking), request_body = ReplayBody,
    responses((status = 202, body = Asked), (status = 200, body = Extent), (status = 409, body = crate::http::ProblemBody)))]
async fn replay(call: Call, JsonBody(body): JsonBody<ReplayBody>) -> Result<Response, Problem> {
    let id = body
        .id
        .map(|text| {
            text.parse::<i64>()
                .map_err(|_| Problem::parameter("id", "must be the number of an entry"))
        })
        .transpose()?;
    let reason = body.reason;
    call.ask(Request::Replay { id, reason }).await
}

/// What the actions have in common: who asks, how, and in which request.
struct Call {
    who: Operator,
    request_id: RequestId,
    state: HttpState,
    asking: Asking,
    key: Option<String>,
}

impl FromRequestParts<HttpState> for Call {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &HttpState) -> Result<Self, Problem> {
        let who = Operator::from_request_parts(parts, state).await?;
        let Extension(request_id) = Extension::<RequestId>::from_request_parts(parts, state)
            .await
            .map_err(|_| Problem::internal())?;
        let Query(asking) = Query::<Asking>::try_from_uri(&parts.uri)
            .map_err(|rejection| Problem::parameter("dry_run", rejection.body_text()))?;
        Ok(Self {
            who,
            request_id,
            state: state.clone(),
            asking,
            key: key_of(&parts.headers)?,
        })
    }
}

impl Call {
    async fn ask(self, request: Request) -> Result<Response, Problem> {
        if self.asking.dry_run {
            return extent(&*self.state.client().await?, &request).await;
        }
        let asker = Asker {
            who: &self.who.0,
            request_id: &self.request_id,
        };
        match submit(&asker, &self.state, &request, self.key.as_deref()).await? {
            Submitted::Waits(run) | Submitted::Known(run) => Ok(accepted(run, &request)),
            Submitted::InTheWay(run) => Err(conflict(
                format!("The same is under way as run {run}."),
                run,
            )),
            Submitted::KeyInUse(run) => Err(conflict(
                format!("The Idempotency-Key was used for something else, run {run}."),
                run,
            )),
        }
    }
}

fn days(body: DaysBody) -> Result<(Option<Date>, Option<Date>), Problem> {
    let DaysBody { from, to } = body;
    match (from, to) {
        (Some(first), Some(last)) if first > last => Err(Problem::parameter(
            "from",
            format!("{first} is after to, {last}"),
        )),
        _ => Ok((from, to)),
    }
}

/// Who asks, in which request.
pub struct Asker<'a> {
    /// Who.
    pub who: &'a Identity,
    /// In which request.
    pub request_id: &'a RequestId,
}

/// Asks the leader for a run, and writes into the log of actions who did.
///
/// # Errors
/// PostgreSQL refuses.
pub async fn submit(
    asker: &Asker<'_>,
    state: &HttpState,
    request: &Request,
    key: Option<&str>,
) -> Result<Submitted, Problem> {
    let mut client = state.client().await?;
    let now = state.app.clock.now();
    let name = asker.who.name().unwrap_or("nobody");
    // A key is its sender's own: two people may use the same one.
    let key = key.map(|key| format!("{name}/{key}"));
    let client: &mut tokio_postgres::Client = &mut client;
    let failed = DatabaseError::statement("ask for a run");
    let transaction = client.transaction().await.map_err(&failed)?;
    let submitted = request
        .submit(&transaction, name, key.as_deref(), now)
        .await?;
    if let Submitted::Waits(run) = submitted {
        access::record(
            &transaction,
            asker.who,
            &format!("run.{}", request.command()),
            &format!("run {run} {}", request.parameters()),
            asker.request_id,
            access::Outcome::Done,
        )
        .await?;
        tracing::info!(run = %run, command = request.command(), by = name, "a run was asked for");
    }
    transaction.commit().await.map_err(&failed)?;
    Ok(submitted)
}

fn key_of(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get("idempotency-key") else {
        return Ok(None);
    };
    value
        .to_str()
        .ok()
        .filter(|key| !key.is_empty() && key.len() <= LONGEST_KEY)
        .map(|key| Some(key.to_owned()))
        .ok_or_else(|| {
            Problem::parameter(
                "Idempotency-Key",
                format!("must be 1 to {LONGEST_KEY} visible characters"),
            )
        })
}

fn accepted(run: RunId, request: &Request) -> Response {
    let run_url = run_url(run);
    let location = HeaderValue::from_str(&run_url).expect("a path of digits fits in a header");
    let asked = Asked {
        run: run.to_string(),
        run_url,
        command: request.command().to_owned(),
        parameters: request.parameters(),
    };
    let mut response = (StatusCode::ACCEPTED, Json(asked)).into_response();
    response.headers_mut().insert(header::LOCATION, location);
    response
}

fn conflict(detail: String, run: RunId) -> Problem {
    Problem::new(
        StatusCode::CONFLICT,
        "run-in-the-way",
        "A run is in the way",
        detail,
    )
    .with_hint(format!("see {}", run_url(run)))
}

fn run_url(run: RunId) -> String {
    format!("/api/v1/runs/{run}")
}

async fn extent(client: &tokio_postgres::Client, request: &Request) -> Result<Response, Problem> {
    let failed = DatabaseError::statement("look what the action would touch");
    let row = match request {
        Request::Rebuild { from, to }
        | Request::Validate { from, to }
        | Request::Repair { from, to } => {
            client
                .query_typed_one(
                    include_str!("actions/extent_of_days.sql"),
                    &[(from, Type::DATE), (to, Type::DATE)],
                )
                .await
        }
        Request::Replay { id, reason } => {
            client
                .query_typed_one(
                    include_str!("actions/extent_of_replay.sql"),
                    &[(id, Type::INT8), (reason, Type::TEXT)],
                )
                .await
        }
        // What is new in the source is known once it has been read.
        Request::Sync { .. } => {
            client
                .query_typed_one("select 0::bigint, 0::bigint", &[])
                .await
        }
    }
    .map_err(failed)?;
    Ok(Json(Extent {
        dry_run: true,
        command: request.command().to_owned(),
        parameters: request.parameters(),
        days: row.get(0),
        rows: row.get(1),
    })
    .into_response())
}
