//! The way of an order through the program: source, normalise, load. The file to read first.
//!
//! Three stages run at the same time, with no batch between two of them: while one batch is being written, the next is normalised
//! and the one after it read. When documents are read again, a fourth stands between reading and normalising, which lets only those
//! through that are not known ([`crate::recognise`]). Two marketplaces are read side by side: what one waits for, the other's
//! work fills. Marking is done by the database's triggers, within the load; aggregating is a command of its own
//! ([`crate::aggregate`]).

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex};

use futures_util::future::OptionFuture;
use futures_util::{FutureExt, StreamExt, TryStreamExt, stream};
use jiff::Timestamp;
use order_model::{Platform, Rules};

use crate::app::App;
use crate::error::Error;
use crate::load::{LoadCounts, Loader, open_stream};
use crate::normalise::{NormalisedBatch, Normaliser, Warnings};
use crate::quarantine;
use crate::recognise::Recogniser;
use crate::runs::RunId;
use crate::source::{Giver, Position, RawBatch, ReadRequest, Source, Stream, Taker, handover};

/// Marketplaces that are read side by side. Each takes memory for its batches.
const SIDE_BY_SIDE: usize = 2;

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

/// How far loading has come.
#[derive(Debug, Clone, Copy)]
pub struct Loaded {
    /// What became of the documents so far, of all streams.
    pub counts: LoadCounts,
    /// About how many documents will be read in all; `None` when nobody knows.
    pub expected: Option<u64>,
}

/// Loads all selected streams: those of a marketplace one after the other, and marketplaces side by side. A stream that fails
/// does not keep the others from being loaded.
///
/// # Errors
/// The database cannot be worked on at all.
pub async fn sync(
    app: &App,
    source: &Source,
    selection: &Selection,
    run: RunId,
    on_batch: &(dyn Fn(Loaded) + Sync),
) -> Result<Vec<StreamReport>, Error> {
    let client = app.connect().await?;
    let streams = selected(source, selection);
    let passes = Passes {
        app,
        source,
        rules: &app.config.rules(app.clock.now()),
        selection,
        run,
        sizes: sizes(source, &client, &streams, selection).await?,
        so_far: Mutex::default(),
        on_batch,
    };
    let unread = unread_companions(&client, &streams).await?;
    drop(client);
    let mut reports = passes.one_after_the_other(unread).await?;
    let passes = &passes;
    let mut loaded: Vec<_> = stream::iter(by_marketplace(streams).into_iter().enumerate())
        .map(|(index, streams)| async move {
            let reports = passes.one_after_the_other(streams).await?;
            Ok::<_, Error>((index, reports))
        })
        .buffer_unordered(SIDE_BY_SIDE)
        .try_collect()
        .await?;
    loaded.sort_by_key(|(index, _)| *index);
    reports.extend(loaded.into_iter().flat_map(|(_, reports)| reports));
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

/// Streams of one marketplace after the other, in the order they come. Those of several marketplaces stand together.
fn by_marketplace(streams: Vec<Stream>) -> Vec<Vec<Stream>> {
    let mut groups: BTreeMap<Option<Platform>, Vec<Stream>> = BTreeMap::new();
    for stream in streams {
        groups
            .entry(stream.content.platform())
            .or_default()
            .push(stream);
    }
    groups.into_values().collect()
}

/// Companions that were never read. A first pass over them only remembers where to poll from, before the orders are read
/// together with the companions there are.
async fn unread_companions(
    client: &tokio_postgres::Client,
    streams: &[Stream],
) -> Result<Vec<Stream>, Error> {
    let mut unread = Vec::new();
    for stream in streams {
        if !stream.content.is_orders() && open_stream(client, stream).await?.position.is_none() {
            unread.push(stream.clone());
        }
    }
    Ok(unread)
}

/// About how many documents there are.
struct Sizes {
    /// Of the streams that are read in full, by name.
    streams: HashMap<String, u64>,
    /// Of all that will be read; `None` when nobody knows, as when only news or the rest of a full read are read.
    expected: Option<u64>,
}

async fn sizes(
    source: &Source,
    client: &tokio_postgres::Client,
    streams: &[Stream],
    selection: &Selection,
) -> Result<Sizes, Error> {
    let mut sizes = HashMap::new();
    let mut expected = Some(0);
    for stream in streams.iter().filter(|stream| stream.content.is_orders()) {
        let position = open_stream(client, stream).await?.position;
        let from_the_start = selection.full || position.is_none();
        let in_full = from_the_start || position.is_some_and(|it| it.is_within_full_read());
        let size = match in_full && selection.since.is_none() {
            true => source.size_hint(stream).await,
            false => None,
        };
        sizes.extend(size.map(|documents| (stream.name.clone(), documents)));
        expected = expected
            .zip(size.filter(|_| from_the_start))
            .map(|(sum, documents)| sum + documents);
    }
    Ok(Sizes {
        streams: sizes,
        expected,
    })
}

/// Passes over the streams of a source.
struct Passes<'a> {
    app: &'a App,
    source: &'a Source,
    rules: &'a Rules,
    selection: &'a Selection,
    run: RunId,
    sizes: Sizes,
    so_far: Mutex<LoadCounts>,
    on_batch: &'a (dyn Fn(Loaded) + Sync),
}

impl Passes<'_> {
    async fn one_after_the_other(&self, streams: Vec<Stream>) -> Result<Vec<StreamReport>, Error> {
        let mut reports = Vec::new();
        for stream in streams {
            reports.push(self.over(stream).await?);
        }
        Ok(reports)
    }

    /// One pass over one stream.
    async fn over(&self, stream: Stream) -> Result<StreamReport, Error> {
        let loader = self.loader(&stream).await?;
        let quarantined = quarantine::locators_of(loader.client(), &stream.documents_in).await?;
        let quarantined = Arc::new(quarantined);
        let request = ReadRequest {
            position: loader.position().cloned().filter(|_| !self.selection.full),
            since: self.selection.since,
        };
        let mut counts = LoadCounts::default();
        let mut warnings = Warnings::new();

        let recogniser = self.recogniser(&stream, &loader, &quarantined);
        let (raw_giver, raw_batches) = handover();
        let (recognising, raw_batches) = match recogniser {
            Some(recogniser) => {
                let (giver, unknown) = handover();
                (Some(recogniser.pass_on(raw_batches, giver)), unknown)
            }
            None => (None, raw_batches),
        };
        let (giver, batches) = handover();
        let normalising = self.spawn_normaliser(&stream, quarantined, raw_batches, giver);
        // Boxed: the stages together would take a large part of a thread's stack.
        let (reading, _, loading) = tokio::join!(
            self.source.read(&stream, request, raw_giver).boxed(),
            OptionFuture::from(recognising.map(FutureExt::boxed)),
            self.load(loader, batches, &mut counts, &mut warnings)
                .boxed(),
        );
        if let Err(panic) = normalising.await {
            std::panic::resume_unwind(panic.into_panic());
        }
        // A loader that stops makes the reader stop too, so its error is the cause.
        let failure = loading.err().or(reading.err().map(Error::from));
        Ok(StreamReport {
            stream,
            counts,
            warnings,
            failure,
        })
    }

    async fn loader<'s>(&'s self, stream: &'s Stream) -> Result<Loader<'s>, Error> {
        let app = self.app;
        let mut loader = Loader::open(&app.database, stream, self.run, &app.clock).await?;
        if self.reads_first(stream, &loader) {
            loader.expect_new_orders(self.sizes.streams.get(&stream.name).copied());
        }
        Ok(loader)
    }

    /// What tells known documents from others; nothing where most are read for the first time.
    fn recogniser<'s>(
        &'s self,
        stream: &'s Stream,
        loader: &Loader<'_>,
        quarantined: &Arc<HashSet<String>>,
    ) -> Option<Recogniser<'s>> {
        let recogniser = || {
            let quarantined = Arc::clone(quarantined);
            Recogniser::new(&self.app.database, self.rules, &stream.content, quarantined)
        };
        (!self.reads_first(stream, loader)).then(recogniser)
    }

    /// Whether most documents to come are read for the first time.
    fn reads_first(&self, stream: &Stream, loader: &Loader<'_>) -> bool {
        loader.position().is_none_or(Position::is_within_full_read)
            && self.selection.since.is_none()
            && stream.content.is_orders()
    }

    /// Loads batches as they come.
    async fn load(
        &self,
        mut loader: Loader<'_>,
        mut batches: Taker<NormalisedBatch>,
        counts: &mut LoadCounts,
        warnings: &mut Warnings,
    ) -> Result<(), Error> {
        while let Some(batch) = batches.recv().await {
            let loaded = loader.load(&batch).await?;
            *counts += loaded;
            for (warning, count) in batch.warnings {
                *warnings.entry(warning).or_default() += count;
            }
            (self.on_batch)(self.come_so_far(loaded));
        }
        Ok(())
    }

    fn come_so_far(&self, loaded: LoadCounts) -> Loaded {
        let mut so_far = self
            .so_far
            .lock()
            .expect("nothing panics while it holds the lock");
        *so_far += loaded;
        Loaded {
            counts: *so_far,
            expected: self.sizes.expected,
        }
    }

    fn spawn_normaliser(
        &self,
        stream: &Stream,
        quarantined: Arc<HashSet<String>>,
        mut raw_batches: Taker<RawBatch>,
        giver: Giver<NormalisedBatch>,
    ) -> tokio::task::JoinHandle<()> {
        let rules = self.rules.clone();
        let content = stream.content.clone();
        tokio::task::spawn_blocking(move || {
            let normaliser = Normaliser::new(&rules, &content, &quarantined);
            while let Some(batch) = raw_batches.blocking_recv() {
                if !giver.give_blocking(normaliser.batch(batch)) {
                    return;
                }
            }
        })
    }
}
