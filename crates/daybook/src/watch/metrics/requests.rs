//! Requests that were answered, by route, never by address: whoever calls can make up any number of those.

use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use crate::http::HttpState;

/// Figures of pages should take 10 ms at most, so that is where the steps are fine.
const STEPS: [f64; 13] = [
    0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
];

/// Counts requests.
#[derive(Debug, Clone)]
pub struct Requests {
    answered: Family<Answered, Counter>,
    durations: Family<Route, Histogram, fn() -> Histogram>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    method: &'static str,
    route: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: String,
}

impl Default for Requests {
    fn default() -> Self {
        Self {
            answered: Family::default(),
            durations: Family::new_with_constructor(|| Histogram::new(STEPS)),
        }
    }
}

impl Requests {
    /// Adds them to a registry.
    pub fn register(&self, registry: &mut Registry) {
        registry.register(
            "http_requests",
            "Requests answered, by route pattern and status",
            self.answered.clone(),
        );
        registry.register_with_unit(
            "http_request_duration",
            "Time until the head of an answer, by route pattern",
            Unit::Seconds,
            self.durations.clone(),
        );
    }

    fn count(&self, method: &Method, route: &str, status: u16, seconds: f64) {
        let route = route.to_owned();
        let answered = Answered {
            method: known(method),
            route: route.clone(),
            status,
        };
        self.answered.get_or_create(&answered).inc();
        self.durations
            .get_or_create(&Route { route })
            .observe(seconds);
    }
}

/// A middleware that counts. For a layer around all routes, where the matched one is known.
pub async fn count(State(state): State<HttpState>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let response = next.run(request).await;
    let route = route.as_ref().map_or("unmatched", MatchedPath::as_str);
    let status = response.status().as_u16();
    let seconds = began.elapsed().as_secs_f64();
    state.watch.requests.count(&method, route, status, seconds);
    response
}

/// Methods can be made up as well.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
