//! How the service works: what waits, what ran, what could not be read.

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::Value;
use tokio_postgres::Row;
use tokio_postgres::types::Type;

use super::error::ReportError;
use super::reader::Reader;

/// What waits to be computed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Days in the rebuild queue.
    pub queue_days: i64,
    /// When the oldest of them was marked.
    pub queue_oldest: Option<Timestamp>,
    /// Changes of orders that are not folded into the stored figures; live figures have them.
    pub journal_entries: i64,
    /// When the oldest of them was made.
    pub journal_oldest: Option<Timestamp>,
    /// The oldest ended day that is not final.
    pub oldest_open_day: Option<Date>,
}

/// A run.
#[derive(Debug, Clone, PartialEq)]
pub struct RunRow {
    /// Number.
    pub id: i64,
    /// Command.
    pub command: String,
    /// When it started.
    pub started_at: Timestamp,
    /// When it ended; `None` while it runs, waits, or was killed.
    pub finished_at: Option<Timestamp>,
    /// `succeeded`, `needs_attention` or `failed`.
    pub outcome: Option<String>,
    /// What it did.
    pub counts: Value,
    /// Why it failed.
    pub error: Option<String>,
    /// Who asked for it; `None` for what the schedule or a command started.
    pub requested_by: Option<String>,
}

/// Documents that could not be read for one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuarantineGroup {
    /// Why, from a closed list.
    pub reason: String,
    /// Marketplace, when known.
    pub platform: Option<String>,
    /// Path of the field that decided.
    pub field: String,
    /// How many documents.
    pub documents: i64,
    /// When one was last refused.
    pub last_seen_at: Timestamp,
    /// Number of the newest entry, as `daybook quarantine show` takes it.
    pub sample: i64,
}

/// What a validation found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Validated {
    /// The run.
    pub run_id: i64,
    /// When.
    pub made_at: Timestamp,
    /// Figures that differed from a recount.
    pub divergences: i64,
}

/// Most groups of quarantine that are given.
const MOST_GROUPS: i64 = 50;

impl Reader<'_> {
    /// What waits to be computed.
    ///
    /// # Errors
    /// PostgreSQL refuses.
    pub async fn waiting(&self) -> Result<Waiting, ReportError> {
        let failed = ReportError::statement("read what waits");
        let row = self
            .transaction
            .query_typed_one(
                include_str!("../status/counts.sql"),
                &[(&self.today(), Type::DATE)],
            )
            .await
            .map_err(&failed)?;
        let read = |row: &Row| -> Result<Waiting, tokio_postgres::Error> {
            Ok(Waiting {
                queue_days: row.try_get("queue_days")?,
                queue_oldest: row.try_get("queue_oldest")?,
                journal_entries: row.try_get("journal_entries")?,
                journal_oldest: row.try_get("journal_oldest")?,
                oldest_open_day: row.try_get("oldest_open_day")?,
            })
        };
        read(&row).map_err(failed)
    }

    /// The last runs, newest first.
    ///
    /// # Errors
    /// PostgreSQL refuses.
    pub async fn runs(&self, most: i64) -> Result<Vec<RunRow>, ReportError> {
        let failed = ReportError::statement("read the last runs");
        let rows = self
            .transaction
            .query_typed(include_str!("last_runs.sql"), &[(&most, Type::INT8)])
            .await
            .map_err(&failed)?;
        rows.iter()
            .map(|row| {
                Ok(RunRow {
                    id: row.try_get("id")?,
                    command: row.try_get("command")?,
                    started_at: row.try_get("started_at")?,
                    finished_at: row.try_get("finished_at")?,
                    outcome: row.try_get("outcome")?,
                    counts: row.try_get("counts")?,
                    error: row.try_get("error")?,
                    requested_by: row.try_get("requested_by")?,
                })
            })
            .collect::<Result<_, _>>()
            .map_err(&failed)
    }

    /// What is in quarantine, by reason, marketplace and field; the most documents first.
    ///
    /// # Errors
    /// PostgreSQL refuses.
    pub async fn quarantine_groups(&self) -> Result<Vec<QuarantineGroup>, ReportError> {
        let failed = ReportError::statement("read the quarantine");
        let rows = self
            .transaction
            .query_typed(
                include_str!("quarantine_groups.sql"),
                &[(&MOST_GROUPS, Type::INT8)],
            )
            .await
            .map_err(&failed)?;
        rows.iter()
            .map(|row| {
                Ok(QuarantineGroup {
                    reason: row.try_get("reason")?,
                    platform: row.try_get("platform")?,
                    field: row.try_get("field")?,
                    documents: row.try_get("documents")?,
                    last_seen_at: row.try_get("last_seen_at")?,
                    sample: row.try_get("sample")?,
                })
            })
            .collect::<Result<_, _>>()
            .map_err(&failed)
    }

    /// What the service's last validation found; `None` when there was none.
    ///
    /// # Errors
    /// PostgreSQL refuses.
    pub async fn last_validation(&self) -> Result<Option<Validated>, ReportError> {
        let failed = ReportError::statement("read the last validation");
        let row = self
            .transaction
            .query_typed_opt(
                "select run_id, made_at, divergences from validation_reports order by made_at desc limit 1",
                &[],
            )
            .await
            .map_err(&failed)?;
        let read = |row: Row| -> Result<Validated, tokio_postgres::Error> {
            Ok(Validated {
                run_id: row.try_get("run_id")?,
                made_at: row.try_get("made_at")?,
                divergences: row.try_get("divergences")?,
            })
        };
        row.map(read).transpose().map_err(failed)
    }
}
