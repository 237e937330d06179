//! How far back the oplog reaches. A place before its start is lost, and has to be made up for by polling.

use bson::{Document, doc};
use jiff::Timestamp;
use mongodb::Database;

use super::connect;
use crate::source::SourceError;

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

    /// When its oldest entry was made. Nothing where there is no oplog to be seen: on a server that is not a replica set, through
    /// a mongos, or without the right to read the database `local`.
    ///
    /// # Errors
    /// The server cannot be reached.
    pub async fn oldest_entry(&self) -> Result<Option<Timestamp>, SourceError> {
        let oplog = self.local.collection::<Document>("oplog.rs");
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
