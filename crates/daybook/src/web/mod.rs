//! The dashboard: pages rendered by the server, with little script.
//!
//! A page is read in one snapshot, rendered from a template, and complete without script; the script only saves clicks
//! and follows changes. What a page is about stands in its address, so links and the back button work.

mod address;
mod asked;
mod assets;
mod chart;
mod chart_table;
mod collate;
mod columns;
mod definitions;
mod empty;
mod export;
mod figure;
mod format;
mod frame;
mod history;
mod in_code;
mod mongosh;
mod order_list;
mod page;
mod pages;
mod preferences;
mod problem;
mod ratio;
mod reasons;
mod scale;
mod series;
mod staleness;
mod view;
mod words;

use axum::Router;
use axum::middleware::from_fn;
use axum::routing::{get, post};
use tower_http::compression::CompressionLayer;

pub use self::preferences::Preferences;
pub use self::problem::problem_page;
use crate::http::HttpState;

/// The pages.
pub fn routes() -> Router<HttpState> {
    Router::new()
        .route("/", get(pages::overview::overview))
        .route("/trends", get(pages::trends::trends))
        .route("/platforms", get(pages::platforms::platforms))
        .route("/categories", get(pages::categories::categories))
        .route("/regions", get(pages::regions::regions))
        .route("/shops", get(pages::shops::shops))
        .route("/day/{day}", get(pages::day::day))
        .route("/orders", get(pages::orders::orders))
        .route("/orders/{platform}/{code}", get(pages::order::order))
        .route("/search", get(pages::search::search))
        .route("/operations", get(pages::operations::operations))
        .route("/operations/start", post(pages::actions::start))
        .route("/definitions", get(pages::definitions::definitions))
        .route("/settings", get(pages::settings::settings))
        .route(
            "/settings/users",
            get(pages::settings::users::show).post(pages::settings::users::change),
        )
        .route(
            "/settings/tokens",
            get(pages::settings::tokens::show).post(pages::settings::tokens::change),
        )
        .route("/settings/alerts", get(pages::settings::alerts::show))
        .route("/settings/alerts/test", post(pages::settings::alerts::test))
        .layer(from_fn(preferences::remember))
        .route("/assets/{name}", get(assets::serve))
        .route("/favicon.ico", get(assets::icon))
        .layer(CompressionLayer::new())
}
