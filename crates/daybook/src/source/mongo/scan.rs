//! The first, full read of a collection: in the order of `_id`, whose index always exists, and resumable.

use bson::{Bson, DateTime, Document, doc};
use mongodb::options::Hint;

use super::probe::{self, Sample};
use super::{Pending, Reading, SERVER_BATCH};
use crate::source::{Position, SourceError, document_id};

/// BSON types in MongoDB's order of comparison. A range query sees one of them only.
const TYPE_ORDER: [&[&str]; 11] = [
    &["null"],
    &["int", "long", "double", "decimal"],
    &["string", "symbol"],
    &["object"],
    &["array"],
    &["binData"],
    &["objectId"],
    &["bool"],
    &["date"],
    &["timestamp"],
    &["regex"],
];

impl Reading<'_> {
    /// Reads everything after an `_id`. What is stored while this runs is left to polling, which starts from the
    /// server's time when the scan began.
    pub(super) async fn scan(
        &self,
        started_at: DateTime,
        after: Option<Bson>,
    ) -> Result<(), SourceError> {
        let filter = after.as_ref().map_or(doc! {}, after_id);
        let mut cursor = self
            .collection
            .find(filter)
            .sort(doc! { "_id": 1 })
            .hint(Hint::Keys(doc! { "_id": 1 }))
            .batch_size(SERVER_BATCH)
            .await?;
        let mut pending = Pending::default();
        let mut sample = Sample::default();
        let mut last_id = after;
        while cursor.advance().await? {
            let document = cursor.current().to_owned();
            if pending.is_full() {
                self.look_at_first(&mut sample, &pending).await?;
                let position = Position::Scan {
                    started_at,
                    last_id: last_id.clone(),
                    finished: false,
                };
                if !self.send(pending.take(), position, false).await? {
                    return Ok(());
                }
            }
            last_id = Some(document_id::id_of(&document));
            pending.push(document);
        }
        if last_id.is_none() {
            return Ok(()); // An empty collection has nothing to say, not even where to go on from.
        }
        self.look_at_first(&mut sample, &pending).await?;
        sample.take_last(&pending.documents);
        let done = match sample.ingest_field(self.layout()) {
            Some(_) => Position::Poll {
                since: started_at,
                last_id: None,
                finished: true,
            },
            // Without ingest times only a full read sees changes; the next pass is another one.
            None => Position::Scan {
                started_at,
                last_id: None,
                finished: true,
            },
        };
        self.send(pending.take(), done, true).await?;
        Ok(())
    }

    /// Takes a sample of the first documents of a scan, and refuses a collection without orders. They were read anyway, so nothing
    /// else is asked of the server; but where they are no orders, the newest may be.
    async fn look_at_first(
        &self,
        sample: &mut Sample,
        pending: &Pending,
    ) -> Result<(), SourceError> {
        if !sample.is_empty() {
            return Ok(());
        }
        sample.take_first(&pending.documents);
        let tells_enough = match self.content.is_orders() {
            true => sample.has_order(self.content, self.layout()),
            false => !sample.is_empty(),
        };
        if !tells_enough {
            *sample = probe::look_at(&self.collection).await?;
        }
        tracing::debug!(
            collection = self.collection.name(),
            keys = sample.keys(),
            "sampled"
        );
        match sample.is_empty() {
            true => Ok(()),
            false => self.require_orders(sample),
        }
    }
}

/// Everything that sorts after an `_id`: the rest of its type, and all types that sort after it.
fn after_id(id: &Bson) -> Document {
    let group = TYPE_ORDER
        .iter()
        .position(|group| group.contains(&type_alias(id)));
    let later: Vec<&str> = group
        .map_or(&TYPE_ORDER[..0], |group| &TYPE_ORDER[group + 1..])
        .iter()
        .flat_map(|group| group.iter().copied())
        .collect();
    doc! { "$or": [{ "_id": { "$gt": id } }, { "_id": { "$type": later } }] }
}

fn type_alias(id: &Bson) -> &'static str {
    match id {
        Bson::Int32(_) => "int",
        Bson::Int64(_) => "long",
        Bson::Double(_) => "double",
        Bson::Decimal128(_) => "decimal",
        Bson::String(_) | Bson::Symbol(_) => "string",
        Bson::Document(_) => "object",
        Bson::Binary(_) => "binData",
        Bson::ObjectId(_) => "objectId",
        Bson::Boolean(_) => "bool",
        Bson::DateTime(_) => "date",
        Bson::Timestamp(_) => "timestamp",
        _ => "null",
    }
}
