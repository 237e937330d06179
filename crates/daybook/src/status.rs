//! How everything stands: lag, queue, quarantine, last runs.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use tokio_postgres::Transaction;
use tokio_postgres::types::Type;

use crate::clock::BusinessClock;
use crate::config::Thresholds;
use crate::db::DatabaseError;
use crate::watch::alerts::attention;
use crate::watch::figures::Figures;

/// The state of everything, at one instant.
#[derive(Debug, Serialize)]
pub struct Status {
    /// Version of the program.
    pub version: &'static str,
    /// Version of the schema.
    pub schema: u32,
    /// Business time zone.
    pub time_zone: String,
    /// When this was read.
    pub as_of: Timestamp,
    /// Source streams, by name.
    pub streams: Vec<StreamStatus>,
    /// Days in the rebuild queue.
    pub queue_days: u64,
    /// Age of the oldest mark, in seconds.
    pub queue_oldest_seconds: Option<f64>,
    /// How figures follow the orders: `incremental` or `queue`.
    pub statistics_mode: String,
    /// Journal entries that wait to be folded; the live figures have them already.
    pub journal_entries: u64,
    /// Age of the oldest of them, in seconds.
    pub journal_oldest_seconds: Option<f64>,
    /// Entries in quarantine.
    pub quarantined: u64,
    /// Orders placed today.
    pub orders_today: Vec<(String, u64)>,
    /// The last runs, newest first.
    pub runs: Vec<RunStatus>,
    /// What needs a person, the worst first.
    pub attention: Vec<Attention>,
}

/// Something that needs a person, in English as everything that commands print.
#[derive(Debug, Serialize)]
pub struct Attention {
    /// What.
    pub message: String,
    /// What to do.
    pub hint: String,
}

/// One stream.
#[derive(Debug, Serialize)]
pub struct StreamStatus {
    /// Identity.
    pub stream: String,
    /// Marketplace.
    pub platform: Option<String>,
    /// Everything stored in the source before this instant has been loaded.
    pub complete_through: Option<Timestamp>,
    /// Newest ingest time among the documents read.
    pub newest_document: Option<Timestamp>,
    /// Seconds since `complete_through`.
    pub lag_seconds: Option<f64>,
}

/// One run.
#[derive(Debug, Serialize)]
pub struct RunStatus {
    /// Number.
    pub id: i64,
    /// Command.
    pub command: String,
    /// Start.
    pub started_at: Timestamp,
    /// End.
    pub finished_at: Option<Timestamp>,
    /// How it ended; `None` while it runs or when it was killed.
    pub outcome: Option<String>,
    /// What it did.
    pub counts: Value,
    /// Why it failed.
    pub error: Option<String>,
}

/// Reads the state in a transaction, which should see one snapshot. What needs a person is judged by the thresholds of the
/// alerts.
///
/// # Errors
/// PostgreSQL refuses.
pub async fn read(
    client: &Transaction<'_>,
    schema: u32,
    zone_name: &str,
    clock: &BusinessClock,
    thresholds: &Thresholds,
) -> Result<Status, DatabaseError> {
    let failed = DatabaseError::statement("read the status");
    let as_of = clock.now();
    let streams = client
        .query_typed(include_str!("status/streams.sql"), &[])
        .await
        .map_err(&failed)?;
    let today = clock.today();
    let orders = client
        .query_typed(
            include_str!("status/orders_of_day.sql"),
            &[(&today, Type::DATE)],
        )
        .await
        .map_err(&failed)?;
    let runs = client
        .query_typed(include_str!("status/last_runs.sql"), &[])
        .await
        .map_err(&failed)?;
    let counts = client
        .query_typed_one(include_str!("status/counts.sql"), &[(&today, Type::DATE)])
        .await
        .map_err(&failed)?;

    let figures = Figures::read(client, clock).await?;
    let attention = attention(client, &figures, clock.zone(), thresholds).await?;

    let age = |name| {
        counts
            .get::<_, Option<Timestamp>>(name)
            .map(|oldest| as_of.duration_since(oldest).as_secs_f64().max(0.0))
    };
    Ok(Status {
        version: env!("CARGO_PKG_VERSION"),
        schema,
        time_zone: zone_name.to_owned(),
        as_of,
        streams: streams
            .iter()
            .map(|row| StreamStatus::from_row(row, as_of))
            .collect(),
        queue_days: counts.get::<_, i64>("queue_days").unsigned_abs(),
        queue_oldest_seconds: age("queue_oldest"),
        statistics_mode: counts.get("statistics_mode"),
        journal_entries: counts.get::<_, i64>("journal_entries").unsigned_abs(),
        journal_oldest_seconds: age("journal_oldest"),
        quarantined: counts.get::<_, i64>("quarantined").unsigned_abs(),
        orders_today: orders
            .iter()
            .map(|row| (row.get(0), row.get::<_, i64>(1).unsigned_abs()))
            .collect(),
        runs: runs.iter().map(RunStatus::from_row).collect(),
        attention: attention
            .into_iter()
            .map(|attention| Attention {
                message: attention.message.en,
                hint: attention.hint.en,
            })
            .collect(),
    })
}

impl StreamStatus {
    fn from_row(row: &tokio_postgres::Row, as_of: Timestamp) -> Self {
        let complete_through: Option<Timestamp> = row.get("complete_through");
        Self {
            stream: row.get("stream"),
            platform: row.get("platform"),
            complete_through,
            newest_document: row.get("newest_ingested_at"),
            lag_seconds: complete_through
                .map(|instant| as_of.duration_since(instant).as_secs_f64().max(0.0)),
        }
    }
}

impl RunStatus {
    fn from_row(row: &tokio_postgres::Row) -> Self {
        Self {
            id: row.get("id"),
            command: row.get("command"),
            started_at: row.get("started_at"),
            finished_at: row.get("finished_at"),
            outcome: row.get("outcome"),
            counts: row.get("counts"),
            error: row.get("error"),
        }
    }
}
