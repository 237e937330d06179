//! An id for each request, in the answer's header, in its error, and in the log lines it causes.

use std::sync::Arc;

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument;

use super::problem;
use crate::web;

/// The header an answer carries its id in.
const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// The id of a request: 128 random bits in hexadecimal. Never taken from the client, who could make it anything.
#[derive(Debug, Clone)]
pub struct RequestId(Arc<str>);

impl RequestId {
    fn new() -> Self {
        Self(format!("{:032x}", rand::random::<u128>()).into())
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Gives a request its id, and renders the problem that it ended in, if any.
pub async fn carry(mut request: Request, next: Next) -> Response {
    let id = RequestId::new();
    request.extensions_mut().insert(id.clone());
    let path = request.uri().path().to_owned();
    let reader = problem::wants_page(request.headers())
        .then(|| web::Preferences::of(request.uri(), request.headers()));
    // The path without its query: search words may be personal.
    let span = tracing::info_span!("request", id = id.as_str(), method = %request.method(), path);
    let response = next.run(request).instrument(span).await;
    let mut response = problem::render(response, &id, reader);
    let value = HeaderValue::from_str(id.as_str()).expect("hexadecimal digits fit in a header");
    response.headers_mut().insert(HEADER, value);
    response
}
