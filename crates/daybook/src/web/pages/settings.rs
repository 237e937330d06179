//! Settings: who reads, and the configuration as the program sees it. Users, tokens and alerts have pages of their own.

pub mod alerts;
mod tabs;
pub mod tokens;
pub mod users;

use askama::Template;
use axum::extract::State;

use self::tabs::{Link, Tab, tabs};
use crate::access::Identity;
use crate::config::setting;
use crate::http::HttpState;
use crate::web::asked::Asked;
use crate::web::frame::{Frame, Place};
use crate::web::page::{Page, page};

#[derive(Template)]
#[template(path = "settings.html")]
struct Settings {
    frame: Frame,
    tabs: Vec<Link>,
    role: &'static str,
    is_loopback: bool,
    configuration: Vec<Configured>,
}

/// A setting that tells nothing secret.
struct Configured {
    key: &'static str,
    value: String,
    origin: String,
}

/// The page.
pub async fn settings(State(state): State<HttpState>, asked: Asked) -> Page {
    let frame = Frame::bare(&state, &asked, Place::Settings, asked.words.settings);
    let config = &state.app.config;
    page(&Settings {
        frame,
        tabs: tabs(&asked, Tab::General),
        role: asked.words.role_name(asked.identity.role()),
        is_loopback: matches!(asked.identity, Identity::Loopback),
        configuration: shown()
            .into_iter()
            .filter_map(|setting| {
                let value = config.value(setting)?;
                Some(Configured {
                    key: setting.key,
                    value: value.text.clone(),
                    origin: value.origin.to_string(),
                })
            })
            .collect(),
    })
}

/// What any reader may know: nothing that names a server, a file or a secret.
fn shown() -> [&'static setting::Setting; 3] {
    [
        &setting::TIMEZONE,
        &setting::CURRENCY,
        &setting::STATISTICS_MODE,
    ]
}
