//! What people ask of the figures: a range, its totals, a comparison, the orders behind a figure. The API and the
//! dashboard stand on the same answers.
//!
//! All questions are put to a [`Reader`], which sees one instant of the database: whatever it is asked, the answers fit
//! together. Figures come from the live views, ratios are computed from the sums, and amounts are exact [`Decimal`]s.

mod category;
mod changes;
mod compare;
mod cursor;
mod decimal;
mod error;
mod filter;
mod find;
mod freshness;
mod holdings;
mod measures;
mod order;
mod orders;
mod range;
mod reader;
mod region;
mod series;
mod shop;
mod state;
mod status_split;
mod workings;

pub use self::category::{CategoryRow, CategoryView};
pub use self::changes::{Change, ChangeCause, ChangeRun, Figures};
pub use self::compare::{Change as MeasureChange, CompareMode, Comparison};
pub use self::cursor::{Cursor, InvalidCursor};
pub use self::decimal::{Decimal, InvalidDecimal};
pub use self::error::ReportError;
pub use self::filter::{Filter, Key};
pub use self::find::FoundOrder;
pub use self::freshness::{Freshness, PlatformFreshness, Silence};
pub use self::holdings::Shop;
pub use self::measures::{Measure, Measures};
pub use self::order::{Buckets, Order, OrderCategory, OrderLine, Province, RawDocument};
pub use self::orders::{CategoryFilter, OrderPage, OrderRow, OrdersQuery, Part, RegionFilter};
pub use self::range::{Preset, Range, RangeError};
pub use self::reader::{POSITION, Reader};
pub use self::region::{Division, RegionRow};
pub use self::series::{PeriodRow, Unit};
pub use self::shop::ShopRow;
pub use self::state::FigureState;
pub use self::status_split::StatusSplit;
pub use self::workings::{QuarantineGroup, RunRow, Validated, Waiting};
