//! `/me` and `/password`.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Identity, Role, change};
use crate::access::guard::ClientAddress;
use crate::access::login::confirm;
use crate::access::require::{forbidden, login_required};
use crate::access::{Viewer, session, users};
use crate::http::ProblemBody;
use crate::http::{HttpState, JsonBody, Problem, RequestId};
use crate::secret::Secret;

/// Who asks.
#[derive(Debug, Serialize, ToSchema)]
pub struct Me {
    /// `loopback`: nobody in particular, on this machine; `user`: logged in with a browser; `token`: a program.
    kind: &'static str,
    /// Name of the user or the token.
    name: Option<String>,
    /// What may be done.
    role: Role,
    /// For scripts of our pages: what to send in the header `x-csrf-token` with every change.
    csrf_token: Option<String>,
}

/// Who asks, and what they may do
#[utoipa::path(
    get, path = "/api/v1/me", tag = "access",
    responses((status = 200, body = Me), (status = 401, body = ProblemBody))
)]
pub async fn show(Viewer(identity): Viewer) -> Json<Me> {
    let kind = match &identity {
        Identity::Loopback => "loopback",
        Identity::Token { .. } => "token",
        Identity::User { .. } | Identity::CommandLine { .. } => "user",
    };
    Json(Me {
        kind,
        name: identity.name().map(str::to_owned),
        role: identity.role(),
        csrf_token: identity.csrf_token(),
    })
}

/// Another password for oneself.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordChange {
    /// The password that holds now.
    current_password: Secret,
    /// The one that shall hold: at least 12 characters.
    new_password: Secret,
}

/// Set one's own password; all other logins of the user end
#[utoipa::path(
    post, path = "/api/v1/password", tag = "access", request_body = PasswordChange,
    responses(
        (status = 204, description = "It holds now; the answer carries the cookie of a new login"),
        (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 422, body = ProblemBody), (status = 429, body = ProblemBody),
    )
)]
pub async fn set_password(
    State(state): State<HttpState>,
    Viewer(identity): Viewer,
    Extension(request): Extension<RequestId>,
    Extension(ClientAddress(address)): Extension<ClientAddress>,
    JsonBody(body): JsonBody<PasswordChange>,
) -> Result<Response, Problem> {
    let (id, name) = match &identity {
        Identity::User { id, name, .. } => (*id, name),
        Identity::Loopback | Identity::CommandLine { .. } => return Err(login_required()),
        Identity::Token { .. } => {
            return Err(forbidden(
                "A password is changed by its user, logged in with a browser.",
            ));
        }
    };
    confirm(&state, name, &body.current_password, address, &request).await?;
    let mut client = state.client().await?;
    let change = change(&state, &identity, &request);
    let hash = users::set_password(&mut client, &change, name, &body.new_password)
        .await
        .map_err(|error| match error {
            crate::access::AccessError::Password(why) => Problem::parameter("new_password", why),
            error => error.into(),
        })?;
    // The logins of this user are over; this browser gets a new one.
    let limits = &state.app.config.access;
    let now = state.app.clock.now();
    let opened = session::open(&**client, id, &hash, address, limits, now).await?;
    let cookie = match opened {
        Some(id) => session::session_cookie(&id, limits.session_lifetime),
        None => session::expired_cookie(),
    };
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]).into_response())
}
