//! `/orders`, `/orders/{platform}/{code}`, `/search`, `/changes`: why a figure is what it is.

mod changes;
mod list;
mod one;
mod search;

pub use self::changes::{__path_changes, changes};
pub use self::list::{__path_list, list};
pub use self::one::{__path_one, one};
pub use self::search::{__path_search, search};
