//! A request for a page: who asks, in which language, about what.

use axum::extract::{FromRequestParts, Query as QueryOf};
use axum::http::request::Parts;

use super::format::Format;
use super::preferences::Preferences;
use super::view::{Query, View};
use super::words::{Lang, Words, fill};
use crate::access::{Identity, Viewer};
use crate::http::{HttpState, Problem, RequestId};

/// What a page is built from. A route that takes it is for everybody who may read.
pub struct Asked {
    /// Who asks.
    pub identity: Identity,
    /// How they read.
    pub preferences: Preferences,
    /// The words of their language.
    pub words: &'static Words,
    /// Figures, days and times as they write them.
    pub format: Format,
    /// The parameters as they are.
    pub query: Query,
    /// What the page is about.
    pub view: View,
    /// Path of the page.
    pub path: String,
    /// What to name when asking about the answer.
    pub request_id: String,
}

impl Asked {
    /// The language.
    pub fn lang(&self) -> Lang {
        self.preferences.lang
    }

    /// What is said where a part of the page failed.
    pub fn failed_hint(&self) -> String {
        fill(self.words.part_failed_hint, &[("id", &self.request_id)])
    }
}

impl FromRequestParts<HttpState> for Asked {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &HttpState) -> Result<Self, Problem> {
        let Viewer(identity) = Viewer::from_request_parts(parts, state).await?;
        let QueryOf(query) = QueryOf::<Query>::try_from_uri(&parts.uri)
            .map_err(|rejection| Problem::parameter("query", rejection.body_text()))?;
        let preferences = Preferences::of(&parts.uri, &parts.headers);
        let view = View::read(&query, state.app.clock.today())?;
        Ok(Self {
            identity,
            preferences,
            words: preferences.lang.words(),
            format: Format {
                lang: preferences.lang,
                currency: state.app.config.business.currency,
            },
            query,
            view,
            path: parts.uri.path().to_owned(),
            request_id: parts
                .extensions
                .get::<RequestId>()
                .map(|id| id.as_str().to_owned())
                .unwrap_or_default(),
        })
    }
}
