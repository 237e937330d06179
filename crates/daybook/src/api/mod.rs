//! The HTTP API under `/api/v1`: figures, the orders behind them, the state of the service, and actions.
//!
//! A route that reads is a [`question::Question`]: its parameters, checked, and how a [`crate::report::Reader`] answers it.
//! `answer.rs` does the rest for all of them: formats, freshness, caching.

mod actions;
mod answer;
mod cache;
mod caller;
mod columns;
mod csv;
mod definitions;
mod envelope;
mod events;
mod figures;
mod format;
mod health;
mod links;
mod moment;
mod openapi;
mod orders;
mod parameters;
mod problem_pages;
mod problems;
mod question;
mod runs;
mod waiting;
mod xlsx;

use std::sync::Arc;

use axum::routing::get;
use axum::{Extension, Router};
use tower_http::compression::CompressionLayer;

pub use self::actions::{ActionsApi, Asker, submit};
use self::cache::Cache;
use self::events::Hub;
use crate::http::{HttpState, Problem};

/// The routes below `/api/v1`.
pub fn routes(state: &HttpState) -> Router<HttpState> {
    Router::new()
        .route("/daily", get(figures::daily))
        .route("/weekly", get(figures::weekly))
        .route("/monthly", get(figures::monthly))
        .route("/totals", get(figures::totals))
        .route("/platforms", get(figures::platforms))
        .route("/shops", get(figures::shops))
        .route("/regions", get(figures::regions))
        .route("/categories", get(figures::categories))
        .route("/orders", get(orders::list))
        .route("/orders/{platform}/{code}", get(orders::one))
        .route("/search", get(orders::search))
        .route("/changes", get(orders::changes))
        .route("/runs", get(runs::list))
        .route("/runs/{id}", get(runs::one))
        .route("/queue", get(waiting::queue))
        .route("/quarantine", get(waiting::quarantine))
        .route("/health", get(health::health))
        .route("/definitions", get(definitions::list))
        .route("/openapi.json", get(openapi::document))
        .merge(actions::routes())
        // All but the stream of events, each of which must leave at once.
        .layer(CompressionLayer::new())
        .route("/events", get(events::stream))
        .method_not_allowed_fallback(|| async { Problem::method_not_allowed() })
        .layer(Extension(Arc::new(Cache::default())))
        .layer(Extension(Hub::start(state)))
}

/// Pages about the API: what each kind of problem means, and the operations.
pub fn pages() -> Router<HttpState> {
    Router::new()
        .route("/docs/problems", get(problem_pages::all))
        .route("/docs/problems/{kind}", get(problem_pages::one))
        .route("/docs/api", get(openapi::page))
}
