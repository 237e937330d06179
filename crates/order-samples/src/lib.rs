//! Realistic raw orders of three marketplaces, and the statistics they must give.
//!
//! Every order is planned first: what was bought, what was taken off, what became of it and when.
//! From the plan come the raw documents, in all the shapes and spellings of the field, and, by code
//! of its own, what the statistics must be. None of it depends on the pipeline that is checked
//! against it, and nothing is ever read back from the documents.
//!
//! The same plan always gives the same documents, byte by byte. An order depends on the seed, its
//! day and its number on that day, so a plan that is [continued](Plan::continued) repeats every
//! document it has told before and adds how the orders went on.

mod buyer;
mod calendar;
mod catalogue;
mod category;
mod collection;
mod document;
mod drift;
mod expected;
mod life;
mod marketplace;
mod places;
mod plan;
mod spoil;
mod stragglers;
mod telling;
mod version;
mod world;
mod write;

pub use self::document::{Documents, OrderDocuments, Sample};
pub use self::expected::{
    BucketFigures, DailyFigures, Expected, ExpectedOrder, Quarantined, Status,
};
pub use self::marketplace::Marketplace;
pub use self::plan::{LazadaItems, Plan};
pub use self::write::{Error, Summary, write};
