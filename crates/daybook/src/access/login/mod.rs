//! Logging in and out with a browser.

mod check;
mod language;
mod local_path;
mod page;

use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Query, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use serde::Deserialize;

pub(super) use self::check::{Denial, confirm, verify};
use self::language::Language;
use self::local_path::local_path;
use self::page::{LoginPage, Notice};
use super::guard::{Authority, ClientAddress, Mode, is_loopback_host};
use super::log::{Outcome, record};
use super::{Identity, session, users};
use crate::http::{HttpState, Problem, RequestId, too_large, wants_page};
use crate::secret::Secret;

/// `/login` and `/logout`.
pub fn routes() -> Router<HttpState> {
    Router::new()
        .route("/login", get(show).post(log_in))
        .route("/logout", post(log_out))
}

/// Leads to the login, and from there to a page of ours.
pub fn redirect_to_login(wanted: &str) -> Response {
    let wanted: String = form_urlencoded::byte_serialize(local_path(wanted).as_bytes()).collect();
    Redirect::to(&format!("/login?next={wanted}")).into_response()
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    next: Option<String>,
    lang: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Credentials {
    name: String,
    password: Secret,
    next: Option<String>,
    lang: Option<String>,
}

async fn show(
    State(state): State<HttpState>,
    query: Result<Query<Wanted>, axum::extract::rejection::QueryRejection>,
    identity: Option<Extension<Identity>>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let Query(wanted) =
        query.map_err(|error| Problem::parameter("next, lang", error.body_text()))?;
    let next = local_path(wanted.next.as_deref().unwrap_or("/"));
    if let Some(Extension(Identity::User { .. })) = identity {
        return Ok(Redirect::to(next).into_response());
    }
    let language = Language::of(wanted.lang.as_deref(), &headers);
    // Whoever is on this machine may learn that there is no admin yet; strangers are told nothing.
    let notice = if Mode::of(&state.app.config) == Mode::Open {
        let client = state.client().await?;
        let somebody = users::has_admin(&**client).await?;
        (!somebody).then_some(Notice::NoAdmin)
    } else {
        None
    };
    Ok(LoginPage::new(language, next, notice).respond(StatusCode::OK))
}

async fn log_in(
    State(state): State<HttpState>,
    Extension(request): Extension<RequestId>,
    Extension(ClientAddress(address)): Extension<ClientAddress>,
    headers: HeaderMap,
    form: Result<Form<Credentials>, FormRejection>,
) -> Result<Response, Problem> {
    let Form(form) = form.map_err(|error| unreadable(&error))?;
    let next = local_path(form.next.as_deref().unwrap_or("/"));
    let page = |notice| {
        let language = Language::of(form.lang.as_deref(), &headers);
        LoginPage::new(language, next, Some(notice))
    };
    if is_plain_from_afar(&headers) {
        return Ok(page(Notice::PlainHttp).respond(StatusCode::BAD_REQUEST));
    }
    let verified = match verify(&state, &form.name, &form.password, address, &request).await? {
        Ok(verified) => verified,
        Err(Denial::Wrong) => {
            return Ok(page(Notice::Wrong).respond(StatusCode::UNAUTHORIZED));
        }
        Err(Denial::Later(seconds)) => {
            let page = page(Notice::Later(seconds));
            return Ok(page.respond_later(StatusCode::TOO_MANY_REQUESTS, seconds));
        }
        Err(Denial::Busy) => {
            return Ok(page(Notice::Busy).respond_later(StatusCode::SERVICE_UNAVAILABLE, 3));
        }
    };
    let mut client = state.client().await?;
    let transaction = users::begin(&mut client).await?;
    let now = state.app.clock.now();
    let limits = &state.app.config.access;
    let opened = session::open(
        &transaction,
        verified.id,
        &verified.hash,
        address,
        limits,
        now,
    )
    .await?;
    let Some(id) = opened else {
        return Ok(page(Notice::Wrong).respond(StatusCode::UNAUTHORIZED));
    };
    // A login that the browser still has is over, whosever it was: its id may be known to somebody else.
    if let Some(before) = session::id_of_cookies(&headers) {
        session::end(&transaction, &super::random::hash(before), now).await?;
    }
    // The new identity, as every later request will have it.
    if let Some(who) = session::find(&transaction, &id, address, limits, now).await? {
        record(&transaction, &who, "login", "", &request, Outcome::Done).await?;
    }
    users::commit(transaction).await?;
    let cookie = session::session_cookie(&id, limits.session_lifetime);
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to(next)).into_response())
}

/// Ends the login of this browser.
async fn log_out(
    State(state): State<HttpState>,
    Extension(request): Extension<RequestId>,
    Extension(identity): Extension<Identity>,
    asked: Request,
) -> Result<Response, Problem> {
    if let Identity::User { session, .. } = &identity {
        let client = state.client().await?;
        session::end(&**client, &session.id_hash, state.app.clock.now()).await?;
        record(&**client, &identity, "logout", "", &request, Outcome::Done).await?;
    }
    let cookie = [(header::SET_COOKIE, session::expired_cookie())];
    Ok(if wants_page(asked.headers()) {
        (cookie, Redirect::to("/login")).into_response()
    } else {
        (cookie, StatusCode::NO_CONTENT).into_response()
    })
}

/// Whether a browser sent this over plain HTTP from another machine. It would not keep the cookie, and everybody in
/// between has read the password.
fn is_plain_from_afar(headers: &HeaderMap) -> bool {
    headers
        .get(header::ORIGIN)
        .and_then(|origin| origin.to_str().ok())
        .and_then(Authority::of_origin)
        .is_some_and(|(scheme, origin)| scheme == "http" && !is_loopback_host(&origin.host))
}

fn unreadable(error: &FormRejection) -> Problem {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return too_large();
    }
    Problem::new(
        error.status(),
        "unreadable-body",
        "The form cannot be read",
        "A login has the fields name and password, and may have next and lang.",
    )
}
