//! Answers that are still true, and answers that many share.
//!
//! What a snapshot of PostgreSQL sees follows from which transactions it counts as committed. So an answer is still true
//! when a new snapshot counts the same ones: finding that out costs no look at any table. Whoever misses computes the answer
//! once for all who wait for it.
//!
//! Where orders come in all the time no answer stays true, and many who ask would have all of them computed over and over.
//! So as long as questions keep coming while others are being answered, an answer may be half a second old, and is computed
//! anew beside those who are given it; `as_of` says of when it is. Whoever asks one question after the other has everything
//! that was committed before.
//!
//! Transaction numbers can be given twice after a crash that lost commits. They decide only what this process says within
//! the second after it computed an answer; what leaves it as an ETag is made of the answer itself.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::body::Bytes;
use jiff::Timestamp;
use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard, OwnedSemaphorePermit, Semaphore};

use crate::http::Problem;

/// How long an answer may be given again.
const AGE: Duration = Duration::from_secs(1);
/// How old an answer that many share may be before it is computed anew.
const SHARED_AGE: Duration = Duration::from_millis(500);
/// So many questions within a second, each asked while another was being answered, are those of many.
const MANY: usize = 10;
/// How many answers are kept.
const MOST: usize = 128;
/// How large an answer may be to be kept.
const LARGEST: usize = 256 * 1024;

/// An answer as it is sent, but for `as_of`.
#[derive(Debug, Clone)]
pub struct Entry {
    /// What the snapshot saw, and the moment where the answer depends on the time of day.
    pub position: Position,
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

/// What an answer follows from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// Which transactions count as committed.
    pub transactions: String,
    /// The second, where the answer depends on the time of day.
    pub second: Option<String>,
}

/// The place of an answer.
#[derive(Debug, Default)]
pub struct Slot {
    known: Mutex<Known>,
    computing: Arc<AsyncMutex<()>>,
}

#[derive(Debug, Default)]
struct Known {
    entry: Option<Entry>,
    /// Why the last computation failed, and when it began.
    failure: Option<(Instant, Problem)>,
}

/// The right to compute an answer, which nobody else does meanwhile.
pub type Turn = OwnedMutexGuard<()>;

/// Answers by what was asked.
#[derive(Debug)]
pub struct Cache {
    slots: Mutex<HashMap<String, Arc<Slot>>>,
    load: Arc<Load>,
    renewals: Arc<Semaphore>,
}

/// The right to compute a shared answer anew, beside those who are given it.
#[derive(Debug)]
pub struct Renewal {
    _turn: Turn,
    _permit: OwnedSemaphorePermit,
    _asking: Asking,
}

impl Default for Cache {
    fn default() -> Self {
        // Half of the processors stay for those who ask.
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            slots: Mutex::default(),
            load: Arc::default(),
            renewals: Arc::new(Semaphore::new(processors.div_ceil(2))),
        }
    }
}

/// How much is asked at the same time.
#[derive(Debug, Default)]
struct Load {
    in_flight: AtomicUsize,
    /// The last times that a question came while another was being answered.
    overlaps: Mutex<VecDeque<Instant>>,
}

/// A question that is being answered.
#[derive(Debug)]
pub struct Asking {
    load: Arc<Load>,
    /// Whether it is one of many.
    pub is_one_of_many: bool,
}

impl Drop for Asking {
    fn drop(&mut self) {
        self.load.in_flight.fetch_sub(1, Relaxed);
    }
}

impl Cache {
    /// Notes that a question is being answered from now on.
    pub fn asking(&self) -> Asking {
        let others = self.load.in_flight.fetch_add(1, Relaxed);
        let mut overlaps = lock(&self.load.overlaps);
        let now = Instant::now();
        if others > 0 {
            overlaps.push_back(now);
            if overlaps.len() > MANY {
                overlaps.pop_front();
            }
        }
        let are_many =
            overlaps.len() == MANY && overlaps.front().is_some_and(|first| now - *first < AGE);
        Asking {
            load: Arc::clone(&self.load),
            is_one_of_many: are_many,
        }
    }

    /// The right to compute an answer anew that is shared and getting old, unless somebody does so already, or enough
    /// others are computed anew.
    pub fn renewal(&self, slot: &Slot, entry: &Entry, asking: Asking) -> Option<Renewal> {
        if entry.taken_at.elapsed() < SHARED_AGE {
            return None;
        }
        Some(Renewal {
            _turn: Arc::clone(&slot.computing).try_lock_owned().ok()?,
            _permit: Arc::clone(&self.renewals).try_acquire_owned().ok()?,
            _asking: asking,
        })
    }

    /// The place of an answer.
    pub fn slot(&self, asked: &str) -> Arc<Slot> {
        let mut slots = lock(&self.slots);
        if slots.len() >= MOST && !slots.contains_key(asked) {
            // Those that somebody waits for stay.
            slots.retain(|_, slot| Arc::strong_count(slot) > 1);
        }
        Arc::clone(slots.entry(asked.to_owned()).or_default())
    }
}

impl Slot {
    /// An answer that many may share, if there is one.
    pub fn shared(&self) -> Option<Entry> {
        let known = self.known();
        let entry = known.entry.as_ref();
        entry
            .filter(|entry| entry.taken_at.elapsed() < AGE)
            .cloned()
    }

    /// Waits until nobody else computes the answer.
    pub async fn turn(&self) -> Turn {
        Arc::clone(&self.computing).lock_owned().await
    }

    /// The answer for somebody who came at an instant and saw a position then, if it is known: one that was computed
    /// while he waited has all that was committed when he came.
    pub fn known_to(
        &self,
        came_at: Instant,
        position: &Position,
    ) -> Option<Result<Entry, Problem>> {
        let known = self.known();
        if let Some((began_at, problem)) = &known.failure
            && *began_at >= came_at
        {
            return Some(Err(problem.clone()));
        }
        let entry = known.entry.as_ref()?;
        let is_true = entry.position == *position && entry.taken_at.elapsed() < AGE;
        (entry.taken_at >= came_at || is_true).then(|| Ok(entry.clone()))
    }

    /// Keeps what a computation gave that began at an instant.
    pub fn keep(&self, began_at: Instant, computed: &Result<Entry, Problem>) {
        let mut known = self.known();
        match computed {
            Ok(entry) => {
                known.failure = None;
                known.entry = (entry.body.len() <= LARGEST).then(|| entry.clone());
            }
            Err(problem) => known.failure = Some((began_at, problem.clone())),
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        lock(&self.known)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(taken_at: Instant) -> Entry {
        Entry {
            position: Position {
                transactions: "7".to_owned(),
                second: None,
            },
            taken_at,
            as_of: Timestamp::UNIX_EPOCH,
            etag: String::new(),
            next: None,
            body: Bytes::new(),
        }
    }

    #[test]
    fn who_asks_one_question_after_the_other_is_not_many() {
        let cache = Cache::default();
        assert!((0..100).all(|_| !cache.asking().is_one_of_many));
    }

    #[test]
    fn questions_beside_each_other_are_those_of_many() {
        let cache = Cache::default();
        let first = cache.asking();
        assert!((1..MANY).all(|_| !cache.asking().is_one_of_many));
        assert!(cache.asking().is_one_of_many);
        drop(first);
        assert!(cache.asking().is_one_of_many, "for as long as a second");
    }

    #[test]
    fn a_shared_answer_that_gets_old_is_computed_by_one() {
        let cache = Cache::default();
        let slot = cache.slot("a question");
        let renewal = |entry: &Entry| cache.renewal(&slot, entry, cache.asking());
        let old = entry(Instant::now() - SHARED_AGE);
        let first = renewal(&old);
        assert!(first.is_some());
        assert!(renewal(&old).is_none());
        drop(first);
        assert!(renewal(&old).is_some());
        assert!(renewal(&entry(Instant::now())).is_none());
    }

    #[test]
    fn too_old_answers_are_shared_with_nobody() {
        let slot = Slot::default();
        let old = Instant::now() - AGE;
        slot.keep(old, &Ok(entry(old)));
        assert!(slot.shared().is_none());
        let now = Instant::now();
        slot.keep(now, &Ok(entry(now)));
        assert!(slot.shared().is_some());
    }

    #[test]
    fn a_failure_is_told_to_those_who_waited_and_to_no_others() {
        let slot = Slot::default();
        let came_at = Instant::now();
        slot.keep(Instant::now(), &Err(Problem::internal()));
        let position = entry(came_at).position;
        assert!(matches!(slot.known_to(came_at, &position), Some(Err(_))));
        let later = Instant::now() + Duration::from_millis(1);
        assert!(slot.known_to(later, &position).is_none());
    }
}
