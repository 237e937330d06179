//! Users: who may log in, and what they may do.

use askama::Template;
use axum::Extension;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::response::{IntoResponse, Redirect};
use jiff::Timestamp;
use serde::Deserialize;

use super::tabs::{Link, Tab, tabs};
use crate::access::users::{self, User};
use crate::access::{self, AccessError, Admin, Role};
use crate::http::{HttpState, Problem, RequestId};
use crate::secret::Secret;
use crate::web::asked::Asked;
use crate::web::frame::{Frame, Place};
use crate::web::page::{Page, page};
use crate::web::words::Words;

#[derive(Template)]
#[template(path = "settings/users.html")]
struct UsersPage {
    frame: Frame,
    tabs: Vec<Link>,
    refusal: Option<&'static str>,
    people: Vec<Person>,
    roles: [(&'static str, &'static str); 3],
}

struct Person {
    name: String,
    role: &'static str,
    role_name: &'static str,
    is_disabled: bool,
    added: String,
    last_seen: String,
}

/// The page.
pub async fn show(_: Admin, State(state): State<HttpState>, asked: Asked) -> Page {
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
    name: String,
    role: Option<Role>,
    password: Option<Secret>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Action {
    Add,
    Role,
    Password,
    Disable,
    Enable,
}

/// Changes a user, and leads back to the list. What cannot be done is told above the list.
pub async fn change(
    Admin(who): Admin,
    Extension(request): Extension<RequestId>,
    State(state): State<HttpState>,
    asked: Asked,
    form: Result<Form<Changed>, FormRejection>,
) -> Page {
    let Form(form) = form.map_err(|error| Problem::parameter("form", error.body_text()))?;
    let change = access::change(&state, &who, &request);
    let role = || form.role.ok_or_else(|| missing("role"));
    let password = || form.password.as_ref().ok_or_else(|| missing("password"));
    let mut client = state.client().await?;
    let changed = match form.action {
        Action::Add => users::add(&mut client, &change, &form.name, role()?, password()?).await,
        Action::Role => users::set_role(&mut client, &change, &form.name, role()?).await,
        Action::Password => {
            let hash = users::set_password(&mut client, &change, &form.name, password()?).await;
            hash.map(drop)
        }
        Action::Disable => users::set_disabled(&mut client, &change, &form.name, true).await,
        Action::Enable => users::set_disabled(&mut client, &change, &form.name, false).await,
    };
    drop(client);
    match changed {
        Ok(()) => Ok(Redirect::to("/settings/users").into_response()),
        Err(error) => match refusal(asked.words, &error) {
            Some(told) => {
                let status = Problem::from(error).status();
                let shown = render(&state, &asked, Some(told)).await?;
                Ok((status, shown).into_response())
            }
            None => Err(error.into()),
        },
    }
}

fn missing(field: &str) -> Problem {
    Problem::parameter(field, "is missing").with_hint("use the forms of /settings/users")
}

/// What somebody is told whose change does not fit; `None` for what is not about users.
fn refusal(words: &'static Words, error: &AccessError) -> Option<&'static str> {
    match error {
        AccessError::UserName(_) => Some(words.user_name_rules),
        AccessError::UserExists(_) => Some(words.user_exists),
        AccessError::NoSuchUser(_) => Some(words.user_unknown),
        AccessError::LastAdmin(_) => Some(words.last_admin),
        AccessError::Password(_) => Some(words.password_rules),
        AccessError::Busy => Some(words.try_again_soon),
        AccessError::Database(_)
        | AccessError::TokenName
        | AccessError::NoSuchToken(_)
        | AccessError::NoAdmin => None,
    }
}

async fn render(state: &HttpState, asked: &Asked, refusal: Option<&'static str>) -> Page {
    let client = state.client().await?;
    let found = users::list(&**client).await?;
    page(&UsersPage {
        frame: Frame::bare(state, asked, Place::Settings, asked.words.users),
        tabs: tabs(asked, Tab::Users),
        refusal,
        people: found
            .into_iter()
            .map(|user| Person::new(state, asked, user))
            .collect(),
        roles: roles(asked.words),
    })
}

/// Every role with its name.
pub fn roles(words: &'static Words) -> [(&'static str, &'static str); 3] {
    [Role::Viewer, Role::Operator, Role::Admin].map(|role| (role.as_str(), words.role_name(role)))
}

impl Person {
    fn new(state: &HttpState, asked: &Asked, user: User) -> Self {
        let at = |instant: Timestamp| {
            let zone = state.app.clock.zone().clone();
            asked.format.date_time(instant.to_zoned(zone).datetime())
        };
        Self {
            role: user.role.as_str(),
            role_name: asked.words.role_name(user.role),
            is_disabled: user.disabled_at.is_some(),
            added: at(user.created_at),
            last_seen: user.last_seen_at.map_or_else(|| "—".to_owned(), at),
            name: user.name,
        }
    }
}
