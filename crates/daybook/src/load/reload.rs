//! Reads single documents again and loads them, outside of any pass: for replay and repair.

use std::collections::HashSet;

use order_model::OrderKey;

use super::{LoadCounts, Loader, open_stream};
use crate::app::App;
use crate::error::Error;
use crate::normalise::Normaliser;
use crate::quarantine;
use crate::runs::RunId;
use crate::source::{Source, Stream};

/// Documents are read and loaded so many at a time.
const CHUNK: usize = 1_000;

/// Documents of one stream to load again.
pub struct Reload<'a> {
    /// The stream.
    pub stream: &'a Stream,
    /// Locators of the documents.
    pub locators: &'a [String],
    /// Orders whose rows were changed by hand.
    pub forgotten: &'a [OrderKey],
}

/// Loads documents again. Those that are gone from the source leave the quarantine.
///
/// # Errors
/// The source or PostgreSQL fails; chunks loaded before stand.
pub async fn reload(
    app: &App,
    source: &Source,
    work: &Reload<'_>,
    run: RunId,
    total: LoadCounts,
) -> Result<LoadCounts, Error> {
    let client = app.database.connect().await?;
    let rules = app.config.rules(app.clock.now());
    let quarantined = quarantine::locators_of(&client, &work.stream.documents_in).await?;
    let normaliser = Normaliser {
        rules: &rules,
        content: &work.stream.content,
        quarantined: &quarantined,
    };
    let state = open_stream(&client, work.stream).await?;
    let mut loader = Loader::new(&app.database, work.stream, state, run, &app.clock, total).await?;

    let mut counts = LoadCounts::default();
    for locators in work.locators.chunks(CHUNK) {
        let documents = source.fetch(work.stream, locators).await?;
        let found: HashSet<_> = documents
            .iter()
            .map(|document| document.id.locator.clone())
            .collect();
        let mut batch = normaliser.documents(documents);
        batch.forgotten = work.forgotten.to_vec();
        batch.resolved.extend(
            locators
                .iter()
                .filter(|locator| !found.contains(*locator))
                .cloned(),
        );
        counts += loader.load(&batch).await?;
    }
    Ok(counts)
}
