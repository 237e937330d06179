//! What this process has done since it began, counted where it is done; read by the metrics.
//!
//! Counters belong to the process, as its memory does: whatever loads in it counts here, without a handle passed through every
//! stage for the sake of a number.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::load::LoadCounts;

static DOCUMENTS: Mutex<BTreeMap<&str, LoadCounts>> = Mutex::new(BTreeMap::new());
static DELIVERIES: Mutex<BTreeMap<(&str, &str), u64>> = Mutex::new(BTreeMap::new());
static RETRIES: AtomicU64 = AtomicU64::new(0);

/// Documents of a marketplace were loaded; of `several` for a collection that holds more than one.
pub fn documents(platform: Option<order_model::Platform>, counts: LoadCounts) {
    let name = platform.map_or("several", |platform| platform.as_str());
    let mut documents = DOCUMENTS.lock().expect("counting does not panic");
    *documents.entry(name).or_default() += counts;
}

/// What became of documents so far, by marketplace.
pub fn documents_so_far() -> BTreeMap<&'static str, LoadCounts> {
    DOCUMENTS.lock().expect("counting does not panic").clone()
}

/// A transaction failed in passing and is tried again.
pub fn retry() {
    RETRIES.fetch_add(1, Ordering::Relaxed);
}

/// How often that happened so far.
pub fn retries_so_far() -> u64 {
    RETRIES.load(Ordering::Relaxed)
}

/// A message about an alert was tried on a channel.
pub fn delivery(channel: &'static str, result: &'static str) {
    let mut deliveries = DELIVERIES.lock().expect("counting does not panic");
    *deliveries.entry((channel, result)).or_default() += 1;
}

/// How many messages were tried so far, by channel and result.
pub fn deliveries_so_far() -> BTreeMap<(&'static str, &'static str), u64> {
    DELIVERIES.lock().expect("counting does not panic").clone()
}
