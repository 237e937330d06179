//! Errors as answers: `application/problem+json` of RFC 9457.

use axum::Json;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::RequestId;
use crate::db::DatabaseError;
use crate::error::Error;
use crate::web::Preferences;

/// Why a request was not answered as asked.
#[derive(Debug, Clone)]
pub struct Problem {
    status: StatusCode,
    kind: &'static str,
    title: &'static str,
    detail: String,
    errors: Vec<FieldError>,
    hint: Option<String>,
    retry_after_seconds: Option<u32>,
}

/// One parameter that is wrong.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FieldError {
    /// Name of the parameter.
    pub parameter: String,
    /// What is wrong with it, or what it must be.
    pub detail: String,
}

/// The body of an error's answer.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// A page about this kind of problem, relative to the server.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind in words.
    pub title: String,
    /// The HTTP status again.
    pub status: u16,
    /// What happened this time.
    pub detail: String,
    /// The parameters that are wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// What to name when asking about this answer.
    pub request_id: String,
}

impl Problem {
    /// A problem of a kind; `kind` is the name of the page under `/docs/problems/`.
    pub fn new(
        status: StatusCode,
        kind: &'static str,
        title: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        Self {
            status,
            kind,
            title,
            detail: detail.into(),
            errors: Vec::new(),
            hint: None,
            retry_after_seconds: None,
        }
    }

    /// There is no such thing, or no such address.
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", "Not found", detail)
    }

    /// A statement took longer than it may.
    pub fn too_slow() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "too-slow",
            "The answer took too long to compute",
            "PostgreSQL did not finish within ten seconds; nothing was changed.",
        )
        .with_hint("try again later; `daybook status` says what keeps the database busy")
        .retry_after(10)
    }

    /// A parameter is wrong.
    pub fn parameter(parameter: impl Into<String>, detail: impl Into<String>) -> Self {
        let (parameter, detail) = (parameter.into(), detail.into());
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "invalid-parameter",
            "A parameter is wrong",
            format!("{parameter}: {detail}"),
        )
        .with_error(parameter, detail)
    }

    /// Adds a wrong parameter.
    #[must_use]
    pub fn with_error(mut self, parameter: impl Into<String>, detail: impl Into<String>) -> Self {
        self.errors.push(FieldError {
            parameter: parameter.into(),
            detail: detail.into(),
        });
        self
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Says after how many seconds another try makes sense.
    #[must_use]
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after_seconds = Some(u32::try_from(seconds).unwrap_or(u32::MAX));
        self
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The kind in words.
    pub fn title(&self) -> &'static str {
        self.title
    }

    /// What happened this time.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    fn body(&self, id: &RequestId) -> ProblemBody {
        ProblemBody {
            kind: format!("/docs/problems/{}", self.kind),
            title: self.title.to_owned(),
            status: self.status.as_u16(),
            detail: self.detail.clone(),
            errors: self.errors.clone(),
            hint: self.hint.clone(),
            request_id: id.as_str().to_owned(),
        }
    }
}

/// The answer is rendered by `render`, where the request's id is known.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Whether whoever asks would rather see a page than JSON.
pub fn wants_page(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"))
}

/// Turns the problem that a response carries into its body: a page for a reader, else JSON.
pub fn render(mut response: Response, id: &RequestId, reader: Option<Preferences>) -> Response {
    let Some(problem) = response.extensions_mut().remove::<Problem>() else {
        return response;
    };
    let mut rendered = if let Some(preferences) = reader {
        crate::web::problem_page(&problem, id, preferences)
    } else {
        let mut json = (problem.status, Json(problem.body(id))).into_response();
        json.headers_mut().insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        json
    };
    if let Some(seconds) = problem.retry_after_seconds {
        rendered
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    // Headers that a layer set on the way out, such as the security headers, stay.
    for (name, value) in response.headers() {
        if !rendered.headers().contains_key(name) {
            rendered.headers_mut().append(name, value.clone());
        }
    }
    rendered
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    rendered
}

impl From<DatabaseError> for Problem {
    fn from(error: DatabaseError) -> Self {
        Error::from(error).into()
    }
}

/// What happened inside is for the log; the client learns whether another try makes sense.
impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        tracing::error!(error = error.in_one_line(), "a request failed");
        match &error {
            Error::Database(inner) if inner.is_passing() => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "database-unavailable",
                "The database cannot be reached",
                "PostgreSQL does not answer at the moment; nothing was changed.",
            )
            .with_hint("try again in a few seconds")
            .retry_after(5),
            Error::Database(inner) if inner.is_too_slow() => Self::too_slow(),
            _ => Self::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "internal-error",
                "Something went wrong inside",
                "The request could not be answered; the log names the reason under this request's id.",
            ),
        }
    }
}
