//! Documents that became no order: where they are and why, never the documents themselves.

mod entry;
mod replay;
mod store;

pub use self::entry::Entry;
pub use self::replay::{Replayed, replay};
pub use self::store::{Filter, Stored, list, locators_of, purge_unseen, store};
