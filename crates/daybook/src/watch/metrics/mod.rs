//! `/metrics`, for Prometheus. Every metric is described in `docs/metrics-endpoint.md`.

mod cache;
mod database;
mod process;
mod requests;
mod samples;
mod text;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use prometheus_client::encoding::text::{encode_eof, encode_registry};
use prometheus_client::registry::Registry;

pub use self::cache::FiguresCache;
pub use self::requests::{Requests, count};
use crate::access::Viewer;
use crate::http::HttpState;

/// Prefix of every metric.
const PREFIX: &str = "daybook";

/// Answers a scrape. It answers without a database as well, and then says so.
pub async fn metrics(_: Viewer, State(state): State<HttpState>, headers: HeaderMap) -> Response {
    let figures = state.watch.figures.figures(&state).await;
    let oplog = state.watch.oplog();
    let mut registry = Registry::with_prefix(PREFIX);
    let term = state.leading.borrow().map(|leading| leading.term);
    process::register(&mut registry, &state.watch, term);
    database::register(&mut registry, figures.as_deref(), oplog.as_deref());
    let mut text = String::new();
    encode_registry(&mut text, &registry)
        .and_then(|()| encode_eof(&mut text))
        .expect("a text takes whatever is written");

    let accept = headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok());
    let (kind, text) = match text::reads_open_metrics(accept) {
        true => (text::OPEN_METRICS, text),
        false => (text::PLAIN, text::plain(&text)),
    };
    let kind = HeaderValue::from_static(kind);
    ([(header::CONTENT_TYPE, kind)], text).into_response()
}
