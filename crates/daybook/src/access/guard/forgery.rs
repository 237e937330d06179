//! Requests that a foreign page makes a browser send, with the cookie of whoever sits before it.
//!
//! Three lines: the cookie's SameSite, the headers by which browsers say where a request comes from, and a token that only
//! our own pages know.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, Method, StatusCode, header};

use super::BODY_LIMIT;
use super::boundary::foreign_site;
use crate::access::Identity;
use crate::http::{Problem, too_large};

/// The header in which scripts send the token.
const TOKEN_HEADER: &str = "x-csrf-token";
/// The field in which forms send it.
const TOKEN_FIELD: &str = "csrf";

/// Whether a request may change something.
pub fn is_unsafe(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Refuses a change that a foreign page may have sent. The request comes back whole.
pub async fn check(request: Request, identity: Option<&Identity>) -> Result<Request, Problem> {
    // A browser adds no token of a program's by itself.
    if matches!(identity, Some(Identity::Token { .. })) {
        return Ok(request);
    }
    let headers = request.headers();
    let says_where = match headers.get("sec-fetch-site") {
        Some(site) if site == "same-origin" || site == "none" => true,
        Some(_) => return Err(foreign_site()),
        // An origin was compared with our host already.
        None => headers.contains_key(header::ORIGIN),
    };
    let Some(Identity::User { session, .. }) = identity else {
        return Ok(request);
    };
    // The login's own form is made before there is a login, also when another tab has logged in meanwhile.
    if request.uri().path() == "/login" && says_where {
        return Ok(request);
    }
    if !says_where {
        return Err(foreign_site());
    }
    if let Some(token) = token_of_header(headers) {
        return if session.csrf.matches(token) {
            Ok(request)
        } else {
            Err(no_token())
        };
    }
    if !is_form(headers) {
        return Err(no_token());
    }
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, BODY_LIMIT).await.map_err(|_| too_large())?;
    let token = form_urlencoded::parse(&body).find(|(name, _)| name == TOKEN_FIELD);
    if !token.is_some_and(|(_, token)| session.csrf.matches(&token)) {
        return Err(no_token());
    }
    Ok(Request::from_parts(parts, Body::from(body)))
}

fn token_of_header(headers: &HeaderMap) -> Option<&str> {
    headers.get(TOKEN_HEADER)?.to_str().ok()
}

fn is_form(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"))
}

fn no_token() -> Problem {
    Problem::new(
        StatusCode::FORBIDDEN,
        "csrf-token-missing",
        "The request does not come from one of our pages",
        "A change by somebody who is logged in with a browser carries the token of that login.",
    )
    .with_hint(
        "load the page again; a script sends the token of GET /api/v1/me in the header x-csrf-token, a program \
         uses an API token instead of a cookie",
    )
}
