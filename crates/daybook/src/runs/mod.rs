//! The log of runs: what was started, what it did, how it ended.

pub mod request;
mod run;

use std::fmt;

use jiff::Timestamp;
use serde::Serialize;
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres::{Client, Transaction};

pub use self::run::Run;
use crate::db::DatabaseError;

/// Number of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct RunId(pub i64);

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl ToSql for RunId {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        self.0.to_sql(ty, out)
    }

    fn accepts(ty: &Type) -> bool {
        <i64 as ToSql>::accepts(ty)
    }

    to_sql_checked!();
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Done, and nothing wrong.
    Succeeded,
    /// Done, and something needs a person.
    NeedsAttention,
    /// Not done.
    Failed,
}

impl Outcome {
    /// `NeedsAttention` when something does.
    pub fn needs_attention(something: bool) -> Self {
        if something {
            Self::NeedsAttention
        } else {
            Self::Succeeded
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Succeeded => "succeeded",
            Self::NeedsAttention => "needs_attention",
            Self::Failed => "failed",
        }
    }
}

/// Opens a run.
///
/// # Errors
/// PostgreSQL refuses.
pub async fn start(client: &Client, command: &str, now: Timestamp) -> Result<RunId, DatabaseError> {
    start_in_term(client, command, &serde_json::json!({}), now, None).await
}

/// Opens a run of the leader of a term.
///
/// # Errors
/// The term is over, or PostgreSQL refuses.
pub async fn start_in_term(
    client: &Client,
    command: &str,
    parameters: &serde_json::Value,
    now: Timestamp,
    term: Option<i64>,
) -> Result<RunId, DatabaseError> {
    let row = client
        .query_typed_opt(
            include_str!("start.sql"),
            &[
                (&command, Type::TEXT),
                (&now, Type::TIMESTAMPTZ),
                (&term, Type::INT8),
                (&parameters, Type::JSONB),
            ],
        )
        .await
        .map_err(DatabaseError::statement("start a run"))?
        .ok_or(DatabaseError::NotLeading)?;
    Ok(RunId(row.get(0)))
}

/// Adds to what a run has done so far, within the transaction that does it. Returns the sums; nothing when there is no such
/// run any more.
///
/// # Errors
/// PostgreSQL refuses.
pub async fn add<T: Serialize + serde::de::DeserializeOwned>(
    transaction: &Transaction<'_>,
    run: RunId,
    more: &T,
) -> Result<Option<T>, tokio_postgres::Error> {
    let more = serde_json::to_value(more).expect("counts are plain numbers");
    let row = transaction
        .query_typed_opt(
            include_str!("add.sql"),
            &[(&run, Type::INT8), (&more, Type::JSONB)],
        )
        .await?;
    Ok(row.and_then(|row| serde_json::from_value(row.get(0)).ok()))
}

/// Reads back what a run recorded, when the answer to its last commit was lost.
///
/// # Errors
/// PostgreSQL refuses.
pub async fn recorded<T: serde::de::DeserializeOwned + Default>(
    client: &Client,
    run: RunId,
) -> Result<T, DatabaseError> {
    let row = client
        .query_typed_one(
            "select counts from job_runs where id = $1",
            &[(&run, Type::INT8)],
        )
        .await
        .map_err(DatabaseError::statement("read a run"))?;
    Ok(serde_json::from_value(row.get(0)).unwrap_or_default())
}

/// Closes a run.
///
/// # Errors
/// PostgreSQL refuses.
pub async fn finish(
    client: &Client,
    run: RunId,
    outcome: Outcome,
    counts: &impl Serialize,
    error: Option<&str>,
    now: Timestamp,
) -> Result<(), DatabaseError> {
    let counts = serde_json::to_value(counts).expect("counts are plain numbers");
    client
        .execute_typed(
            include_str!("finish.sql"),
            &[
                (&run, Type::INT8),
                (&outcome.as_str(), Type::TEXT),
                (&counts, Type::JSONB),
                (&error, Type::TEXT),
                (&now, Type::TIMESTAMPTZ),
            ],
        )
        .await
        .map_err(DatabaseError::statement("close a run"))?;
    Ok(())
}
