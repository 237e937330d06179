//! Polling: what was stored since the last position, by `(ingest time, _id)`.
//!
//! Each pass starts an overlap earlier than the last one ended, because collectors' clocks differ and a document may
//! become visible after one with a later time. The overlap is read again for nothing: unchanged orders are no work.

use bson::{Bson, DateTime, Document, RawBsonRef, doc};

use super::{Pending, Reading, SERVER_BATCH};
use crate::source::{Position, SourceError, document_id};

/// Where a pass begins.
pub(super) enum Start {
    /// At an ingest time, inclusive.
    At(DateTime),
    /// Behind a document: the pass before was cut there.
    After(DateTime, Bson),
}

impl Reading<'_> {
    /// Reads from a start to the present end, and the documents that polling cannot see.
    pub(super) async fn poll(&self, field: &str, start: Start) -> Result<(), SourceError> {
        let since = match &start {
            Start::At(time) | Start::After(time, _) => *time,
        };
        let Some(since) = self.poll_dated(field, start, since).await? else {
            return Ok(());
        };
        let finished = Position::Poll {
            since,
            last_id: None,
            finished: true,
        };
        self.poll_undated(field, finished).await
    }

    /// The documents with a date in the field, oldest first. Returns the position's time, or nothing when the loader
    /// has stopped.
    async fn poll_dated(
        &self,
        field: &str,
        start: Start,
        mut since: DateTime,
    ) -> Result<Option<DateTime>, SourceError> {
        let mut cursor = self
            .collection
            .find(from(field, start))
            .sort(doc! { field: 1, "_id": 1 })
            .allow_disk_use(true)
            .batch_size(SERVER_BATCH)
            .await?;
        let mut pending = Pending::default();
        let mut last_id = None;
        while cursor.advance().await? {
            let document = cursor.current().to_owned();
            if pending.is_full() {
                let position = Position::Poll {
                    since,
                    last_id: last_id.clone(),
                    finished: false,
                };
                if !self.send(pending.take(), position, false).await? {
                    return Ok(None);
                }
            }
            if let Ok(Some(RawBsonRef::DateTime(time))) = document.get(field) {
                // A document from the future must not move the position past what is still to come.
                since = since.max(time.min(self.server_time));
            }
            last_id = Some(document_id::id_of(&document));
            pending.push(document);
        }
        let position = Position::Poll {
            since,
            last_id,
            finished: false,
        };
        let documents = pending.take();
        Ok(self
            .send(documents, position, false)
            .await?
            .then_some(since))
    }

    /// The documents whose field is missing or no date: a range query never sees them, so each pass reads them all.
    async fn poll_undated(&self, field: &str, finished: Position) -> Result<(), SourceError> {
        let mut cursor = self
            .collection
            .find(undated(field))
            .batch_size(SERVER_BATCH)
            .await?;
        let mut pending = Pending::default();
        let mut count = 0_u64;
        while cursor.advance().await? {
            if pending.is_full() {
                let Position::Poll { since, .. } = finished else {
                    unreachable!("polls end as polls")
                };
                let position = Position::Poll {
                    since,
                    last_id: None,
                    finished: false,
                };
                if !self.send(pending.take(), position, false).await? {
                    return Ok(());
                }
            }
            pending.push(cursor.current().to_owned());
            count += 1;
        }
        if count > 0 {
            tracing::warn!(
                collection = self.collection.name(),
                field,
                count,
                "documents without a date in the ingest field are read in full each time; store a date there"
            );
        }
        self.send(pending.take(), finished, true).await?;
        Ok(())
    }
}

fn from(field: &str, start: Start) -> Document {
    match start {
        Start::At(time) => doc! { field: { "$gte": time } },
        Start::After(time, id) => doc! { "$or": [
            { field: { "$gt": time } },
            { field: time, "_id": { "$gt": id } },
        ] },
    }
}

fn undated(field: &str) -> Document {
    let other_types = [
        "double",
        "string",
        "object",
        "array",
        "binData",
        "objectId",
        "bool",
        "int",
        "timestamp",
        "long",
        "decimal",
    ];
    // Equality with null also matches a missing field.
    doc! { "$or": [{ field: { "$type": other_types.to_vec() } }, { field: bson::Bson::Null }] }
}
