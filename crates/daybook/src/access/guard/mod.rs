//! The guard before every route: where a request may come from, who asks, and whether that is enough to go on.

mod boundary;
mod client_address;
mod forgery;
mod headers;
mod live;

use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};

pub(super) use self::boundary::{Authority, is_loopback_host};
pub(super) use self::client_address::ClientAddress;
use super::log::{Outcome, record};
use super::require::login_required;
use super::{Identity, session, tokens};
use crate::config::Config;
use crate::http::{HttpState, Problem, RequestId, wants_page};

/// How large a request's body may be, where a route does not say otherwise.
const BODY_LIMIT: usize = 64 * 1024;
/// How long a route may take until its answer begins. What it then streams may take longer.
const TIME_LIMIT: Duration = Duration::from_secs(30);
/// How long it may take to find out who asks. The body of a form, which holds its token, is read in it.
const ADMITTED_WITHIN: Duration = Duration::from_secs(10);

/// Whether reading needs a login.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// On loopback: everybody on this machine may read.
    Open,
    /// Everybody logs in.
    Closed,
}

impl Mode {
    /// The mode that a configuration asks for.
    pub fn of(config: &Config) -> Self {
        if config.serve.listen.ip().is_loopback() && config.access.open_on_loopback {
            Self::Open
        } else {
            Self::Closed
        }
    }
}

/// Puts the guard before all routes: whoever asks is known in every one of them, and every answer carries the headers that
/// keep browsers from harm.
pub fn guard(routes: Router<HttpState>, state: &HttpState) -> Router<HttpState> {
    routes
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(middleware::from_fn_with_state(state.clone(), check))
        .layer(middleware::from_fn(headers::protect))
}

async fn check(State(state): State<HttpState>, request: Request, next: Next) -> Response {
    let request = match tokio::time::timeout(ADMITTED_WITHIN, admit(&state, request)).await {
        Ok(Ok(request)) => request,
        Ok(Err(refusal)) => return refusal,
        Err(_) => return too_slow(ADMITTED_WITHIN).into_response(),
    };
    let asked = Asked::of(&request);
    let response = match tokio::time::timeout(TIME_LIMIT, next.run(request)).await {
        Ok(response) => response,
        Err(_) => too_slow(TIME_LIMIT).into_response(),
    };
    if response.status() == StatusCode::FORBIDDEN {
        asked.log_refusal(&state).await;
    }
    live::end_with_identity(response, &state, asked.identity)
}

/// Lets a request in, with the identity of whoever asks in its extensions.
async fn admit(state: &HttpState, mut request: Request) -> Result<Request, Response> {
    let config = &state.app.config;
    let mode = Mode::of(config);
    let address = ClientAddress::of(&request, &config.access.trusted_proxies);
    request.extensions_mut().insert(address);
    let path = request.uri().path();
    // Health says nothing about the business, and those who watch it come through proxies of their own.
    if matches!(path, "/healthz" | "/readyz") {
        return Ok(request);
    }
    boundary::check(&request, mode, &config.access.hosts).map_err(IntoResponse::into_response)?;

    let identity = identify(state, request.headers(), address, mode).await?;
    if forgery::is_unsafe(request.method()) {
        request = forgery::check(request, identity.as_ref())
            .await
            .map_err(IntoResponse::into_response)?;
    }
    if needs_login(&request, identity.as_ref()) {
        return Err(ask_for_login(&request));
    }
    if let Some(identity) = identity {
        request.extensions_mut().insert(identity);
    }
    Ok(request)
}

/// Who asks. A token that does not hold is an error and not nobody, or a program would not learn of it.
async fn identify(
    state: &HttpState,
    headers: &HeaderMap,
    ClientAddress(address): ClientAddress,
    mode: Mode,
) -> Result<Option<Identity>, Response> {
    let failed = |error| Problem::from(error).into_response();
    let now = state.app.clock.now();
    if let Some(credentials) = headers.get(header::AUTHORIZATION) {
        let token = credentials.to_str().ok().and_then(bearer);
        let identity = match token {
            Some(token) => {
                let client = state.client().await.map_err(failed)?;
                tokens::find(&**client, token, address, now)
                    .await
                    .map_err(failed)?
            }
            None => None,
        };
        return identity.map(Some).ok_or_else(|| {
            let problem = Problem::new(
                StatusCode::UNAUTHORIZED,
                "invalid-token",
                "The token does not hold",
                "The token is unknown, has expired or was revoked, or its owner is disabled.",
            );
            challenge(problem.with_hint("send Authorization: Bearer dbk_..."))
        });
    }
    if let Some(id) = session::id_of_cookies(headers) {
        let client = state.client().await.map_err(failed)?;
        let limits = &state.app.config.access;
        let found = session::find(&**client, id, address, limits, now)
            .await
            .map_err(failed)?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok((mode == Mode::Open).then_some(Identity::Loopback))
}

fn bearer(credentials: &str) -> Option<&str> {
    let (scheme, token) = credentials.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Whether a request must not go on without a login. In the open mode that is every change; otherwise everything but what
/// leads to a login.
fn needs_login(request: &Request, identity: Option<&Identity>) -> bool {
    let path = request.uri().path();
    if matches!(path, "/login" | "/favicon.ico") || path.starts_with("/assets/") {
        return false;
    }
    match identity {
        None => true,
        Some(Identity::Loopback) => forgery::is_unsafe(request.method()),
        Some(_) => false,
    }
}

/// A page leads to the login and back; anything else is told.
fn ask_for_login(request: &Request) -> Response {
    if wants_page(request.headers()) && request.method() == Method::GET {
        let wanted = request
            .uri()
            .path_and_query()
            .map_or("/", |wanted| wanted.as_str());
        return super::login::redirect_to_login(wanted);
    }
    challenge(login_required())
}

/// An answer 401, which has to say how to do better.
fn challenge(problem: Problem) -> Response {
    let mut response = problem.into_response();
    response.headers_mut().insert(
        header::WWW_AUTHENTICATE,
        HeaderValue::from_static("Bearer realm=\"daybook\""),
    );
    response
}

fn too_slow(limit: Duration) -> Problem {
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "too-slow",
        "This takes too long",
        format!("There was no answer within {} seconds.", limit.as_secs()),
    )
    .with_hint("ask for a shorter range")
    .retry_after(10)
}

/// What was asked by whom, kept for what is to be done after the answer.
struct Asked {
    identity: Option<Identity>,
    /// The path of a request that may change something.
    change: Option<String>,
    request: Option<RequestId>,
}

impl Asked {
    fn of(request: &Request) -> Self {
        let is_change = forgery::is_unsafe(request.method());
        Self {
            identity: request.extensions().get().cloned(),
            change: is_change.then(|| request.uri().path().to_owned()),
            request: request.extensions().get().cloned(),
        }
    }

    /// Notes that somebody tried to do what the role does not allow.
    async fn log_refusal(&self, state: &HttpState) {
        let (Some(identity), Some(path)) = (&self.identity, &self.change) else {
            return;
        };
        let noted = async {
            let client = state.client().await?;
            let request = self.request.as_ref();
            record(
                &**client,
                identity,
                "request",
                path,
                request,
                Outcome::Refused,
            )
            .await
        };
        if let Err(error) = noted.await {
            tracing::error!(%error, path, "a refusal could not be written into the log of actions");
        }
    }
}
