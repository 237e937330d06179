//! One collection that is followed: its place, and how a batch of its changes is loaded.

use std::sync::Mutex;

use bson::Bson;
use jiff::Timestamp;

use super::{Follow, Next, Progress, locked};
use crate::error::Error;
use crate::load::{LoadError, Loader, open_stream};
use crate::normalise::{NormalisedBatch, Normaliser};
use crate::quarantine;
use crate::source::mongo::MongoSource;
use crate::source::mongo::changes::{ChangeBatch, Notice, Place, has_lost_place};
use crate::source::{Position, SourceDocument, SourceError, Stream};

/// A collection that is followed.
pub struct Followed<'a> {
    pub stream: &'a Stream,
    follow: &'a Follow<'a>,
    mongo: &'a MongoSource,
    /// Kept from batch to batch, with its connection, as long as nothing fails.
    loader: Option<Loader<'a>>,
    /// Where to go on: the last place that is committed.
    pub place: Place,
    /// Whether what is there before the place has still to be loaded by an ordinary pass.
    pub needs_pass: bool,
    /// Whether that pass goes on with a first read that was cut. It does not see what has changed behind it since, so
    /// another pass must follow, which polls from the time the read began.
    pub was_cut: bool,
    /// The server's time when the place was taken.
    taken_at: Timestamp,
    /// Everything before this instant is loaded.
    through: Option<Timestamp>,
}

impl<'a> Followed<'a> {
    /// Goes on from the stored place; without one, or when it is lost, takes a new one.
    pub async fn begin(
        follow: &'a Follow<'a>,
        mongo: &'a MongoSource,
        stream: &'a Stream,
    ) -> Result<Self, Error> {
        let client = follow.app.connect().await?;
        let state = open_stream(&client, stream).await?;
        let was_cut = matches!(
            state.position,
            Some(Position::Scan {
                finished: false,
                ..
            })
        );
        let Some(Position::Follow { token, since }) = state.position else {
            let anew = Self::begin_anew(follow, mongo, stream).await?;
            return Ok(Self { was_cut, ..anew });
        };
        let place = Place::After(token);
        match mongo
            .changes(stream, place.clone(), follow.pace.idle_every)
            .await
        {
            Ok(_) => Ok(Self {
                through: Timestamp::from_millisecond(since.timestamp_millis()).ok(),
                ..Self::at(follow, mongo, stream, place)
            }),
            Err(error) if has_lost_place(&error) => {
                tell_lost_place(stream, error);
                Self::begin_anew(follow, mongo, stream).await
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Takes a place before anything is read, so that what is written meanwhile is met again.
    pub async fn begin_anew(
        follow: &'a Follow<'a>,
        mongo: &'a MongoSource,
        stream: &'a Stream,
    ) -> Result<Self, Error> {
        let taken_at = mongo.now().await?;
        let mut changes = mongo
            .changes(stream, Place::Now, std::time::Duration::ZERO)
            .await?;
        let token = match changes.token() {
            Some(token) => Some(token),
            // A server that tells no place with its first answer tells one with the next.
            None => changes.next_batch().await?.token,
        };
        let place = token.map_or(Place::Now, Place::After);
        Ok(Self {
            needs_pass: true,
            taken_at,
            ..Self::at(follow, mongo, stream, place)
        })
    }

    fn at(
        follow: &'a Follow<'a>,
        mongo: &'a MongoSource,
        stream: &'a Stream,
        place: Place,
    ) -> Self {
        Self {
            stream,
            follow,
            mongo,
            loader: None,
            place,
            needs_pass: false,
            was_cut: false,
            taken_at: Timestamp::UNIX_EPOCH,
            through: None,
        }
    }

    /// Takes a new place in place of one that is lost.
    pub async fn begin_again(&self) -> Result<Self, Error> {
        Self::begin_anew(self.follow, self.mongo, self.stream).await
    }

    /// Stores the place that was taken before a pass, once the pass is done.
    pub async fn store_place(&mut self, progress: &Mutex<Progress>) -> Result<(), Error> {
        let Place::After(token) = self.place.clone() else {
            return Ok(());
        };
        let nothing_yet = ChangeBatch::empty(token, self.taken_at);
        self.load(nothing_yet, progress).await?;
        self.needs_pass = false;
        Ok(())
    }

    /// Loads a batch of changes, and stores the place after it in the same transaction.
    pub async fn load(
        &mut self,
        changes: ChangeBatch,
        progress: &Mutex<Progress>,
    ) -> Result<Next, Error> {
        self.tell(&changes.notices);
        let through = changes.through.max(self.through);
        let kept = self.loader.take();
        let was_kept = kept.is_some();
        let mut loader = match kept {
            Some(loader) if !loader.client().is_closed() => loader,
            _ => self.new_loader().await?,
        };
        let mut batch = self.normalise(&loader, changes.documents).await?;
        batch.position = changes.token.clone().map(|token| position(token, through));
        batch.complete_through = through;

        match loader.load(&batch).await {
            // Somebody else has loaded the collection since the last batch, and is done.
            Err(LoadError::Contended(_)) if was_kept => {
                loader = self.new_loader().await?;
                loader.load(&batch).await?;
            }
            result => drop(result?),
        }
        self.through = through;
        if let Some(token) = changes.token {
            self.place = Place::After(token);
        }

        let mut known = locked(progress);
        known.counts = loader.total();
        self.loader = Some(loader);
        known.deleted += changes.deleted;
        for (warning, count) in batch.warnings {
            *known.warnings.entry(warning).or_default() += count;
        }
        known.complete_through = through;
        (self.follow.on_batch)(&known);
        Ok(match changes.ended {
            true => Next::FromPlace,
            false => Next::Reading,
        })
    }

    async fn new_loader(&self) -> Result<Loader<'a>, Error> {
        let (app, run) = (self.follow.app, self.follow.run);
        Ok(Loader::open(&app.database, self.stream, run, &app.clock).await?)
    }

    async fn normalise(
        &self,
        loader: &Loader<'_>,
        documents: Vec<SourceDocument>,
    ) -> Result<NormalisedBatch, Error> {
        if documents.is_empty() {
            return Ok(NormalisedBatch::default());
        }
        let app = self.follow.app;
        let rules = app.config.rules(app.clock.now());
        let quarantined =
            quarantine::locators_of(loader.client(), &self.stream.documents_in).await?;
        let normaliser = Normaliser::new(&rules, &self.stream.content, &quarantined);
        Ok(normaliser.documents(documents))
    }

    /// Says what happened to the collection as a whole.
    fn tell(&self, notices: &[Notice]) {
        for notice in notices {
            let what = match notice {
                Notice::Dropped => "dropped",
                Notice::Renamed => "renamed",
            };
            tracing::warn!(
                collection = self.stream.label,
                "the collection was {what}; orders loaded from it stay"
            );
        }
    }
}

/// Says that a place is lost, and what is done about it.
pub fn tell_lost_place(stream: &Stream, error: SourceError) {
    tracing::warn!(
        collection = stream.label,
        reason = Error::Source(error).in_one_line(),
        "the place in the changes is lost; polling from the time stored with it"
    );
}

fn position(token: Bson, through: Option<Timestamp>) -> Position {
    let since = through.unwrap_or(Timestamp::UNIX_EPOCH);
    Position::Follow {
        token,
        since: bson::DateTime::from_millis(since.as_millisecond()),
    }
}
