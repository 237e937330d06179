//! The figures of a row, and their names.

use std::fmt;
use std::str::FromStr;

use order_model::OrderStatus;
use serde::Serialize;
use tokio_postgres::Row;
use utoipa::ToSchema;

use super::decimal::Decimal;

/// A query of additive figures, with the ratios that follow from them: the SQL of a file, ordered.
macro_rules! figures {
    ($file:literal, $order:literal) => {
        concat!(
            include_str!("figures.sql"),
            "from (\n",
            include_str!($file),
            ") f\norder by ",
            $order
        )
    };
}
pub(super) use figures;

/// The figures of one row. Counts are of orders; amounts are in the business currency.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, ToSchema)]
pub struct Measures {
    /// Orders placed, whatever became of them.
    #[schema(example = 418)]
    pub total_orders: i64,
    /// Of these, orders now completed.
    #[schema(example = 301)]
    pub completed_orders: i64,
    /// Of these, orders now cancelled.
    #[schema(example = 39)]
    pub cancelled_orders: i64,
    /// Of these, orders still open.
    #[schema(example = 78)]
    pub pending_orders: i64,
    /// Value before discounts of all orders, cancelled ones included.
    #[schema(value_type = String, example = "112340000.00")]
    pub gross_merchandise_value: Decimal,
    /// Discounts on all orders.
    #[schema(value_type = String, example = "14120000.00")]
    pub total_discount: Decimal,
    /// What buyers pay for the completed orders.
    #[schema(value_type = String, example = "71204500.00")]
    pub total_revenue: Decimal,
    /// Cancelled orders in percent of all; null without orders.
    #[schema(value_type = Option<String>, example = "9.33")]
    pub cancellation_rate: Option<Decimal>,
    /// Revenue per completed order; null without completed orders.
    #[schema(value_type = Option<String>, example = "236559.80")]
    pub avg_order_value: Option<Decimal>,
    /// Open orders in percent of all: how much of the figures can still move. Null without orders.
    #[schema(value_type = Option<String>, example = "18.66")]
    pub pending_share: Option<Decimal>,
}

impl Measures {
    /// Reads the columns that `figures!` gives.
    pub(super) fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            total_orders: row.try_get("total_orders")?,
            completed_orders: row.try_get("completed_orders")?,
            cancelled_orders: row.try_get("cancelled_orders")?,
            pending_orders: row.try_get("pending_orders")?,
            gross_merchandise_value: row.try_get("gross_merchandise_value")?,
            total_discount: row.try_get("total_discount")?,
            total_revenue: row.try_get("total_revenue")?,
            cancellation_rate: row.try_get("cancellation_rate")?,
            avg_order_value: row.try_get("avg_order_value")?,
            pending_share: row.try_get("pending_share")?,
        })
    }

    /// A figure by its name; whole numbers for counts.
    pub fn get(&self, measure: Measure) -> Option<Decimal> {
        match measure {
            Measure::TotalOrders => Some(self.total_orders.into()),
            Measure::CompletedOrders => Some(self.completed_orders.into()),
            Measure::CancelledOrders => Some(self.cancelled_orders.into()),
            Measure::PendingOrders => Some(self.pending_orders.into()),
            Measure::GrossMerchandiseValue => Some(self.gross_merchandise_value),
            Measure::TotalDiscount => Some(self.total_discount),
            Measure::TotalRevenue => Some(self.total_revenue),
            Measure::CancellationRate => self.cancellation_rate,
            Measure::AvgOrderValue => self.avg_order_value,
            Measure::PendingShare => self.pending_share,
        }
    }
}

macro_rules! measures {
    ($($(#[$doc:meta])* $name:ident = $word:literal;)*) => {
        /// The name of a figure.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Measure {
            $($(#[$doc])* $name,)*
        }

        impl Measure {
            /// All of them, in the order they are shown.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The name of its column, in SQL, the API, CSV headers and URLs.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }
        }
    };
}

measures! {
    /// Orders placed.
    TotalOrders = "total_orders";
    /// Orders now completed.
    CompletedOrders = "completed_orders";
    /// Orders now cancelled.
    CancelledOrders = "cancelled_orders";
    /// Orders still open.
    PendingOrders = "pending_orders";
    /// Value before discounts.
    GrossMerchandiseValue = "gross_merchandise_value";
    /// Discounts.
    TotalDiscount = "total_discount";
    /// What buyers pay for completed orders.
    TotalRevenue = "total_revenue";
    /// Cancelled orders in percent.
    CancellationRate = "cancellation_rate";
    /// Revenue per completed order.
    AvgOrderValue = "avg_order_value";
    /// Open orders in percent.
    PendingShare = "pending_share";
}

impl Measure {
    /// Whether it counts orders.
    pub fn is_count(self) -> bool {
        matches!(
            self,
            Self::TotalOrders | Self::CompletedOrders | Self::CancelledOrders | Self::PendingOrders
        )
    }

    /// Whether it is a share in percent, whose changes are percentage points.
    pub fn is_rate(self) -> bool {
        matches!(self, Self::CancellationRate | Self::PendingShare)
    }

    /// The status of the orders behind it; `None` when orders of every status are.
    pub fn status(self) -> Option<OrderStatus> {
        match self {
            Self::CompletedOrders | Self::TotalRevenue | Self::AvgOrderValue => {
                Some(OrderStatus::Completed)
            }
            Self::CancelledOrders | Self::CancellationRate => Some(OrderStatus::Cancelled),
            Self::PendingOrders | Self::PendingShare => Some(OrderStatus::Pending),
            Self::TotalOrders | Self::GrossMerchandiseValue | Self::TotalDiscount => None,
        }
    }
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Measure {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        let mut known = Self::ALL.iter().copied();
        known.find(|measure| measure.as_str() == word).ok_or(())
    }
}
