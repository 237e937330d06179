//! Stage 3: a batch of orders goes into PostgreSQL in one transaction: rows, quarantine, marks and the new position, or
//! nothing.

mod binary;
mod copy;
mod document_hashes;
mod incoming;
mod lines;
mod loader;
mod merge;
mod newcomers;
mod order_row;
mod order_types;
mod order_version;
mod reload;
mod standing;
mod stream_state;

pub use self::incoming::Incoming;
pub use self::loader::{LoadError, Loader};
pub use self::merge::look_up_by_key;
pub use self::order_types::OrderTypes;
pub use self::reload::{Orders, Reloaded, reload_documents, reload_orders};
pub use self::stream_state::{StreamState, complete_through, open_stream};

use serde::{Deserialize, Serialize};

/// What became of the documents that were read. The parts add up to `read`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoadCounts {
    /// Documents read.
    pub read: u64,
    /// Orders that are new.
    pub inserted: u64,
    /// Orders that changed.
    pub updated: u64,
    /// Documents that say what is stored already.
    pub unchanged: u64,
    /// Documents older than what is stored.
    pub stale: u64,
    /// Documents that became no order, and were not known as such.
    pub quarantined: u64,
}

impl std::ops::AddAssign for LoadCounts {
    fn add_assign(&mut self, other: Self) {
        self.read += other.read;
        self.inserted += other.inserted;
        self.updated += other.updated;
        self.unchanged += other.unchanged;
        self.stale += other.stale;
        self.quarantined += other.quarantined;
    }
}

impl std::iter::Sum for LoadCounts {
    fn sum<I: Iterator<Item = Self>>(parts: I) -> Self {
        parts.fold(Self::default(), |mut total, part| {
            total += part;
            total
        })
    }
}
