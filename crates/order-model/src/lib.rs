//! The normalised order, and how raw marketplace documents become one.
//!
//! Pure: no I/O, no clock, no async. [`normalise`] takes a raw document of TikTok Shop, Shopee or Lazada and gives an
//! [`Order`] or a named [`Reject`]; [`OrderState`] merges what several versions of an order say. Amounts are decimal from
//! the document on, ids never pass through a float, and no personal datum but the buyer's id and the province is read.

mod catalogue;
mod field;
mod json;
mod line;
mod money;
mod normalise;
mod order;
mod order_state;
mod platform;
mod reject;
mod rules;
mod status;
mod warning;

pub use self::catalogue::{CatalogueFact, catalogue_facts};
pub use self::json::{JsonError, document_from_json};
pub use self::line::OrderLine;
pub use self::money::{Currency, InvalidCurrency, Money};
pub use self::normalise::{
    INGEST_FIELDS, Normalised, RULE_VERSION, companion_key, ingested_at, key_paths,
    looks_like_order, normalise, order_code_fields, order_code_of,
};
pub use self::order::{Order, OrderCode, OrderKey, Version};
pub use self::order_state::{Merge, OrderState};
pub use self::platform::{Platform, UnknownPlatform};
pub use self::reject::{Found, Reject, RejectReason, UnknownReason};
pub use self::rules::{Layout, PayloadLocation, RawOrder, Rules};
pub use self::status::OrderStatus;
pub use self::warning::Warning;
