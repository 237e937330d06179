//! Reads single documents again and loads them, outside of any pass: for replay and repair.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use order_model::OrderKey;

use super::{LoadCounts, Loader};
use crate::app::App;
use crate::error::Error;
use crate::normalise::{Forgotten, NormalisedBatch, NormalisedOrder, Normaliser};
use crate::quarantine;
use crate::runs::RunId;
use crate::source::{Source, Stream};

/// Documents are read and loaded so many at a time.
const CHUNK: usize = 1_000;

/// Loads documents of a stream again. Those that are gone from the source leave the quarantine.
///
/// # Errors
/// The source or PostgreSQL fails; chunks loaded before stand.
pub async fn reload_documents(
    app: &App,
    source: &Source,
    stream: &Stream,
    locators: &[String],
    run: RunId,
) -> Result<LoadCounts, Error> {
    let mut loader = Loader::open(&app.database, stream, run, &app.clock).await?;
    let rules = app.config.rules(app.clock.now());
    let quarantined = quarantine::locators_of(loader.client(), &stream.documents_in).await?;
    let normaliser = Normaliser::new(&rules, &stream.content, &quarantined);

    let mut counts = LoadCounts::default();
    for locators in locators.chunks(CHUNK) {
        let documents = source.fetch(stream, locators).await?;
        let found: HashSet<_> = documents
            .iter()
            .map(|document| document.id.locator.clone())
            .collect();
        let mut batch = normaliser.documents(documents);
        let gone = |locator: &&String| !found.contains(*locator);
        batch.resolved.extend(locators.iter().filter(gone).cloned());
        counts += loader.load(&batch).await?;
    }
    Ok(counts)
}

/// Orders to load again from all of their documents.
pub struct Orders<'a> {
    /// The orders.
    pub keys: &'a [OrderKey],
    /// Those of them whose rows were changed by hand.
    pub forgotten: &'a [Forgotten],
}

/// What loading orders again did.
#[derive(Debug, Default)]
pub struct Reloaded {
    /// What became of the documents.
    pub counts: LoadCounts,
    /// Orders that the source has no document of.
    pub without_document: u64,
}

/// Loads orders again from every document about them, in all streams: a row is made of the set of its versions.
///
/// # Errors
/// The source or PostgreSQL fails; chunks loaded before stand.
pub async fn reload_orders(
    app: &App,
    source: &Source,
    orders: &Orders<'_>,
    run: RunId,
) -> Result<Reloaded, Error> {
    let streams: Vec<_> = source
        .streams()
        .into_iter()
        .filter(|stream| stream.content.is_orders())
        .collect();
    let mut reloaded = Reloaded::default();
    let Some(first) = streams.first() else {
        return Ok(reloaded);
    };
    for keys in orders.keys.chunks(CHUNK) {
        let wanted: BTreeSet<&OrderKey> = keys.iter().collect();
        let mut batch = all_versions(app, source, &streams, &wanted).await?;
        reloaded.without_document += (keys.len() - batch.orders.len()) as u64;
        // Without a document nothing could decide again.
        let has_document: BTreeSet<_> = batch
            .orders
            .iter()
            .map(|order| order.state.newest().key.clone())
            .collect();
        batch.forgotten = orders
            .forgotten
            .iter()
            .filter(|order| has_document.contains(&order.key))
            .cloned()
            .collect();
        let mut loader = Loader::open(&app.database, first, run, &app.clock).await?;
        reloaded.counts += loader.load(&batch).await?;
    }
    Ok(reloaded)
}

/// The states that all documents about some orders add up to.
async fn all_versions(
    app: &App,
    source: &Source,
    streams: &[Stream],
    wanted: &BTreeSet<&OrderKey>,
) -> Result<NormalisedBatch, Error> {
    let rules = app.config.rules(app.clock.now());
    let nothing = HashSet::new();
    let mut whole = NormalisedBatch::default();
    let mut states: BTreeMap<OrderKey, NormalisedOrder> = BTreeMap::new();
    for stream in streams {
        let of_stream = |key: &&&OrderKey| match stream.content.platform() {
            Some(platform) => key.platform == platform,
            None => true,
        };
        let codes: BTreeSet<String> = wanted
            .iter()
            .filter(of_stream)
            .map(|key| key.code.as_str().to_owned())
            .collect();
        if codes.is_empty() {
            continue;
        }
        let normaliser = Normaliser::new(&rules, &stream.content, &nothing);
        let part = normaliser.documents(source.fetch_orders(stream, &codes).await?);
        whole.read += part.orders.len() as u64 + part.stale + part.unchanged;
        whole.stale += part.stale;
        whole.unchanged += part.unchanged;
        for order in part.orders {
            let key = order.state.newest().key.clone();
            if !wanted.contains(&key) {
                continue;
            }
            match states.get_mut(&key) {
                None => drop(states.insert(key, order)),
                Some(known) => {
                    known.state.merge(order.state);
                    whole.stale += 1;
                }
            }
        }
    }
    whole.orders = states.into_values().collect();
    Ok(whole)
}
