//! What the database knows about the state of the service: read once, for metrics, alerts and health alike.

use jiff::Timestamp;
use jiff::civil::Date;
use tokio_postgres::types::Type;
use tokio_postgres::{Row, Transaction};

use crate::clock::BusinessClock;
use crate::db::DatabaseError;
use crate::source::Position;

/// The state of everything, in one snapshot.
#[derive(Debug, Clone)]
pub struct Figures {
    /// When it was read, by the program's clock.
    pub as_of: Timestamp,
    /// Source streams, the most recently moved first.
    pub streams: Vec<StreamFigures>,
    /// Days in the rebuild queue.
    pub queue_days: u64,
    /// Journal entries that wait to be folded; counted up to a million of each journal.
    pub journal_entries: u64,
    /// When the oldest of them was made.
    pub journal_oldest: Option<Timestamp>,
    /// The oldest ended day whose figures are not final.
    pub oldest_open_day: Option<Date>,
    /// Whether yesterday is one.
    pub yesterday_open: bool,
    /// Quarantine, by marketplace.
    pub quarantine: Vec<QuarantineFigures>,
    /// Commands that ran lately.
    pub commands: Vec<CommandFigures>,
    /// What the last `validate` found; `None` when there was none.
    pub divergence: Option<Divergence>,
    /// Who has held a snapshot for longest.
    pub oldest_snapshot: Option<SnapshotHolder>,
    /// Alerts that are firing.
    pub firing: Vec<Firing>,
}

/// One stream.
#[derive(Debug, Clone)]
pub struct StreamFigures {
    /// Identity, as in `sync_state.stream`.
    pub stream: String,
    /// Its collection or file.
    pub label: String,
    /// Marketplace; `None` for a collection that holds several.
    pub platform: Option<String>,
    /// Everything stored in the source before this instant has been loaded.
    pub complete_through: Option<Timestamp>,
    /// Newest ingest time among the documents read.
    pub newest_document: Option<Timestamp>,
    /// When it last moved.
    pub updated_at: Timestamp,
    /// Where it stands in the changes of a collection, when it follows them.
    pub followed_to: Option<Timestamp>,
}

/// Quarantine of one marketplace.
#[derive(Debug, Clone)]
pub struct QuarantineFigures {
    /// Marketplace, or `unknown`.
    pub platform: String,
    /// Documents there.
    pub open: u64,
    /// Documents that came in during the last hour.
    pub lately: u64,
}

/// How a command fares.
#[derive(Debug, Clone)]
pub struct CommandFigures {
    /// Number of its last finished run.
    pub run: i64,
    /// Command.
    pub command: String,
    /// Marketplace, when it runs for one alone.
    pub platform: Option<String>,
    /// How that run ended.
    pub outcome: String,
    /// Why it failed.
    pub error: Option<String>,
    /// How long it took, in seconds.
    pub seconds: f64,
    /// When a run last did what it should.
    pub last_success: Option<Timestamp>,
    /// Whether that run failed, and nothing has made up for it since.
    pub is_failing: bool,
    /// Runs of the last day, by outcome.
    pub last_day: [(&'static str, u64); 3],
}

/// What a `validate` found.
#[derive(Debug, Clone, Copy)]
pub struct Divergence {
    /// Its run.
    pub run: i64,
    /// Figures or orders that differ.
    pub divergences: u64,
}

/// Who holds a snapshot.
#[derive(Debug, Clone)]
pub struct SnapshotHolder {
    /// Session or prepared transaction.
    pub kind: String,
    /// Which.
    pub name: String,
    /// For how long, in seconds.
    pub seconds: f64,
}

/// Alerts of one kind that are firing.
#[derive(Debug, Clone)]
pub struct Firing {
    /// Kind.
    pub kind: String,
    /// Severity.
    pub severity: String,
    /// How many.
    pub count: u64,
}

impl Figures {
    /// Reads all of it in a transaction, which should see one snapshot.
    ///
    /// # Errors
    /// PostgreSQL refuses.
    pub async fn read(
        transaction: &Transaction<'_>,
        clock: &BusinessClock,
    ) -> Result<Self, DatabaseError> {
        Self::query(transaction, clock)
            .await
            .map_err(DatabaseError::statement("read the state of the service"))
    }

    async fn query(
        transaction: &Transaction<'_>,
        clock: &BusinessClock,
    ) -> Result<Self, tokio_postgres::Error> {
        let now = clock.now();
        let waiting = transaction
            .query_typed_one(include_str!("waiting.sql"), &[(&clock.today(), Type::DATE)])
            .await?;
        let streams = transaction
            .query_typed(include_str!("streams.sql"), &[])
            .await?;
        let quarantine = transaction
            .query_typed(include_str!("quarantine.sql"), &[(&now, Type::TIMESTAMPTZ)])
            .await?;
        let commands = transaction
            .query_typed(include_str!("runs.sql"), &[(&now, Type::TIMESTAMPTZ)])
            .await?;
        let divergence = transaction
            .query_typed_opt(include_str!("divergence.sql"), &[])
            .await?;
        let oldest_snapshot = transaction
            .query_typed_opt(include_str!("oldest_snapshot.sql"), &[])
            .await?;
        let firing = transaction
            .query_typed(include_str!("firing.sql"), &[])
            .await?;
        Ok(Self {
            as_of: now,
            streams: streams.iter().map(StreamFigures::from_row).collect(),
            queue_days: count(&waiting, "queue_days"),
            journal_entries: count(&waiting, "journal_entries"),
            journal_oldest: waiting.get("journal_oldest"),
            oldest_open_day: waiting.get("oldest_open_day"),
            yesterday_open: waiting.get("yesterday_open"),
            quarantine: quarantine.iter().map(QuarantineFigures::from_row).collect(),
            commands: commands.iter().map(CommandFigures::from_row).collect(),
            divergence: divergence.as_ref().map(|row| Divergence {
                run: row.get("id"),
                divergences: row
                    .get::<_, Option<i64>>("divergences")
                    .unwrap_or_default()
                    .unsigned_abs(),
            }),
            oldest_snapshot: oldest_snapshot.as_ref().map(|row| SnapshotHolder {
                kind: row.get("kind"),
                name: row.get("name"),
                seconds: row.get("seconds"),
            }),
            firing: firing
                .iter()
                .map(|row| Firing {
                    kind: row.get("kind"),
                    severity: row.get("severity"),
                    count: count(row, "firing"),
                })
                .collect(),
        })
    }

    /// Seconds between an instant and the time of reading; never negative, whatever the clocks say.
    pub fn age(&self, instant: Timestamp) -> f64 {
        self.as_of.duration_since(instant).as_secs_f64().max(0.0)
    }
}

fn count(row: &Row, column: &str) -> u64 {
    row.get::<_, i64>(column).unsigned_abs()
}

impl StreamFigures {
    fn from_row(row: &Row) -> Self {
        let stream: String = row.get("stream");
        let position: Option<Vec<u8>> = row.get("position");
        let followed_to = match position.and_then(|bytes| Position::from_bytes(&bytes)) {
            Some(Position::Follow { since, .. }) => {
                Timestamp::from_millisecond(since.timestamp_millis()).ok()
            }
            _ => None,
        };
        Self {
            label: label(&stream),
            stream,
            platform: row.get("platform"),
            complete_through: row.get("complete_through"),
            newest_document: row.get("newest_ingested_at"),
            updated_at: row.get("updated_at"),
            followed_to,
        }
    }
}

impl QuarantineFigures {
    fn from_row(row: &Row) -> Self {
        Self {
            platform: row.get("platform"),
            open: count(row, "open"),
            lately: count(row, "lately"),
        }
    }
}

impl CommandFigures {
    fn from_row(row: &Row) -> Self {
        Self {
            run: row.get("id"),
            command: row.get("command"),
            platform: row.get("platform"),
            outcome: row.get("outcome"),
            error: row.get("error"),
            seconds: row.get("seconds"),
            last_success: row.get("last_success_at"),
            is_failing: row.get("is_failing"),
            last_day: ["succeeded", "needs_attention", "failed"]
                .map(|outcome| (outcome, count(row, outcome))),
        }
    }
}

impl CommandFigures {
    /// The command, and the marketplace it runs for alone.
    pub fn name(&self) -> String {
        match &self.platform {
            Some(platform) => format!("{} {platform}", self.command),
            None => self.command.clone(),
        }
    }
}

/// The collection or file at the end of a stream's identity.
fn label(stream: &str) -> String {
    let last = stream.rsplit('/').next().unwrap_or(stream);
    if !stream.starts_with("mongodb://") {
        return last.to_owned();
    }
    // After the database's name, which cannot hold a dot; a collection's can.
    last.split_once('.')
        .map_or(last, |(_, collection)| collection)
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::label;

    #[test]
    fn a_stream_is_called_by_its_collection_or_file() {
        assert_eq!(label("mongodb://a:1,b:2/shop.raw.orders"), "raw.orders");
        assert_eq!(
            label("/dumps/day/tiktok_orders.json.gz"),
            "tiktok_orders.json.gz"
        );
        assert_eq!(label("tiktok_orders"), "tiktok_orders");
    }
}
