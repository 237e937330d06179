//! Stage 5: statistics from orders. Drains the rebuild queue, or rebuilds a range.
//!
//! A rebuild takes its locks in a statement of its own, then takes the marks, then computes, each statement seeing more
//! than the one before: what a taken mark stands for is in the figures, and a change that lands in between keeps its
//! mark. Writers of orders wait for none of it.

mod drain;
mod rebuild;

pub use self::drain::{Drained, drain};
pub use self::rebuild::{Rebuilt, Scope, close_days, rebuild};
