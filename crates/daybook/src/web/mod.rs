//! The dashboard: pages rendered by the server, with little script.

use axum::Router;
use axum::response::{IntoResponse, Response};

use crate::http::{HttpState, Problem, RequestId};

/// The pages.
pub fn routes() -> Router<HttpState> {
    Router::new()
}

/// An error as a page.
pub fn problem_page(problem: &Problem, id: &RequestId) -> Response {
    let text = format!(
        "{}\n{}\n{}\n",
        problem.title(),
        problem.detail(),
        id.as_str()
    );
    (problem.status(), text).into_response()
}
