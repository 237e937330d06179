//! Answers that are still true.
//!
//! What a snapshot of PostgreSQL sees follows from which transactions it counts as committed. So an answer is still true
//! when a new snapshot counts the same ones: finding that out costs no look at any table. Whoever misses computes the answer
//! once for all who wait for it.
//!
//! Transaction numbers can be given twice after a crash that lost commits. They decide only what this process says within
//! the second after it computed an answer; what leaves it as an ETag is made of the answer itself.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::body::Bytes;
use jiff::Timestamp;
use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};

/// How long an answer may be given again.
const AGE: Duration = Duration::from_secs(1);
/// How many answers are kept.
const MOST: usize = 256;
/// How large an answer may be to be kept.
pub const LARGEST: usize = 128 * 1024;

/// An answer as it is sent, but for `as_of`.
#[derive(Debug, Clone)]
pub struct Entry {
    /// What the snapshot saw.
    pub position: String,
    /// When the snapshot was about to be taken.
    pub taken_at: Instant,
    /// The same, as the answer says it.
    pub as_of: Timestamp,
    /// The ETag.
    pub etag: String,
    /// The address of the next rows, if there are any.
    pub next: Option<String>,
    /// The body, without `as_of`.
    pub body: Bytes,
}

type Slot = Arc<AsyncMutex<Option<Entry>>>;

/// Answers by what was asked.
#[derive(Debug, Default)]
pub struct Cache {
    slots: Mutex<HashMap<String, Slot>>,
}

impl Cache {
    /// The place of an answer. While it is held, others who ask the same wait.
    pub async fn slot(&self, asked: &str) -> OwnedMutexGuard<Option<Entry>> {
        let slot = {
            let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
            if slots.len() >= MOST && !slots.contains_key(asked) {
                // Those that somebody waits for stay.
                slots.retain(|_, slot| Arc::strong_count(slot) > 1);
            }
            Arc::clone(slots.entry(asked.to_owned()).or_default())
        };
        slot.lock_owned().await
    }
}

impl Entry {
    /// Whether it is the answer to a question of somebody who came at an instant and saw a position then.
    pub fn answers(&self, came_at: Instant, position: &str) -> bool {
        // Computed while he waited: it has all that was committed when he came.
        self.taken_at >= came_at || self.position == position && self.taken_at.elapsed() < AGE
    }
}
