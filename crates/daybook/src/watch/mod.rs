//! What watches the service: metrics, health, alerts.
//!
//! `serve` makes one [`Watch`] and shares it: with the routes through [`crate::http::HttpState`], and with the leader, which keeps
//! [`alerts::keep`] at work.

pub mod alerts;
pub mod api;
pub mod delivery;
pub mod figures;
pub mod health;
mod metrics;
pub mod oplog;
mod state;

use axum::Router;
use axum::routing::{get, post};

pub use self::api::TestedChannel;
pub(crate) use self::api::try_channels;
pub use self::metrics::count as count_requests;
pub use self::state::Watch;
use crate::http::HttpState;

/// `/metrics`, `/healthz`, `/readyz`.
pub fn routes() -> Router<HttpState> {
    Router::new()
        .route("/metrics", get(metrics::metrics))
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
}

/// The routes about alerts, below `/api/v1`.
pub fn api_routes() -> Router<HttpState> {
    Router::new()
        .route("/alerts", get(api::list))
        .route("/alerts/test", post(api::test))
}
