//! Why a document did not become an order: a reason from a closed list and the place, never a value.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;

use crate::OrderCode;

/// A refused document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// Why.
    pub reason: RejectReason,
    /// Path of the field that decided, such as `payment.total_amount` or `order_items[].item_price`.
    pub field: String,
    /// What was found there.
    pub found: Found,
    /// The order's number, when it could be read and is nothing but letters, digits, dash and underscore.
    pub order_code: Option<OrderCode>,
    /// The marketplace's update time, when it could be read.
    pub source_updated_at: Option<Timestamp>,
    /// The status in the marketplace's words, when it is a plain word.
    pub platform_status: Option<String>,
}

impl Reject {
    /// A reject of which only reason and place are known.
    pub fn new(reason: RejectReason, field: &str) -> Self {
        Self {
            reason,
            field: field.to_owned(),
            found: Found::Missing,
            order_code: None,
            source_updated_at: None,
            platform_status: None,
        }
    }
}

impl fmt::Display for Reject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} at {} ({})",
            self.reason.as_str(),
            self.field,
            self.found
        )
    }
}

/// What was found in the place of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// Nothing.
    Missing,
    /// A value of this BSON type.
    Type(bson::spec::ElementType),
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use bson::spec::ElementType as T;
        f.write_str(match self {
            Self::Missing => "missing",
            Self::Type(T::Double) => "double",
            Self::Type(T::String) => "string",
            Self::Type(T::EmbeddedDocument) => "object",
            Self::Type(T::Array) => "array",
            Self::Type(T::Binary) => "binary",
            Self::Type(T::ObjectId) => "objectId",
            Self::Type(T::Boolean) => "bool",
            Self::Type(T::DateTime) => "date",
            Self::Type(T::Null) => "null",
            Self::Type(T::Int32) => "int",
            Self::Type(T::Int64) => "long",
            Self::Type(T::Decimal128) => "decimal",
            Self::Type(T::Timestamp) => "timestamp",
            Self::Type(_) => "other",
        })
    }
}

macro_rules! reasons {
    ($($variant:ident, $word:literal, $sentence:literal;)*) => {
        /// Why a document did not become an order.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum RejectReason {
            $(#[doc = $sentence] $variant,)*
        }

        impl RejectReason {
            /// Every reason.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The word in the database.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// One sentence for a person.
            pub fn description(self) -> &'static str {
                match self { $(Self::$variant => $sentence,)* }
            }
        }
    };
}

reasons! {
    MalformedDocument, "malformed_document", "The bytes are no valid document.";
    UnknownPlatform, "unknown_platform", "The field that names the marketplace holds none that is known.";
    PayloadNotFound, "payload_not_found", "No marketplace order was found in the document.";
    MissingOrderCode, "missing_order_code", "The order has no number.";
    InvalidOrderCode, "invalid_order_code", "The order number is masked, too long, or no number of this marketplace.";
    InexactId, "inexact_id", "The order number went through a floating-point number and may have lost digits.";
    MissingAmount, "missing_amount", "The amount the buyer pays is missing.";
    InvalidAmount, "invalid_amount", "An amount is no number, or can be read in two ways.";
    InexactAmount, "inexact_amount", "An amount has more than two decimals, or is a floating-point number that stands for no exact amount.";
    NegativeAmount, "negative_amount", "The amount the buyer pays is below zero.";
    AmountOutOfRange, "amount_out_of_range", "An amount has more than sixteen digits before the point.";
    InvalidQuantity, "invalid_quantity", "A quantity is no whole number of pieces.";
    MissingOrderDate, "missing_order_date", "The time the order was placed is missing.";
    InvalidTime, "invalid_time", "A time cannot be read.";
    ImplausibleTime, "implausible_time", "A time lies before 2010 or in the future.";
    TimeBeforeOrder, "time_before_order", "The order was closed or cancelled before it was placed.";
    InvalidCurrency, "invalid_currency", "The currency is no code of three letters, or items disagree about it.";
    OtherCurrency, "other_currency", "The order is in another currency than the configured one.";
    InvalidStatus, "invalid_status", "The status is no word.";
    RefusedByDatabase, "refused_by_database", "The database refused a value of the order.";
}

/// A word that is no reason.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a reject reason")]
pub struct UnknownReason;

impl FromStr for RejectReason {
    type Err = UnknownReason;

    fn from_str(word: &str) -> Result<Self, UnknownReason> {
        Self::ALL
            .iter()
            .copied()
            .find(|reason| reason.as_str() == word)
            .ok_or(UnknownReason)
    }
}

impl fmt::Display for RejectReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
