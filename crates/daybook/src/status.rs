//! How everything stands: lag, queue, quarantine, last runs.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use serde_json::Value;
use tokio_postgres::GenericClient;
use tokio_postgres::types::Type;

use crate::clock::BusinessClock;
use crate::db::DatabaseError;

/// The specification's alert: more days than this in the queue need a person.
const QUEUE_ALERT_DAYS: u64 = 100;

/// The live view adds the journal up at each reading: beyond this it becomes slow.
const JOURNAL_ALERT_ENTRIES: u64 = 100_000;
/// Whoever folds is expected to do so at least every hour, with an hour of grace.
const JOURNAL_ALERT_SECONDS: f64 = 7_200.0;

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
    /// What needs a person.
    pub attention: Vec<Attention>,
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

/// Something that needs a person, and what to do.
#[derive(Debug, Serialize)]
pub struct Attention {
    /// What.
    pub message: String,
    /// What to do.
    pub hint: String,
}

/// Reads the state.
///
/// # Errors
/// PostgreSQL refuses.
pub async fn read(
    client: &impl GenericClient,
    schema: u32,
    zone_name: &str,
    clock: &BusinessClock,
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

    let age = |name| {
        counts
            .get::<_, Option<Timestamp>>(name)
            .map(|oldest| as_of.duration_since(oldest).as_secs_f64().max(0.0))
    };
    let mut status = Status {
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
        attention: Vec::new(),
    };
    status.attention = attention(&status, counts.get("oldest_open_day"));
    Ok(status)
}

fn attention(status: &Status, oldest_open_day: Option<Date>) -> Vec<Attention> {
    let mut found = Vec::new();
    let mut add = |message: String, hint: &str| {
        found.push(Attention {
            message,
            hint: hint.to_owned(),
        });
    };
    if status.queue_days > QUEUE_ALERT_DAYS {
        add(
            format!("{} days wait to be computed", status.queue_days),
            "run `daybook aggregate`, and schedule it every hour",
        );
    }
    if status.journal_entries > JOURNAL_ALERT_ENTRIES
        || status
            .journal_oldest_seconds
            .is_some_and(|age| age > JOURNAL_ALERT_SECONDS)
    {
        add(
            format!(
                "{} journal entries wait to be folded; live figures are exact, stored ones are behind",
                status.journal_entries
            ),
            "run `daybook aggregate`, and schedule it every hour",
        );
    }
    if let Some(day) = oldest_open_day {
        add(
            format!("the figures of {day} have not been computed since the day ended"),
            "run `daybook aggregate`, and schedule it every hour",
        );
    }
    if status.quarantined > 0 {
        add(
            format!("{} documents are in quarantine", status.quarantined),
            "`daybook quarantine list` says why",
        );
    }
    if let Some(run) = status
        .runs
        .iter()
        .find(|run| run.outcome.as_deref() == Some("failed"))
    {
        let recovered = status
            .runs
            .iter()
            .take_while(|later| later.id != run.id)
            .any(|later| {
                later.command == run.command && later.outcome.as_deref() == Some("succeeded")
            });
        if !recovered {
            add(
                format!(
                    "run {} ({}) failed: {}",
                    run.id,
                    run.command,
                    run.error.as_deref().unwrap_or("no reason recorded")
                ),
                "run the command again; `daybook doctor` looks for the cause",
            );
        }
    }
    found
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
