//! What every route stands on: the state it gets, the errors it answers with, the id each request carries.

mod json_body;
mod problem;
mod request_id;

use std::sync::Arc;

use axum::Router;
use tokio::sync::watch as shown;

pub use self::json_body::{JsonBody, too_large};
pub use self::problem::{FieldError, Problem, ProblemBody, wants_page};
pub use self::request_id::RequestId;
use crate::app::App;
use crate::db::{DatabaseError, Pool};
use crate::follow::Stop;
use crate::serve::Leading;
use crate::watch::Watch;
use crate::{access, api, watch, web};

/// What a route works with.
#[derive(Clone)]
pub struct HttpState {
    /// Configuration, database and clock.
    pub app: Arc<App>,
    /// Connections for requests.
    pub pool: Pool,
    /// When the service ends: open streams end then.
    pub stop: Stop,
    /// What watches the service.
    pub watch: Arc<Watch>,
    /// Whether this process leads the others.
    pub leading: shown::Receiver<Option<Leading>>,
}

impl HttpState {
    /// A connection for one request.
    ///
    /// # Errors
    /// There is none; the answer is 503.
    pub async fn client(&self) -> Result<deadpool_postgres::Object, DatabaseError> {
        self.pool.get().await
    }
}

/// All routes: pages at the root, the API under `/api/v1`, and what watches the service.
pub fn router(state: HttpState) -> Router {
    let routes = Router::new()
        .merge(web::routes())
        .merge(watch::routes())
        .merge(access::routes())
        .merge(api::pages())
        .nest("/api/v1", api::routes(&state).merge(watch::api_routes()))
        .fallback(|| async { Problem::not_found("There is nothing at this address.") });
    // Whoever asks is known before any route runs, and every answer leaves with its request id.
    access::guard(routes, &state)
        .layer(axum::middleware::from_fn_with_state(
            state.clone(),
            watch::count_requests,
        ))
        .layer(axum::middleware::from_fn(request_id::carry))
        .with_state(state)
}
