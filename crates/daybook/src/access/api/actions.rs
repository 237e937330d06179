//! `/actions-log`: for admins.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::access::Admin;
use crate::access::log::{self, Entry, Position};
use crate::http::{HttpState, Problem, ProblemBody};

/// How many entries an answer holds unless asked otherwise, and at most.
const DEFAULT_LIMIT: i64 = 50;
const MAX_LIMIT: i64 = 500;

/// Which part of the log.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Page {
    /// How many entries.
    #[param(minimum = 1, maximum = 500, default = 50)]
    limit: Option<i64>,
    /// Where to go on: `next_cursor` of the answer before.
    cursor: Option<String>,
}

/// A part of the log.
#[derive(Debug, Serialize, ToSchema)]
pub struct ActionList {
    data: Vec<Entry>,
    /// Where to go on; `null` at the end.
    next_cursor: Option<String>,
}

/// Who did what, newest first
#[utoipa::path(
    get, path = "/api/v1/actions-log", tag = "access", params(Page),
    responses(
        (status = 200, body = ActionList), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 422, body = ProblemBody),
    )
)]
pub async fn list(
    State(state): State<HttpState>,
    _admin: Admin,
    page: Result<Query<Page>, QueryRejection>,
) -> Result<Json<ActionList>, Problem> {
    let Query(page) = page.map_err(|error| Problem::parameter("query", error.body_text()))?;
    let limit = page.limit.unwrap_or(DEFAULT_LIMIT);
    if !(1..=MAX_LIMIT).contains(&limit) {
        return Err(Problem::parameter(
            "limit",
            format!("must be from 1 to {MAX_LIMIT}"),
        ));
    }
    let after = match page.cursor.as_deref().map(str::parse::<Position>) {
        None => None,
        Some(Ok(position)) => Some(position),
        Some(Err(())) => return Err(Problem::parameter("cursor", "is no cursor of this list")),
    };
    let client = state.client().await?;
    // One more than is asked for tells whether there are more.
    let mut data = log::list(&**client, after, limit + 1).await?;
    let has_more = data.len() > usize::try_from(limit).unwrap_or_default();
    if has_more {
        data.pop();
    }
    let next_cursor = data
        .last()
        .filter(|_| has_more)
        .map(|last| last.position().to_string());
    Ok(Json(ActionList { data, next_cursor }))
}
