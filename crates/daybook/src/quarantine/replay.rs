//! Tries quarantined documents again, as they are in the source now and by the rules of this program.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Filter, list};
use crate::app::App;
use crate::error::Error;
use crate::load::{LoadCounts, reload_documents};
use crate::runs::RunId;
use crate::source::Source;

/// At most so many entries are tried in one call.
const LIMIT: i64 = 1_000_000;

/// What a replay did.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Replayed {
    /// Entries tried.
    pub tried: u64,
    /// Entries of streams that the configured source does not have.
    pub elsewhere: u64,
    /// Entries that are still in quarantine.
    pub remaining: u64,
    /// What became of the documents.
    #[serde(flatten)]
    pub counts: LoadCounts,
}

/// Replays the entries that a filter selects.
///
/// # Errors
/// The source or PostgreSQL fails.
pub async fn replay(
    app: &App,
    source: &Source,
    filter: &Filter,
    run: RunId,
) -> Result<Replayed, Error> {
    let client = app.connect().await?;
    let filter = Filter {
        limit: LIMIT,
        ..filter.clone()
    };
    let mut by_stream: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for entry in list(&client, &filter).await? {
        by_stream
            .entry(entry.stream)
            .or_default()
            .push(entry.locator);
    }
    let streams = source.streams();
    let mut replayed = Replayed::default();
    for (name, locators) in by_stream {
        let Some(stream) = streams.iter().find(|stream| stream.name == name) else {
            replayed.elsewhere += locators.len() as u64;
            continue;
        };
        replayed.tried += locators.len() as u64;
        replayed.counts += reload_documents(app, source, stream, &locators, run).await?;
    }
    replayed.remaining = list(&client, &filter).await?.len() as u64;
    Ok(replayed)
}
