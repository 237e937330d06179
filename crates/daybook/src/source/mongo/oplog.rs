//! How far back the oplog reaches. A place before its start is lost, and has to be made up for by polling.

use bson::{Bson, Document, doc};
use futures_util::TryStreamExt;
use jiff::Timestamp;
use mongodb::Database;

use super::connect;
use crate::source::SourceError;

const NAME: &str = "oplog.rs";
/// Entries are dropped in pieces, the largest of which are a tenth of an oplog. One that is emptier than this has dropped none, or
/// was made larger since.
const FULL: f64 = 0.8;

/// A server's oplog.
pub struct Oplog {
    local: Database,
    identity: String,
}

impl Oplog {
    /// Connects.
    ///
    /// # Errors
    /// The server cannot be reached.
    pub async fn open(uri: &str) -> Result<Self, SourceError> {
        let (database, identity) = connect(uri).await?;
        Ok(Self {
            local: database.client().database("local"),
            identity,
        })
    }

    /// Whether a stream is one of this server and database.
    pub fn identity(&self) -> &str {
        &self.identity
    }

    /// When its oldest entry was made, if older ones have been dropped. Nothing while it is not full: then it reaches back to its
    /// beginning, and further every day. Nothing either where there is no oplog to be seen: on a server that is not a replica set,
    /// through a mongos, or without the right to read the database `local`.
    ///
    /// # Errors
    /// The server cannot be reached.
    pub async fn start(&self) -> Result<Option<Timestamp>, SourceError> {
        match self.is_full().await? {
            true => self.oldest_entry().await,
            false => Ok(None),
        }
    }

    /// Whether it drops entries. So it is, too, when nobody knows.
    async fn is_full(&self) -> Result<bool, SourceError> {
        let oplog = self.local.collection::<Document>(NAME);
        let told = oplog
            .aggregate([doc! { "$collStats": { "storageStats": {} } }])
            .await;
        let told = match told {
            Ok(mut told) => told.try_next().await,
            Err(error) => Err(error),
        };
        match told {
            Ok(told) => Ok(told.is_none_or(|told| drops_entries(&told))),
            Err(error) if is_refusal(&error) => Ok(true),
            Err(error) => Err(error.into()),
        }
    }

    async fn oldest_entry(&self) -> Result<Option<Timestamp>, SourceError> {
        let oplog = self.local.collection::<Document>(NAME);
        let found = oplog
            .find_one(doc! {})
            .sort(doc! { "$natural": 1 })
            .projection(doc! { "ts": 1 })
            .await;
        match found {
            Ok(entry) => Ok(entry.and_then(|entry| {
                let made_at = entry.get_timestamp("ts").ok()?;
                Timestamp::from_second(i64::from(made_at.time)).ok()
            })),
            Err(error) if is_refusal(&error) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

/// The server answered, and will answer the same again.
fn is_refusal(error: &mongodb::error::Error) -> bool {
    matches!(error.kind.as_ref(), mongodb::error::ErrorKind::Command(_))
}

/// By the answer of `$collStats`: its size in bytes, without compression, against the one it may have.
fn drops_entries(told: &Document) -> bool {
    let bytes = |name| match told.get_document("storageStats").ok()?.get(name)? {
        Bson::Int32(bytes) => Some(f64::from(*bytes)),
        Bson::Int64(bytes) => Some(*bytes as f64),
        Bson::Double(bytes) => Some(*bytes),
        _ => None,
    };
    match (bytes("size"), bytes("maxSize")) {
        (Some(size), Some(most)) => size >= most * FULL,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stats(size: impl Into<Bson>, most: impl Into<Bson>) -> Document {
        doc! { "ns": "local.oplog.rs", "storageStats": { "size": size, "capped": true, "maxSize": most } }
    }

    #[test]
    fn an_oplog_that_is_not_full_drops_nothing() {
        assert!(!drops_entries(&stats(412_345, 1_038_090_240_i64)));
        assert!(!drops_entries(&stats(700_000_000_i64, 1_038_090_240.0)));
    }

    #[test]
    fn a_full_one_does() {
        assert!(drops_entries(&stats(990_000_000_i64, 1_038_090_240_i64)));
        // Its size may be beyond the one it may have, until the next piece is dropped.
        assert!(drops_entries(&stats(1_045_000_000_i64, 1_038_090_240_i64)));
    }

    #[test]
    fn one_whose_size_nobody_tells_may() {
        assert!(drops_entries(&doc! { "storageStats": { "size": 0 } }));
        assert!(drops_entries(&doc! { "ns": "local.oplog.rs" }));
    }
}
