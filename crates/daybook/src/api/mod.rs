//! The HTTP API under `/api/v1`: figures, the orders behind them, the state of the service, and actions.

mod actions;

use axum::Router;

pub use self::actions::ActionsApi;
use crate::http::HttpState;

/// The routes below `/api/v1`.
pub fn routes() -> Router<HttpState> {
    Router::new().nest("/actions", actions::routes())
}
