//! Proof: validate compares and changes nothing, repair rebuilds exactly what validate found.

mod divergence;
mod orders;
mod repair;
mod report;
mod statistics;

pub use self::divergence::{Bucket, OrderDivergence, OrderProblem, StatisticDivergence};
pub use self::orders::compare_orders;
pub use self::repair::{Repaired, repair};
pub use self::report::{ComparedOrders, Report};
pub use self::statistics::{Compared, compare_statistics};
