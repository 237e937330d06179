//! What every route that reads gets, whatever it is asked.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use jiff::civil::Date;

use super::cache::Cache;
use super::format::Format;
use crate::http::HttpState;

/// The state, the answers that are kept, and what the client says about itself.
pub struct Caller {
    /// The state.
    pub state: HttpState,
    /// Answers that are kept.
    pub cache: Arc<Cache>,
    /// The client's headers.
    pub headers: HeaderMap,
}

impl Caller {
    /// Today, in the business zone.
    pub fn today(&self) -> Date {
        self.state.app.clock.today()
    }

    /// The format the client would like best.
    pub fn accepted(&self) -> Format {
        Format::accepted(&self.headers)
    }
}

impl FromRequestParts<HttpState> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &HttpState) -> Result<Self, Infallible> {
        let cache = parts.extensions.get::<Arc<Cache>>();
        Ok(Self {
            state: state.clone(),
            cache: Arc::clone(cache.expect("the routes of the API carry it")),
            headers: parts.headers.clone(),
        })
    }
}
