//! The API of access: who asks, the own password, users, tokens, the log of actions.

mod actions;
mod me;
mod token;
mod user;

pub(crate) use self::token::{WantedToken, create_token, revoke_token, tokens_of};
use axum::Router;
use axum::routing::{get, post};
use utoipa::OpenApi;

use super::users::Change;
use super::{Identity, Role};
use crate::http::{HttpState, RequestId};

/// The routes below `/api/v1`.
pub fn routes() -> Router<HttpState> {
    Router::new()
        .route("/me", get(me::show))
        .route("/password", post(me::set_password))
        .route("/users", get(user::list).post(user::add))
        .route("/users/{name}/role", post(user::set_role))
        .route("/users/{name}/disable", post(user::disable))
        .route("/users/{name}/enable", post(user::enable))
        .route("/users/{name}/password", post(user::set_password))
        .route("/tokens", get(token::list).post(token::create))
        .route("/tokens/{id}/revoke", post(token::revoke))
        .route("/actions-log", get(actions::list))
}

/// The OpenAPI description of these routes.
#[derive(Debug, Clone, Copy, OpenApi)]
#[openapi(paths(
    me::show,
    me::set_password,
    user::list,
    user::add,
    user::set_role,
    user::disable,
    user::enable,
    user::set_password,
    token::list,
    token::create,
    token::revoke,
    actions::list,
))]
pub struct AccessApi;

/// A change that a request asks for.
pub(crate) fn change<'a>(
    state: &'a HttpState,
    who: &'a Identity,
    request: &'a RequestId,
) -> Change<'a> {
    Change {
        who,
        request: Some(request),
        clock: &state.app.clock,
    }
}
