//! What watches the service: metrics, health, alerts.

use axum::Router;

use crate::http::HttpState;

/// `/metrics`, `/healthz`, `/readyz`.
pub fn routes() -> Router<HttpState> {
    Router::new()
}
