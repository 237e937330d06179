//! A difference, named.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A figure that differs from its recount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatisticDivergence {
    /// Business day.
    pub day: Date,
    /// Marketplace.
    pub platform: String,
    /// Which bucket of a finer grain; `None` for the figures of the whole day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bucket: Option<Bucket>,
    /// Column of `daily_order_statistics`, or of the grain's view.
    pub column: String,
    /// What is stored, as a decimal text; `None` without a row.
    pub stored: Option<String>,
    /// What a recount of `orders` gives.
    pub recount: Option<String>,
    /// Stored minus recount.
    pub difference: String,
    /// Whether the day waits in the rebuild queue, so that `aggregate` will settle it.
    pub queued: bool,
}

/// A bucket of a finer grain, such as a province.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bucket {
    /// The grain: `region`, `shop`.
    pub grain: String,
    /// Value of each column of the grain; `None` where it is not known.
    pub key: Vec<Option<String>>,
}

impl std::fmt::Display for Bucket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let values = self.key.iter().map(|value| value.as_deref().unwrap_or("?"));
        write!(
            f,
            "{} {}",
            self.grain,
            values.collect::<Vec<_>>().join(", ")
        )
    }
}

/// An order that differs from its raw documents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderDivergence {
    /// Stream the document is in.
    pub stream: String,
    /// How to find the document there.
    pub locator: String,
    /// Marketplace.
    pub platform: String,
    /// The order's number.
    pub order_code: String,
    /// What is wrong.
    pub problem: OrderProblem,
    /// Columns that differ, when the versions agree.
    pub columns: Vec<String>,
}

/// How an order can differ from its documents.
///
/// In the order of what must be done about it: of several the first one counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderProblem {
    /// There is a document, but no row.
    Missing,
    /// The row, or what it remembers, was made from this very version, and says something else.
    Changed,
    /// The document is newer than the row, or knows what the row does not.
    Behind,
}
