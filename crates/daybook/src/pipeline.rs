//! The way of an order through the program: source, normalise, load. The file to read first.
//!
//! Three stages run at the same time, with at most one batch between two of them: while one batch is being
//! written, the next is normalised and the one after it read. Marking is done by the database's triggers, within the
//! load; aggregating is a command of its own ([`crate::aggregate`]).

use std::collections::{BTreeMap, BTreeSet, HashSet};

use jiff::Timestamp;
use order_model::{Platform, Rules};
use tokio::sync::mpsc;

use crate::app::App;
use crate::error::Error;
use crate::load::{LoadCounts, Loader, open_stream};
use crate::normalise::{NormalisedBatch, Normaliser, Warnings};
use crate::quarantine;
use crate::runs::RunId;
use crate::source::{RawBatch, ReadRequest, Source, Stream, StreamContent};

/// Batches between two stages. More would only use memory: the slowest stage sets the pace.
const IN_FLIGHT: usize = 1;

/// What to load.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Only this marketplace.
    pub platform: Option<Platform>,
    /// Only documents stored since.
    pub since: Option<Timestamp>,
    /// Everything again, whatever was loaded before.
    pub full: bool,
    /// Only streams of these names; `None` for all.
    pub streams: Option<BTreeSet<String>>,
}

/// What became of one stream.
#[derive(Debug)]
pub struct StreamReport {
    /// The stream.
    pub stream: Stream,
    /// What became of its documents.
    pub counts: LoadCounts,
    /// What a person should know.
    pub warnings: Warnings,
    /// Why it ended early, if it did. What was loaded before stands.
    pub failure: Option<Error>,
}

/// How far a pass has come.
#[derive(Debug)]
pub struct Loaded<'a> {
    /// The stream.
    pub stream: &'a Stream,
    /// What became of its documents so far.
    pub counts: LoadCounts,
    /// About how many documents the pass will read; `None` when nobody knows.
    pub expected: Option<u64>,
}

/// Loads all selected streams, one after the other. A stream that fails does not keep the others from being loaded.
/// `before` is what the run has loaded already.
///
/// # Errors
/// The database cannot be worked on at all.
pub async fn sync(
    app: &App,
    source: &Source,
    selection: &Selection,
    run: RunId,
    before: LoadCounts,
    on_batch: &(dyn Fn(Loaded<'_>) + Sync),
) -> Result<Vec<StreamReport>, Error> {
    let client = app.connect().await?;
    let rules = app.config.rules(app.clock.now());
    let mut reports: Vec<StreamReport> = Vec::new();
    for stream in passes(source, &client, selection).await? {
        let mut total: LoadCounts = reports.iter().map(|report| report.counts).sum();
        total += before;
        let pass = Pass {
            app,
            source,
            stream: &stream,
            rules: &rules,
            selection,
            run,
            total,
        };
        reports.push(pass.run(on_batch).await?);
    }
    Ok(reports)
}

/// What all streams of a pass come to.
///
/// # Errors
/// That of the first stream that failed.
pub fn total(reports: Vec<StreamReport>) -> Result<LoadCounts, Error> {
    let counts = reports.iter().map(|report| report.counts).sum();
    let failure = reports.into_iter().find_map(|report| report.failure);
    failure.map_or(Ok(counts), Err)
}

/// The streams of a source that a selection is about.
pub fn selected(source: &Source, selection: &Selection) -> Vec<Stream> {
    let wanted = |stream: &Stream| {
        let by_platform = match (selection.platform, stream.content.platform()) {
            (Some(wanted), Some(platform)) => wanted == platform,
            _ => true,
        };
        let names = selection.streams.as_ref();
        by_platform && names.is_none_or(|names| names.contains(&stream.name))
    };
    source.streams().into_iter().filter(wanted).collect()
}

/// The streams in the order they are read. Companions that were never read come first as well: their first pass only
/// remembers where to poll from, before the orders are read together with the companions there are.
async fn passes(
    source: &Source,
    client: &tokio_postgres::Client,
    selection: &Selection,
) -> Result<Vec<Stream>, Error> {
    let streams = selected(source, selection);
    let mut passes = Vec::new();
    for stream in &streams {
        let is_companion = matches!(stream.content, StreamContent::Companions(_));
        if is_companion && open_stream(client, stream).await?.position.is_none() {
            passes.push(stream.clone());
        }
    }
    passes.extend(streams);
    Ok(passes)
}

/// One pass over one stream.
struct Pass<'a> {
    app: &'a App,
    source: &'a Source,
    stream: &'a Stream,
    rules: &'a Rules,
    selection: &'a Selection,
    run: RunId,
    total: LoadCounts,
}

impl Pass<'_> {
    async fn run(&self, on_batch: &(dyn Fn(Loaded<'_>) + Sync)) -> Result<StreamReport, Error> {
        let (app, stream) = (self.app, self.stream);
        let loader = Loader::open(&app.database, stream, self.run, &app.clock, self.total).await?;
        let quarantined = quarantine::locators_of(loader.client(), &stream.documents_in).await?;
        let request = ReadRequest {
            position: loader.position().cloned().filter(|_| !self.selection.full),
            since: self.selection.since,
        };
        let is_full = request.position.is_none() && request.since.is_none();
        let expected = match is_full {
            true => self.source.size_hint(self.stream).await,
            false => None,
        };
        let mut report = StreamReport {
            stream: self.stream.clone(),
            counts: LoadCounts::default(),
            warnings: Warnings::new(),
            failure: None,
        };

        let on_loaded = |counts| {
            on_batch(Loaded {
                stream: self.stream,
                counts,
                expected,
            });
        };
        let (raw_sender, raw_batches) = mpsc::channel(IN_FLIGHT);
        let (sender, batches) = mpsc::channel(IN_FLIGHT);
        let normalising = self.spawn_normaliser(quarantined, raw_batches, sender);
        let (reading, loading) = tokio::join!(
            self.source.read(self.stream, request, raw_sender),
            load(loader, batches, &mut report, &on_loaded),
        );
        if let Err(panic) = normalising.await {
            std::panic::resume_unwind(panic.into_panic());
        }
        // A loader that stops makes the reader stop too, so its error is the cause.
        report.failure = loading.err().or(reading.err().map(Error::from));
        Ok(report)
    }

    fn spawn_normaliser(
        &self,
        quarantined: HashSet<String>,
        mut raw_batches: mpsc::Receiver<RawBatch>,
        sender: mpsc::Sender<NormalisedBatch>,
    ) -> tokio::task::JoinHandle<()> {
        let rules = self.rules.clone();
        let content = self.stream.content.clone();
        tokio::task::spawn_blocking(move || {
            let normaliser = Normaliser {
                rules: &rules,
                content: &content,
                quarantined: &quarantined,
            };
            while let Some(batch) = raw_batches.blocking_recv() {
                if sender.blocking_send(normaliser.batch(batch)).is_err() {
                    return;
                }
            }
        })
    }
}

/// Loads batches as they come.
async fn load(
    mut loader: Loader<'_>,
    mut batches: mpsc::Receiver<NormalisedBatch>,
    report: &mut StreamReport,
    on_loaded: &(dyn Fn(LoadCounts) + Sync),
) -> Result<(), Error> {
    while let Some(batch) = batches.recv().await {
        report.counts += loader.load(&batch).await?;
        merge(&mut report.warnings, batch.warnings);
        on_loaded(report.counts);
    }
    Ok(())
}

fn merge(all: &mut Warnings, new: BTreeMap<(Platform, order_model::Warning), u64>) {
    for (warning, count) in new {
        *all.entry(warning).or_default() += count;
    }
}
