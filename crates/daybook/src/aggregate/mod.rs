//! Stage 5: statistics from orders.
//!
//! Changes arrive in one of two ways, by the mode of the database: as journal entries, which [`Folder`] adds to the
//! statistics, or as marks of days, which [`drain`] computes again. Both can be worked off at any time and side by side;
//! what keeps them apart is a lock on `stats_gate`, taken in a statement before the one whose snapshot does the work.
//! Writers of orders wait for none of it.

mod close;
mod drain;
mod fold;
mod grains;
mod keeper;
mod mode;
mod portion;
mod rebuild;
mod recount;
mod stretch;
mod tally;

pub use self::close::close_days;
pub use self::drain::{Drained, drain};
pub use self::fold::{Folded, Folder};
pub use self::grains::{Grains, switch_grains};
pub use self::keeper::Keeper;
pub use self::mode::{StatisticsMode, UnknownMode, read_mode, switch_mode};
pub(crate) use self::rebuild::Bounds;
pub use self::rebuild::{Rebuilt, Scope, rebuild};
pub(crate) use self::recount::{Counted, Helpers};
pub(crate) use self::stretch::{DayCount, Stretch};
