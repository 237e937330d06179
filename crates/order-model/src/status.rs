//! What an order counts towards.

use std::fmt;

/// The state of an order in the statistics. Each marketplace's own states reduce to one of these (`platforms.md` 5.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OrderStatus {
    /// Open: neither closed nor cancelled. Counts as an order and in GMV, not in revenue.
    Pending,
    /// Closed by the marketplace. Its final amount is revenue.
    Completed,
    /// Nothing was sold: cancelled, not delivered, or returned as a whole.
    Cancelled,
}

impl OrderStatus {
    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Completed => "completed",
            Self::Cancelled => "cancelled",
        }
    }
}

impl fmt::Display for OrderStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
