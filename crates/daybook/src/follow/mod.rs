//! Follows a source: what is committed in MongoDB is in the figures within a second, until somebody stops it.
//!
//! The place in each collection's changes is taken before the first ordinary pass, so nothing between the two is missed.
//! One reader a collection waits for changes; batches are loaded one after the other, each with its place in the same
//! transaction. Folding what was loaded is somebody else's work ([`crate::aggregate::Keeper`]). A place that is lost is made
//! up for by polling from the time stored with it; nothing is ever loaded from scratch or deleted for it.

mod followed;
mod polled;
mod reader;
mod stop;

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio::sync::mpsc;

use self::followed::Followed;
use self::reader::Readers;
pub use self::stop::{Stop, Stopper};
use crate::app::App;
use crate::error::Error;
use crate::load::LoadCounts;
use crate::normalise::Warnings;
use crate::pipeline::{self, Selection, StreamReport};
use crate::runs::RunId;
use crate::source::mongo::MongoSource;
use crate::source::mongo::changes::{ChangeBatch, has_lost_place, is_passing, is_unsupported};
use crate::source::{Source, SourceError, Stream};

/// Without any success for so long, following gives up: somebody should look.
const GIVE_UP_AFTER: Duration = Duration::from_secs(600);
/// The longest pause between two attempts.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// Batches that readers may be ahead of the loader.
const AHEAD: usize = 2;

/// What following has done so far.
#[derive(Debug, Default, Clone)]
pub struct Progress {
    /// What became of the documents, the first passes included.
    pub counts: LoadCounts,
    /// Documents that were deleted in the source; ignored.
    pub deleted: u64,
    /// What a person should know.
    pub warnings: Warnings,
    /// Everything stored in the source before this instant is loaded, in all followed collections.
    pub complete_through: Option<Timestamp>,
}

/// Settings of following. The defaults are what the program uses.
#[derive(Debug, Clone)]
pub struct Pace {
    /// How often an idle stream's place is stored.
    pub idle_every: Duration,
    /// How often a server without change streams is polled.
    pub poll_every: Duration,
    /// How often it is looked whether the source has a collection more.
    pub look_every: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            idle_every: Duration::from_secs(10),
            poll_every: Duration::from_secs(5),
            look_every: Duration::from_secs(30),
        }
    }
}

/// A run of following.
pub struct Follow<'a> {
    /// Configuration, database and clock.
    pub app: &'a App,
    /// The source.
    pub source: &'a Source,
    /// What to follow.
    pub selection: &'a Selection,
    /// The run.
    pub run: RunId,
    /// How often things are done.
    pub pace: Pace,
    /// Called after each batch.
    pub on_batch: &'a (dyn Fn(&Progress) + Sync),
}

impl Follow<'_> {
    /// Follows until it is told to stop, or until the source has a collection more than when it was opened.
    ///
    /// # Errors
    /// The source cannot be followed, somebody else loads the same collections, or nothing has worked for
    /// ten minutes. What was loaded before stands.
    pub async fn until(&self, stop: &Stop, progress: &Mutex<Progress>) -> Result<Ended, Error> {
        let Source::Mongo(mongo) = self.source else {
            return Err(SourceError::NothingToFollow.into());
        };
        let (stopper, stop_all) = Stop::by_hand();
        let mut ended = Ended::Stopped;
        let ending = async {
            if stop.or(self.source_grows(mongo)).await.is_some() {
                ended = Ended::SourceGrew;
            }
            stopper.stop();
            std::future::pending().await
        };
        tokio::select! {
            result = self.follow(mongo, &stop_all, progress) => result?,
            never = ending => match never {},
        }
        Ok(ended)
    }

    /// Returns when the source has a collection that it did not have when it was opened.
    async fn source_grows(&self, mongo: &MongoSource) {
        let known = names(mongo);
        loop {
            tokio::time::sleep(self.pace.look_every).await;
            match mongo.look_again(&self.app.config).await {
                Ok(now) if !names(&now).is_subset(&known) => return,
                Ok(_) => {}
                Err(error) => tracing::debug!(%error, "no look at the collections this time"),
            }
        }
    }

    async fn follow(
        &self,
        mongo: &MongoSource,
        stop: &Stop,
        progress: &Mutex<Progress>,
    ) -> Result<(), Error> {
        let streams = pipeline::selected(self.source, self.selection);
        let (sender, mut messages) = mpsc::channel(AHEAD);
        let mut readers = Readers::new(mongo, sender, stop.clone(), self.pace.idle_every);
        let mut patience = Patience::new();
        let mut followed = loop {
            let before = locked(progress).counts.read;
            match self.begin(mongo, &streams, stop, progress).await {
                Ok(begun) => break begun,
                Err(Error::Source(error)) if is_unsupported(&error) => {
                    return polled::poll(self, stop, progress, &error).await;
                }
                Err(error) => {
                    if locked(progress).counts.read > before {
                        patience = Patience::new();
                    }
                    if patience.after(error, "all", stop).await?.is_none() {
                        return Ok(());
                    }
                }
            }
        };
        for (index, one) in followed.iter().enumerate() {
            readers.start(index, one.stream.clone(), one.place.clone());
        }

        patience = Patience::new();
        while let Some(message) = stop.or(messages.recv()).await.flatten() {
            let index = message.index;
            let Some(result) = readers.current(message) else {
                continue;
            };
            let one = &mut followed[index];
            let step = self.step(one, result, stop, progress).await;
            match step {
                None => break,
                Some(Ok(Next::Reading)) => patience = Patience::new(),
                Some(Ok(Next::FromPlace)) => {
                    patience = Patience::new();
                    readers.start(index, one.stream.clone(), one.place.clone());
                }
                Some(Err(error)) => {
                    if patience
                        .after(error, &one.stream.label, stop)
                        .await?
                        .is_none()
                    {
                        break;
                    }
                    // From the last place that is committed: a batch that was not loaded comes again.
                    readers.start(index, one.stream.clone(), one.place.clone());
                }
            }
        }
        Ok(())
    }

    /// Deals with what a reader has to say. Nothing when it was abandoned because it is time to stop.
    async fn step(
        &self,
        one: &mut Followed<'_>,
        result: Result<ChangeBatch, SourceError>,
        stop: &Stop,
        progress: &Mutex<Progress>,
    ) -> Option<Result<Next, Error>> {
        let loaded = match result {
            Ok(batch) => stop.or_soon_after(one.load(batch, progress)).await?,
            Err(error) => Err(error.into()),
        };
        match loaded {
            Err(Error::Source(error)) if has_lost_place(&error) => {
                followed::tell_lost_place(one.stream, error);
                let recovered = self.recover(one, stop, progress).await;
                Some(recovered.map(|new| {
                    *one = new;
                    Next::FromPlace
                }))
            }
            other => Some(other),
        }
    }

    /// Takes the places to follow from, then loads what is there before them.
    async fn begin<'a>(
        &'a self,
        mongo: &'a MongoSource,
        streams: &'a [Stream],
        stop: &Stop,
        progress: &Mutex<Progress>,
    ) -> Result<Vec<Followed<'a>>, Error> {
        let mut all = Vec::new();
        for stream in streams {
            all.push(Followed::begin(self, mongo, stream).await?);
        }
        let behind = all
            .iter()
            .filter(|one| one.needs_pass)
            .map(|one| one.stream.name.clone())
            .collect();
        let cut = all
            .iter()
            .filter(|one| one.was_cut)
            .map(|one| one.stream.name.clone())
            .collect();
        // A place may only be stored once everything before it is loaded.
        if self.pass(behind, stop, progress).await? && self.pass(cut, stop, progress).await? {
            for one in all.iter_mut().filter(|one| one.needs_pass) {
                one.store_place(progress).await?;
            }
        }
        Ok(all)
    }

    /// Takes a new place for one stream, then loads what is there before it.
    async fn recover<'a>(
        &self,
        lost: &Followed<'a>,
        stop: &Stop,
        progress: &Mutex<Progress>,
    ) -> Result<Followed<'a>, Error> {
        let mut one = lost.begin_again().await?;
        if self
            .pass([one.stream.name.clone()].into(), stop, progress)
            .await?
        {
            one.store_place(progress).await?;
        }
        Ok(one)
    }

    /// Ordinary passes over some streams; cut without harm when it is time to stop. False when they were.
    async fn pass(
        &self,
        streams: BTreeSet<String>,
        stop: &Stop,
        progress: &Mutex<Progress>,
    ) -> Result<bool, Error> {
        if streams.is_empty() {
            return Ok(true);
        }
        let selection = Selection {
            streams: Some(streams),
            ..self.selection.clone()
        };
        let passing = pipeline::sync(self.app, self.source, &selection, self.run, &|_| {});
        let Some(reports) = stop.or(passing).await else {
            return Ok(false);
        };
        self.take(reports?, progress)?;
        Ok(true)
    }

    fn take(&self, reports: Vec<StreamReport>, progress: &Mutex<Progress>) -> Result<(), Error> {
        let mut known = locked(progress);
        for report in reports {
            known.counts += report.counts;
            for (warning, count) in report.warnings {
                *known.warnings.entry(warning).or_default() += count;
            }
            if let Some(failure) = report.failure {
                return Err(failure);
            }
        }
        (self.on_batch)(&known);
        Ok(())
    }
}

/// Why following has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// It was told to.
    Stopped,
    /// The source has to be opened again, with all the collections it has now.
    SourceGrew,
}

fn names(source: &MongoSource) -> BTreeSet<String> {
    let streams = source.streams().into_iter();
    streams.map(|stream| stream.name).collect()
}

/// How reading goes on.
enum Next {
    /// The reader goes on by itself.
    Reading,
    /// A new reader begins at the stream's place.
    FromPlace,
}

fn locked(progress: &Mutex<Progress>) -> std::sync::MutexGuard<'_, Progress> {
    progress
        .lock()
        .expect("nothing panics while it holds the lock")
}

/// Failures of the servers or the way to them, as opposed to ones that stay.
fn is_worth_another_try(error: &Error) -> bool {
    match error {
        Error::Source(error) => is_passing(error),
        Error::Load(crate::load::LoadError::Database(error)) | Error::Database(error) => {
            error.is_passing()
        }
        _ => false,
    }
}

/// Pauses that grow, until nothing has worked for too long.
struct Patience {
    /// When the first of the failures in a row came.
    failing_since: Option<Instant>,
    pause: Duration,
}

impl Patience {
    fn new() -> Self {
        Self {
            failing_since: None,
            pause: Duration::from_millis(100),
        }
    }

    /// Waits after a failure that may pass by itself; gives back one that does not, or when nothing has worked for too long.
    /// Nothing when it is time to stop.
    async fn after(
        &mut self,
        error: Error,
        collection: &str,
        stop: &Stop,
    ) -> Result<Option<()>, Error> {
        let since = *self.failing_since.get_or_insert_with(Instant::now);
        if !is_worth_another_try(&error) || since.elapsed() >= GIVE_UP_AFTER {
            return Err(error);
        }
        tracing::warn!(
            collection,
            reason = error.in_one_line(),
            "following is interrupted; trying again"
        );
        let pause = self.pause;
        self.pause = (pause * 2).min(LONGEST_PAUSE);
        Ok(stop.or(tokio::time::sleep(pause)).await)
    }
}
