//! A page as an answer.

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use crate::http::Problem;
use crate::report::ReportError;

/// A page that a handler answers with.
pub type Page = Result<Response, Problem>;

/// Renders a page. Figures are of this moment, so nobody may keep it without asking again; it differs by language and
/// whoever asks, so only the browser may keep it at all.
///
/// # Errors
/// The template fails, which would be a fault of the program.
pub fn page(template: &impl Template) -> Page {
    match template.render() {
        Ok(html) => {
            let mut response = Html(html).into_response();
            let headers = response.headers_mut();
            headers.insert(
                header::CACHE_CONTROL,
                HeaderValue::from_static("private, no-cache"),
            );
            Ok(response)
        }
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            Err(Problem::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "internal-error",
                "Something went wrong inside",
                "The page could not be rendered.",
            ))
        }
    }
}

/// A part of a page that may fail alone: the rest of the page stays.
pub type Part<T> = Result<T, PartFailed>;

/// A part that could not be loaded.
#[derive(Debug)]
pub struct PartFailed;

/// Takes a part, or logs why there is none. A part comes after what the page cannot do without: once a statement has
/// failed, its snapshot answers nothing more.
pub fn part<T>(result: Result<T, ReportError>) -> Part<T> {
    result.map_err(|error| {
        tracing::warn!(error = %error, "a part of a page failed");
        PartFailed
    })
}
