//! Whether the service is alive, and whether it can do its work.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::db::{self, DatabaseError, SchemaState};
use crate::http::HttpState;

/// How long the database may take to answer. Probes wait for about as long.
const PATIENCE: Duration = Duration::from_secs(3);

/// Whether the service can do its work.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Readiness {
    /// Whether it can.
    pub ready: bool,
    /// Version of the program.
    pub version: &'static str,
    /// Version of the database's schema, when it could be read.
    pub schema: Option<u32>,
    /// Why it cannot.
    pub reasons: Vec<Reason>,
}

/// Why the service cannot do its work. It names no host and no user: probes need no login.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Reason {
    /// In a word: `database-unavailable`, `schema-missing`, `schema-older`, `schema-newer`, `stopping`.
    pub code: &'static str,
    /// In a sentence.
    pub detail: String,
    /// What to do.
    pub hint: &'static str,
}

/// The process is alive. It asks nobody else: a database that is down is not cured by restarting the program.
pub async fn healthz() -> Response {
    uncached((StatusCode::OK, "ok\n").into_response())
}

/// Whether requests should be sent here.
pub async fn readyz(State(state): State<HttpState>) -> Response {
    let readiness = readiness(&state).await;
    let status = match readiness.ready {
        true => StatusCode::OK,
        false => StatusCode::SERVICE_UNAVAILABLE,
    };
    uncached((status, Json(readiness)).into_response())
}

fn uncached(mut response: Response) -> Response {
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Finds out whether the service can do its work.
pub async fn readiness(state: &HttpState) -> Readiness {
    let schema = tokio::time::timeout(PATIENCE, schema(state)).await;
    let (version, mut reasons) = match schema {
        Ok(Ok(schema)) => judged(schema),
        Ok(Err(_)) | Err(_) => (None, vec![unavailable()]),
    };
    if state.stop.is_due() {
        reasons.push(Reason {
            code: "stopping",
            detail: "The service is stopping.".to_owned(),
            hint: "send requests to another instance",
        });
    }
    Readiness {
        ready: reasons.is_empty(),
        version: env!("CARGO_PKG_VERSION"),
        schema: version,
        reasons,
    }
}

async fn schema(state: &HttpState) -> Result<SchemaState, DatabaseError> {
    let client = state.client().await?;
    let client: &tokio_postgres::Client = &client;
    db::schema_state(client).await
}

fn unavailable() -> Reason {
    Reason {
        code: "database-unavailable",
        detail: "PostgreSQL does not answer.".to_owned(),
        hint: "it comes back by itself once PostgreSQL does; `daybook doctor` tests the connection",
    }
}

fn judged(schema: SchemaState) -> (Option<u32>, Vec<Reason>) {
    match schema {
        SchemaState::Current(version) => (Some(version), Vec::new()),
        SchemaState::Missing => (
            None,
            vec![Reason {
                code: "schema-missing",
                detail: "The database has no daybook schema.".to_owned(),
                hint: "run `daybook migrate`",
            }],
        ),
        SchemaState::Older { found, needed } => (
            Some(found),
            vec![Reason {
                code: "schema-older",
                detail: format!("The schema is {found}; this program needs {needed}."),
                hint: "run `daybook migrate`",
            }],
        ),
        SchemaState::Newer { found, known } => (
            Some(found),
            vec![Reason {
                code: "schema-newer",
                detail: format!("The schema is {found}; this program knows {known}."),
                hint: "install the daybook that migrated it, or a newer one",
            }],
        ),
    }
}
