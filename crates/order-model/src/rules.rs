//! What normalisation depends on besides the document.

use bson::RawDocument;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::{Currency, OrderStatus};

/// A document as stored, with what belongs to it.
#[derive(Debug, Clone, Copy)]
pub struct RawOrder<'a> {
    /// The whole document, with whatever envelope the collector put around the payload.
    pub document: &'a RawDocument,
    /// Documents of a sibling collection that complete the order: Lazada items, Shopee escrow details.
    pub companions: &'a [&'a RawDocument],
    /// Whether a sibling collection exists, so that missing items mean an incomplete order.
    pub companions_expected: bool,
}

/// The settings of normalisation.
#[derive(Debug, Clone)]
pub struct Rules {
    /// Business time zone: civil times are in it, and text without an offset is read in it.
    pub zone: TimeZone,
    /// The currency of the statistics.
    pub currency: Currency,
    /// What TikTok Shop's DELIVERED counts as (`platforms.md` 2.2).
    pub tiktok_delivered: OrderStatus,
    /// Whether buyer ids are kept.
    pub keep_customer_id: bool,
    /// Times later than this are implausible.
    pub not_after: Timestamp,
    /// How documents are laid out.
    pub layout: Layout,
}

/// How a collector lays out its documents.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Layout {
    /// Where the marketplace's payload is.
    pub payload: PayloadLocation,
    /// Field of the envelope with the time the document was stored; `None` looks for the usual names.
    pub ingest_field: Option<String>,
}

/// Where the marketplace's payload is within a document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum PayloadLocation {
    /// Looked for in each document (`platforms.md` 7).
    #[default]
    Probe,
    /// At a path; the empty path is the document itself.
    At(Vec<String>),
}
