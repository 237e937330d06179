//! Realistic raw orders of three marketplaces, and the statistics they must give.
//!
//! Every order is planned first: what was bought, what was taken off, what became of it and when. From the plan come the
//! raw documents, in all the shapes and spellings of the field, and, by code of its own, what the statistics must be. None
//! of it depends on the pipeline that is checked against it.
//!
//! The same plan always gives the same documents. An order depends on the seed, its day and its number on that day alone,
//! so a plan that ends later tells how the same orders went on.

mod calendar;
mod catalogue;
mod document;
mod drift;
mod expected;
mod life;
mod marketplace;
mod people;
mod plan;
mod spoil;
mod write;

pub use self::document::{Documents, Sample};
pub use self::expected::{DailyFigures, Expected, ExpectedOrder, Quarantined};
pub use self::marketplace::Marketplace;
pub use self::plan::Plan;
pub use self::write::{Error, Summary, write};
