//! Runs in words: how they ended, and what they did.

use jiff::tz::TimeZone;
use serde_json::Value;

use crate::report::RunRow;
use crate::web::asked::Asked;
use crate::web::words::Words;

/// A run.
pub struct Run {
    pub id: i64,
    pub command: String,
    pub started: String,
    pub took: String,
    pub outcome: &'static str,
    pub class: &'static str,
    pub counts: String,
    pub error: Option<String>,
    pub requested_by: Option<String>,
}

/// What a run did that people ask about: the name of the count, and what it is called.
fn counted(words: &'static Words) -> [(&'static str, &'static str); 14] {
    [
        ("read", words.count_read),
        ("inserted", words.count_inserted),
        ("updated", words.count_updated),
        ("unchanged", words.count_unchanged),
        ("stale", words.count_stale),
        ("quarantined", words.count_quarantined),
        ("divergences", words.count_divergences),
        ("rows", words.count_rows),
        ("orders", words.count_orders),
        ("days", words.count_days),
        ("entries", words.count_entries),
        ("rows_changed", words.count_rows_changed),
        ("rows_closed", words.count_rows_closed),
        ("products", words.count_products),
    ]
}

/// Puts a run into words.
pub fn run(asked: &Asked, zone: &TimeZone, row: &RunRow) -> Run {
    let words = asked.words;
    let (outcome, class) = match row.outcome.as_deref() {
        Some("succeeded") => (words.succeeded, "final"),
        Some("needs_attention") => (words.needs_attention, "provisional"),
        Some(_) => (words.failed, "failed"),
        None => (words.running, "live"),
    };
    Run {
        id: row.id,
        command: row.command.clone(),
        started: asked
            .format
            .date_time(row.started_at.to_zoned(zone.clone()).datetime()),
        took: row.finished_at.map_or_else(
            || "—".to_owned(),
            |finished| {
                let seconds = finished.duration_since(row.started_at).as_secs().max(0);
                asked.format.duration(seconds.unsigned_abs())
            },
        ),
        outcome,
        class,
        counts: counts(asked, &row.counts),
        error: row.error.clone(),
        requested_by: row.requested_by.clone(),
    }
}

/// The counts that are not zero; those of a fold are one level down.
fn counts(asked: &Asked, counts: &Value) -> String {
    let find = |name: &str| {
        let folded = counts.get("folded").and_then(|folded| folded.get(name));
        counts.get(name).or(folded).and_then(Value::as_i64)
    };
    let told = counted(asked.words)
        .into_iter()
        .filter_map(|(name, called)| {
            let count = find(name).filter(|count| *count != 0)?;
            Some(format!("{called} {}", asked.format.count(count)))
        });
    told.collect::<Vec<_>>().join(" · ")
}
