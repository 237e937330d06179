//! `/tokens`: one's own for everybody who is logged in, all of them for admins.

use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Identity, Role, change};
use crate::access::Viewer;
use crate::access::require::{forbidden, login_required};
use crate::access::tokens::{self, NewToken, Token};
use crate::http::{HttpState, JsonBody, Problem, ProblemBody, RequestId};

/// Tokens, without what they are.
#[derive(Debug, Serialize, ToSchema)]
pub struct TokenList {
    data: Vec<Token>,
}

/// Which tokens.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Which {
    /// Everybody's, for admins.
    all: Option<bool>,
}

/// One's own tokens, or everybody's, newest first
#[utoipa::path(
    get, path = "/api/v1/tokens", tag = "access", params(Which),
    responses(
        (status = 200, body = TokenList), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 422, body = ProblemBody),
    )
)]
pub async fn list(
    State(state): State<HttpState>,
    Viewer(who): Viewer,
    which: Result<Query<Which>, QueryRejection>,
) -> Result<Json<TokenList>, Problem> {
    let Query(which) = which.map_err(|error| Problem::parameter("all", error.body_text()))?;
    let data = tokens_of(&state, &who, which.all == Some(true)).await?;
    Ok(Json(TokenList { data }))
}

/// One's own tokens, or everybody's, newest first.
///
/// # Errors
/// Everybody's are asked for by somebody who is no admin; one's own by nobody in particular.
pub(crate) async fn tokens_of(
    state: &HttpState,
    who: &Identity,
    all: bool,
) -> Result<Vec<Token>, Problem> {
    let owner = if all {
        require_admin(who)?;
        None
    } else {
        Some(user_of(who)?)
    };
    let client = state.client().await?;
    Ok(tokens::list(&**client, owner).await?)
}

/// A token to create.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WantedToken {
    /// What it is for.
    pub name: String,
    /// What it may do; no more than oneself.
    pub role: Role,
    /// After how many days it ends by itself; without, never.
    #[schema(minimum = 1, maximum = 3650)]
    pub expires_in_days: Option<u16>,
}

/// A token that was created.
#[derive(Debug, Serialize, ToSchema)]
pub struct CreatedToken {
    /// Number of the token.
    #[schema(value_type = String)]
    id: String,
    /// The token. It is shown this once and stored nowhere.
    pub token: String,
    /// When it ends by itself.
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
}

/// Create a token
#[utoipa::path(
    post, path = "/api/v1/tokens", tag = "access", request_body = WantedToken,
    responses(
        (status = 201, body = CreatedToken), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 422, body = ProblemBody),
    )
)]
pub async fn create(
    State(state): State<HttpState>,
    Viewer(who): Viewer,
    Extension(request): Extension<RequestId>,
    JsonBody(wanted): JsonBody<WantedToken>,
) -> Result<(StatusCode, Json<CreatedToken>), Problem> {
    let created = create_token(&state, &who, &request, &wanted).await?;
    Ok((StatusCode::CREATED, Json(created)))
}

/// Creates a token for whoever is logged in.
///
/// # Errors
/// It would do more than its owner may, would be made by a program, or has no fitting name or lifetime.
pub(crate) async fn create_token(
    state: &HttpState,
    who: &Identity,
    request: &RequestId,
    wanted: &WantedToken,
) -> Result<CreatedToken, Problem> {
    let Identity::User { id: owner, .. } = who else {
        // A token that leaked must not make others that outlive it.
        return Err(forbidden(
            "Tokens are created by people who are logged in with a browser.",
        ));
    };
    if wanted.role > who.role() {
        return Err(forbidden(format!(
            "A token may do no more than its owner, who is {}.",
            who.role()
        )));
    }
    let expires_at = match wanted.expires_in_days {
        None => None,
        Some(days @ 1..=3650) => {
            let lifetime = SignedDuration::from_hours(24 * i64::from(days));
            state.app.clock.now().checked_add(lifetime).ok()
        }
        Some(_) => {
            return Err(Problem::parameter(
                "expires_in_days",
                "must be from 1 to 3650",
            ));
        }
    };
    let mut client = state.client().await?;
    let new = NewToken {
        name: &wanted.name,
        role: wanted.role,
        owner: Some(*owner),
        expires_at,
    };
    let (id, token) = tokens::create(&mut client, &change(state, who, request), &new).await?;
    Ok(CreatedToken {
        id: id.to_string(),
        token: token.expose().to_owned(),
        expires_at,
    })
}

/// Revoke a token: one's own, or anybody's for admins
#[utoipa::path(
    post, path = "/api/v1/tokens/{id}/revoke", tag = "access", params(("id" = i64, Path)),
    responses(
        (status = 204, description = "It is refused from now on"), (status = 401, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 422, body = ProblemBody),
    )
)]
pub async fn revoke(
    State(state): State<HttpState>,
    Viewer(who): Viewer,
    Extension(request): Extension<RequestId>,
    id: Result<Path<i64>, PathRejection>,
) -> Result<StatusCode, Problem> {
    let Path(id) = id.map_err(|_| Problem::parameter("id", "is the number of a token"))?;
    revoke_token(&state, &who, &request, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Revokes a token: one's own, or anybody's for admins.
///
/// # Errors
/// There is no such token, or it is somebody else's.
pub(crate) async fn revoke_token(
    state: &HttpState,
    who: &Identity,
    request: &RequestId,
    id: i64,
) -> Result<(), Problem> {
    let owner = match who.role() {
        Role::Admin => None,
        _ => Some(user_of(who)?),
    };
    let mut client = state.client().await?;
    tokens::revoke(&mut client, &change(state, who, request), id, owner).await?;
    Ok(())
}

/// Whose tokens somebody may see and revoke: his own, or those of the owner of the token he shows.
fn user_of(who: &Identity) -> Result<i64, Problem> {
    match who {
        Identity::User { id, .. } => Ok(*id),
        Identity::Token {
            owner: Some((id, _)),
            ..
        } => Ok(*id),
        Identity::Token { owner: None, .. } => Err(forbidden(
            "This token was created on the command line and has no owner.",
        )),
        Identity::Loopback | Identity::CommandLine { .. } => Err(login_required()),
    }
}

fn require_admin(who: &Identity) -> Result<(), Problem> {
    match who {
        Identity::Loopback => Err(login_required()),
        who if who.role() == Role::Admin => Ok(()),
        _ => Err(forbidden("Everybody's tokens are for admins.")),
    }
}
