//! API tokens: one's own for everybody who is logged in, all of them for admins.

use askama::Template;
use axum::Extension;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect};
use jiff::Timestamp;
use serde::Deserialize;

use super::tabs::{Link, Tab, tabs};
use super::users::roles;
use crate::access::tokens::Token;
use crate::access::{self, Role, WantedToken};
use crate::http::{HttpState, Problem, RequestId};
use crate::web::asked::Asked;
use crate::web::frame::{Frame, Place};
use crate::web::page::{Page, page};

#[derive(Template)]
#[template(path = "settings/tokens.html")]
struct TokensPage {
    frame: Frame,
    tabs: Vec<Link>,
    /// The token that was just created: shown this once.
    created: Option<String>,
    tokens: Vec<Row>,
    /// What a token of whoever asks may do.
    roles: Vec<(&'static str, &'static str)>,
    lifetimes: [(&'static str, String); 4],
}

struct Row {
    id: String,
    name: String,
    role: &'static str,
    owner: String,
    created: String,
    expires: String,
    last_used: String,
    is_revoked: bool,
}

/// The page.
pub async fn show(State(state): State<HttpState>, asked: Asked) -> Page {
    render(&state, &asked, None).await
}

/// A form of the page.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Changed {
    /// Looked at by the guard.
    #[expect(dead_code, reason = "the guard has compared it already")]
    csrf: Option<String>,
    action: Action,
    id: Option<i64>,
    name: Option<String>,
    role: Option<Role>,
    /// Empty: never.
    #[serde(default)]
    days: String,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Action {
    Create,
    Revoke,
}

/// Creates a token and shows it, or revokes one and leads back to the list.
pub async fn change(
    Extension(request): Extension<RequestId>,
    State(state): State<HttpState>,
    asked: Asked,
    form: Result<Form<Changed>, FormRejection>,
) -> Page {
    let Form(form) = form.map_err(|error| Problem::parameter("form", error.body_text()))?;
    let who = &asked.identity;
    match form.action {
        Action::Create => {
            let wanted = WantedToken {
                name: form.name.unwrap_or_default(),
                role: form.role.unwrap_or(Role::Viewer),
                expires_in_days: match form.days.as_str() {
                    "" => None,
                    days => Some(days.parse().map_err(|_| {
                        Problem::parameter("days", "must be a number from 1 to 3650, or empty")
                    })?),
                },
            };
            let created = access::create_token(&state, who, &request, &wanted).await?;
            let mut shown = render(&state, &asked, Some(created.token)).await?;
            // Not even the browser's own history may keep it.
            shown
                .headers_mut()
                .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            Ok(shown)
        }
        Action::Revoke => {
            let id = form
                .id
                .ok_or_else(|| Problem::parameter("id", "is the number of a token"))?;
            access::revoke_token(&state, who, &request, id).await?;
            Ok(Redirect::to("/settings/tokens").into_response())
        }
    }
}

async fn render(state: &HttpState, asked: &Asked, created: Option<String>) -> Page {
    let words = asked.words;
    let role = asked.identity.role();
    let found = access::tokens_of(state, &asked.identity, role >= Role::Admin).await?;
    let days = |days: u64| asked.format.duration(days * 86_400);
    page(&TokensPage {
        frame: Frame::bare(state, asked, Place::Settings, words.api_tokens),
        tabs: tabs(asked, Tab::Tokens),
        created,
        tokens: found
            .into_iter()
            .map(|token| Row::new(state, asked, token))
            .collect(),
        roles: roles(words)
            .into_iter()
            .zip([Role::Viewer, Role::Operator, Role::Admin])
            .filter(|(_, each)| *each <= role)
            .map(|(named, _)| named)
            .collect(),
        lifetimes: [
            ("30", days(30)),
            ("90", days(90)),
            ("365", days(365)),
            ("", words.never_expires.to_owned()),
        ],
    })
}

impl Row {
    fn new(state: &HttpState, asked: &Asked, token: Token) -> Self {
        let at = |instant: Timestamp| {
            let zone = state.app.clock.zone().clone();
            asked.format.date_time(instant.to_zoned(zone).datetime())
        };
        let or_none = |instant: Option<Timestamp>| instant.map_or_else(|| "—".to_owned(), at);
        Self {
            role: asked.words.role_name(token.role),
            owner: token.owner.unwrap_or_else(|| "—".to_owned()),
            created: at(token.created_at),
            expires: or_none(token.expires_at),
            last_used: or_none(token.last_used_at),
            is_revoked: token.revoked_at.is_some(),
            id: token.id,
            name: token.name,
        }
    }
}
