//! How far a stream has been read. Stored as BSON, so that times and ids keep their types.

use bson::{Bson, DateTime};
use serde::{Deserialize, Serialize};

/// A place in a stream to go on from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Position {
    /// In a dump file. Good for the same file only.
    File {
        /// Size of the file in bytes.
        size: i64,
        /// When the file was last modified.
        modified: DateTime,
        /// How many bytes of its (decompressed) content are loaded.
        offset: i64,
        /// Whether that was all; the next pass then starts over.
        finished: bool,
    },
    /// In a full read of a collection, ordered by `_id`.
    Scan {
        /// The server's time when the read began: what is stored later is read by polling.
        started_at: DateTime,
        /// The last `_id` loaded.
        last_id: Option<Bson>,
        /// Whether that was all.
        finished: bool,
    },
    /// In polling by ingest time.
    Poll {
        /// Ingest time of the last document loaded, never later than the server's own time.
        since: DateTime,
        /// Its `_id`, while a pass is under way: many documents can share an ingest time.
        last_id: Option<Bson>,
        /// Whether the pass reached its end. The next one then starts an overlap earlier.
        finished: bool,
    },
    /// In the changes of a collection.
    Follow {
        /// Token of the last change loaded, as the server gave it.
        token: Bson,
        /// Everything stored before this instant of the server's time is loaded. Polling goes on from here when the token
        /// is lost.
        since: DateTime,
    },
}

impl Position {
    /// Whether it lies within a reading of everything there is.
    pub fn is_within_full_read(&self) -> bool {
        matches!(
            self,
            Self::File {
                finished: false,
                ..
            } | Self::Scan {
                finished: false,
                ..
            }
        )
    }

    /// The stored form.
    pub fn to_bytes(&self) -> Vec<u8> {
        bson::serialize_to_vec(self).expect("a position holds nothing that BSON cannot")
    }

    /// Reads the stored form; `None` for one that another version of the program wrote.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bson::deserialize_from_slice(bytes).ok()
    }
}
