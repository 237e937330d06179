//! What the columns of a table are, for the formats that have no types of their own.

/// A column of a table: the name of a field of its rows, and what is in it.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// The field.
    pub name: &'static str,
    /// What is in it.
    pub kind: Kind,
}

/// What is in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text, ids included: shown as it is, never taken for a number or a formula.
    Text,
    /// A whole number.
    Count,
    /// Money.
    Amount,
    /// A percentage.
    Rate,
    /// A day.
    Date,
    /// An instant.
    Moment,
    /// Yes or no.
    Flag,
}

macro_rules! columns {
    ($($name:literal: $kind:ident),* $(,)?) => {
        [$($crate::api::columns::Column {
            name: $name,
            kind: $crate::api::columns::Kind::$kind,
        }),*]
    };
}
pub(super) use columns;

/// The columns of figures, after those that say whose they are.
pub const FIGURES: [Column; 12] = columns![
    "total_orders": Count,
    "completed_orders": Count,
    "cancelled_orders": Count,
    "pending_orders": Count,
    "gross_merchandise_value": Amount,
    "total_discount": Amount,
    "total_revenue": Amount,
    "cancellation_rate": Rate,
    "avg_order_value": Amount,
    "pending_share": Rate,
    "is_final": Flag,
    "state": Text,
];
