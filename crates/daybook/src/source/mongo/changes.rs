//! Change streams: which documents of a collection changed, in the order of the oplog, with a place to go on from.
//!
//! Events are asked for without the documents in them. They stay small whatever was changed, never pass MongoDB's limit of
//! 16 MiB, and never depend on a filter that a later change could make a token's event fall out of. The documents are read
//! by `_id` afterwards: what is read may be newer than the event, which is fine, or gone, which is counted.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use bson::{Bson, Document, RawDocument, RawDocumentBuf, doc};
use jiff::Timestamp;
use mongodb::Collection;
use mongodb::change_stream::ChangeStream;
use mongodb::change_stream::event::ResumeToken;
use mongodb::error::{Error, ErrorKind};

use super::{MongoSource, server_time};
use crate::source::{SourceDocument, SourceError, Stream};

/// How long the server waits for an event before it answers that there is none.
const MAX_AWAIT: Duration = Duration::from_millis(100);
/// A batch ends after so many changed documents,
const MOST_KEYS: usize = 4_000;
/// or so long after its first one, whichever comes first.
const LONGEST: Duration = Duration::from_millis(200);

/// A place in a collection's changes.
#[derive(Debug, Clone)]
pub enum Place {
    /// From now on.
    Now,
    /// After the event of a token, be it the one that ended a stream.
    After(Bson),
}

/// What has happened since the last batch.
#[derive(Debug, Default)]
pub struct ChangeBatch {
    /// `_id`s of documents that were inserted or changed, each once.
    keys: Vec<Bson>,
    /// The same, as bytes.
    known: HashSet<Vec<u8>>,
    /// Those documents as they are now, with what belongs to them. Those that are gone are left out.
    pub documents: Vec<SourceDocument>,
    /// Documents that were deleted. In MongoDB that is retention, not cancellation.
    pub deleted: u64,
    /// Where to go on after this batch; `None` when the server did not say.
    pub token: Option<Bson>,
    /// Every change before this instant is in this batch or an earlier one.
    pub through: Option<Timestamp>,
    /// What happened to the collection as a whole.
    pub notices: Vec<Notice>,
    /// Whether the stream ended with this batch.
    pub ended: bool,
}

/// Something that happened to a collection as a whole. Nothing is deleted for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// It was dropped, or its database was.
    Dropped,
    /// It was renamed.
    Renamed,
}

/// What one event says.
#[derive(Debug, Clone, PartialEq)]
enum Event {
    Changed(RawDocumentBuf),
    Deleted,
    Notice(Notice),
    /// Ends the stream.
    Invalidated,
    /// Of a kind that this version does not know, or that says nothing about documents.
    Other,
}

/// The changes of one collection, being read.
pub struct Changes {
    events: ChangeStream<RawDocumentBuf>,
    source: MongoSource,
    stream: Stream,
    idle_every: Duration,
    idle_since: Instant,
}

impl MongoSource {
    /// Begins to follow a stream's collection.
    ///
    /// # Errors
    /// MongoDB refuses: [`is_unsupported`] and [`has_lost_place`] tell what to do about it.
    pub async fn changes(
        &self,
        stream: &Stream,
        from: Place,
        idle_every: Duration,
    ) -> Result<Changes, SourceError> {
        let collection: Collection<RawDocumentBuf> = self.database.collection(&stream.label);
        let watch = collection
            .watch()
            .pipeline([doc! { "$project": {
                "_id": 1, "operationType": 1, "ns": 1, "to": 1, "documentKey": 1, "clusterTime": 1,
            } }])
            .max_await_time(MAX_AWAIT);
        let opened = match from {
            Place::Now => watch.await?,
            Place::After(token) => watch.start_after(resume_token(token)?).await?,
        };
        Ok(Changes {
            events: opened.with_type(),
            source: self.clone(),
            stream: stream.clone(),
            idle_every,
            idle_since: Instant::now(),
        })
    }

    /// The server's time.
    ///
    /// # Errors
    /// MongoDB fails.
    pub async fn now(&self) -> Result<Timestamp, SourceError> {
        Ok(super::timestamp(server_time(&self.database).await?))
    }

    /// Changed documents as they are now, with what belongs to them. Those that are gone are left out.
    async fn changed_documents(
        &self,
        stream: &Stream,
        keys: &[Bson],
    ) -> Result<Vec<SourceDocument>, SourceError> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let collection: Collection<RawDocumentBuf> = self.database.collection(&stream.label);
        let filter: Document = doc! { "_id": { "$in": keys } };
        let found = super::collect(collection.find(filter).await?).await?;
        self.documents_of(&stream.content, found).await
    }
}

impl Changes {
    /// Where the stream stands before its first event; `None` when the server does not say.
    pub fn token(&self) -> Option<Bson> {
        self.events
            .resume_token()
            .and_then(|token| bson::serialize_to_bson(&token).ok())
    }

    /// Waits for changes and gathers them with their documents, or for the time to note where an idle stream stands.
    ///
    /// Not to be dropped before it is done: an answer on its way would be lost, and its events with it.
    ///
    /// # Errors
    /// MongoDB fails.
    pub async fn next_batch(&mut self) -> Result<ChangeBatch, SourceError> {
        let mut batch = ChangeBatch::default();
        let mut begun: Option<Instant> = None;
        loop {
            let idle = begun.is_none() && self.idle_since.elapsed() >= self.idle_every;
            let asked_at = match idle {
                true => Some(super::timestamp(server_time(&self.source.database).await?)),
                false => None,
            };
            let event = self.events.next_if_any().await?;
            let nothing_came = event.is_none();
            if let Some(event) = event {
                begun.get_or_insert_with(Instant::now);
                batch.take(&event);
            }
            let full =
                batch.keys.len() >= MOST_KEYS || begun.is_some_and(|at| at.elapsed() >= LONGEST);
            batch.ended |= !self.events.is_alive();
            if full || batch.ended || nothing_came && (begun.is_some() || idle) {
                if nothing_came {
                    batch.through = batch.through.max(asked_at);
                }
                batch.token = self.token();
                self.idle_since = Instant::now();
                let (source, stream) = (&self.source, &self.stream);
                batch.documents = source.changed_documents(stream, &batch.keys).await?;
                return Ok(batch);
            }
        }
    }
}

impl ChangeBatch {
    /// A batch without changes that only tells how far everything is known.
    pub fn empty(token: Bson, through: Timestamp) -> Self {
        Self {
            token: Some(token),
            through: Some(through),
            ..Self::default()
        }
    }

    fn take(&mut self, event: &RawDocument) {
        match Event::read(event) {
            Event::Changed(key) => {
                // The document is read once, as it is after all of its changes.
                if self.known.insert(key.as_bytes().to_vec())
                    && let Ok(Some(id)) = key.get("_id")
                    && let Ok(id) = Bson::try_from(id)
                {
                    self.keys.push(id);
                }
            }
            Event::Deleted => self.deleted += 1,
            Event::Notice(notice) => self.notices.push(notice),
            Event::Invalidated => self.ended = true,
            Event::Other => {}
        }
        if let Ok(time) = event.get_timestamp("clusterTime") {
            // Other events of the same second may be still to come.
            self.through = Timestamp::from_second(i64::from(time.time))
                .ok()
                .max(self.through);
        }
    }
}

impl Event {
    fn read(event: &RawDocument) -> Self {
        let key = || Some(event.get_document("documentKey").ok()?.to_owned());
        match event.get_str("operationType").unwrap_or_default() {
            "insert" | "update" | "replace" => key().map_or(Self::Other, Self::Changed),
            "delete" => Self::Deleted,
            "drop" | "dropDatabase" => Self::Notice(Notice::Dropped),
            "rename" => Self::Notice(Notice::Renamed),
            "invalidate" => Self::Invalidated,
            _ => Self::Other,
        }
    }
}

fn resume_token(token: Bson) -> Result<ResumeToken, SourceError> {
    bson::deserialize_from_bson(token).map_err(|_| SourceError::PlaceUnreadable)
}

fn code_of(error: &SourceError) -> Option<(i32, &str)> {
    let SourceError::Mongo(error) = error else {
        return None;
    };
    match error.kind.as_ref() {
        ErrorKind::Command(command) => Some((command.code, &command.message)),
        _ => None,
    }
}

/// Whether the server has no change streams at all: a standalone server, or one that does not know the stage.
pub fn is_unsupported(error: &SourceError) -> bool {
    // 40573: only on replica sets; 40324: unrecognized stage; 59: command not found; 115: not supported.
    matches!(code_of(error), Some((40_573 | 40_324 | 59 | 115, _)))
}

/// Whether the place to go on from is no longer, or never was, in the oplog. What was missed is polled for.
pub fn has_lost_place(error: &SourceError) -> bool {
    if matches!(error, SourceError::PlaceUnreadable) {
        return true;
    }
    // 286: history lost; 280: fatal; 260: invalid token; 9: a token of another form; 136: capped position lost.
    match code_of(error) {
        Some((286 | 280 | 260 | 136, _)) => true,
        Some((_, message)) => {
            let message = message.to_ascii_lowercase();
            message.contains("resume token")
                || message.contains("resume point")
                || message.contains("resume of change stream")
        }
        None => false,
    }
}

/// Whether the same will work again by itself: elections, restarts, cut connections.
pub fn is_passing(error: &SourceError) -> bool {
    let SourceError::Mongo(error) = error else {
        return false;
    };
    is_passing_error(error)
}

fn is_passing_error(error: &Error) -> bool {
    match error.kind.as_ref() {
        ErrorKind::Io(_)
        | ErrorKind::ServerSelection { .. }
        | ErrorKind::ConnectionPoolCleared { .. }
        | ErrorKind::DnsResolve { .. } => true,
        // Interrupted, shut down, not primary, killed cursor, node recovering, network: the server's own list.
        ErrorKind::Command(command) => {
            error.contains_label("ResumableChangeStreamError")
                || matches!(
                    command.code,
                    6 | 7
                        | 43
                        | 63
                        | 89
                        | 91
                        | 133
                        | 150
                        | 189
                        | 234
                        | 237
                        | 262
                        | 9_001
                        | 10_107
                        | 11_600
                        | 11_602
                        | 13_388
                        | 13_435
                        | 13_436
                )
        }
        _ => {
            error.contains_label("ResumableChangeStreamError")
                || error.contains_label("RetryableWriteError")
        }
    }
}

#[cfg(test)]
mod tests {
    use bson::oid::ObjectId;
    use bson::{Timestamp as OplogTime, rawdoc};

    use super::*;

    /// Events as MongoDB 7.0 sends them for the projection above.
    fn event(kind: &str) -> RawDocumentBuf {
        let id = ObjectId::parse_str("65f1a2b3c4d5e6f708090a0b").unwrap();
        let mut event = rawdoc! {
            "_id": { "_data": "8265F1A2B3000000012B022C0100296E5A1004" },
            "operationType": kind,
            "clusterTime": OplogTime { time: 1_710_334_643, increment: 1 },
        };
        match kind {
            "insert" | "update" | "replace" | "delete" => {
                event.append(
                    bson::cstr!("ns"),
                    rawdoc! { "db": "shop", "coll": "shopee_orders" },
                );
                event.append(bson::cstr!("documentKey"), rawdoc! { "_id": id });
            }
            "drop" => event.append(
                bson::cstr!("ns"),
                rawdoc! { "db": "shop", "coll": "shopee_orders" },
            ),
            "rename" => {
                event.append(
                    bson::cstr!("ns"),
                    rawdoc! { "db": "shop", "coll": "shopee_orders" },
                );
                event.append(
                    bson::cstr!("to"),
                    rawdoc! { "db": "shop", "coll": "old_orders" },
                );
            }
            "dropDatabase" => event.append(bson::cstr!("ns"), rawdoc! { "db": "shop" }),
            _ => {}
        }
        event
    }

    #[test]
    fn inserts_updates_and_replacements_name_their_document() {
        let id = Bson::ObjectId(ObjectId::parse_str("65f1a2b3c4d5e6f708090a0b").unwrap());
        for kind in ["insert", "update", "replace"] {
            let mut batch = ChangeBatch::default();
            batch.take(&event(kind));
            assert_eq!(batch.keys, std::slice::from_ref(&id));
        }
    }

    #[test]
    fn what_happens_to_a_collection_is_told_and_nothing_else_ends_the_stream() {
        assert_eq!(Event::read(&event("delete")), Event::Deleted);
        assert_eq!(Event::read(&event("drop")), Event::Notice(Notice::Dropped));
        assert_eq!(
            Event::read(&event("dropDatabase")),
            Event::Notice(Notice::Dropped)
        );
        assert_eq!(
            Event::read(&event("rename")),
            Event::Notice(Notice::Renamed)
        );
        assert_eq!(Event::read(&event("invalidate")), Event::Invalidated);
        for unknown in ["createIndexes", "shardCollection", "somethingNew"] {
            assert_eq!(Event::read(&event(unknown)), Event::Other);
        }
    }

    #[test]
    fn a_document_that_changes_often_is_read_once_and_times_only_go_on() {
        let mut batch = ChangeBatch::default();
        for kind in ["insert", "update", "update", "delete", "replace"] {
            batch.take(&event(kind));
        }
        assert_eq!((batch.keys.len(), batch.deleted), (1, 1));
        assert_eq!(batch.through, Timestamp::from_second(1_710_334_643).ok());
        assert!(!batch.ended);
        batch.take(&event("invalidate"));
        assert!(batch.ended);
    }
}
