//! The normalised order: what one raw document says.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::DateTime;
use sha2::{Digest, Sha256};

use crate::{Currency, Money, OrderLine, OrderStatus, Platform};

/// A marketplace's own number of an order: 1 to 100 characters without control characters, unique within the platform.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrderCode(String);

impl OrderCode {
    /// Characters that the database has room for.
    pub const MAX_CHARS: usize = 100;

    /// A code; `None` when it is empty, too long, or holds control characters.
    pub fn new(text: &str) -> Option<Self> {
        let fits = !text.is_empty()
            && text.chars().count() <= Self::MAX_CHARS
            && !text.chars().any(char::is_control);
        fits.then(|| Self(text.to_owned()))
    }

    /// The code as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OrderCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What makes an order one order. A code alone is not unique across marketplaces (`platforms.md` 5.4).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrderKey {
    /// The marketplace.
    pub platform: Platform,
    /// Its number for the order.
    pub code: OrderCode,
}

/// Which version of an order a document is. The greatest version decides the order's row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    /// The marketplace's own update time.
    pub source_updated_at: Timestamp,
    /// When the collector stored the document; 1970-01-01 when it does not say.
    pub ingested_at: Timestamp,
    /// How many items or details came with the order, and a hash of the normalised content: decides between versions of
    /// equal times, always the same way. What was read with more of them knows more.
    pub content: i64,
}

/// What one raw document says about an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Which order.
    pub key: OrderKey,
    /// Which version of it.
    pub version: Version,
    /// The seller account, as the collector names it.
    pub shop_id: Option<String>,
    /// Buyer id on the platform. The only personal datum that is kept, and it can be switched off.
    pub customer_id: Option<i64>,
    /// What the order counts towards.
    pub status: OrderStatus,
    /// The status in the marketplace's words.
    pub platform_status: String,
    /// Currency of the amounts.
    pub currency: Currency,
    /// Value before discounts, shipping included: `final_amount + discount_amount`.
    pub total_amount: Money,
    /// Discounts of seller and platform.
    pub discount_amount: Money,
    /// What the buyer pays, shipping included.
    pub final_amount: Money,
    /// What was bought, in the marketplace's order; empty when it is not told. The amounts add up to the order's.
    pub lines: Vec<OrderLine>,
    /// Province, trimmed and in Unicode NFC; `None` when masked or absent.
    pub region: Option<String>,
    /// When the order was placed, civil time in the business zone.
    pub order_date: DateTime,
    /// When it reached the terminal status it has, civil time in the business zone; `None` while pending or unknown.
    pub terminal_at: Option<DateTime>,
}

impl Order {
    /// How many items or details were read with the order, above a hash of everything it says but its times as a version.
    pub(crate) fn content(&self, parts: usize) -> i64 {
        const HASH_BITS: u32 = 48;
        const MOST_PARTS: i64 = (1 << (i64::BITS - 1 - HASH_BITS)) - 1;
        let parts = i64::try_from(parts).unwrap_or(MOST_PARTS).min(MOST_PARTS);
        (parts << HASH_BITS) | (self.content_hash() & ((1 << HASH_BITS) - 1))
    }

    /// Each part is preceded by its length, so that no two contents are written alike.
    fn content_hash(&self) -> i64 {
        let mut hasher = Sha256::new();
        let mut part = |bytes: &[u8]| {
            hasher.update((bytes.len() as u64).to_be_bytes());
            hasher.update(bytes);
        };
        part(self.shop_id.as_deref().unwrap_or_default().as_bytes());
        part(&self.customer_id.unwrap_or_default().to_be_bytes());
        part(self.status.as_str().as_bytes());
        part(self.platform_status.as_bytes());
        part(self.currency.as_str().as_bytes());
        for amount in [self.total_amount, self.discount_amount, self.final_amount] {
            part(&amount.hundredths().to_be_bytes());
        }
        part(self.region.as_deref().unwrap_or_default().as_bytes());
        part(self.order_date.to_string().as_bytes());
        part(
            self.terminal_at
                .map(|at| at.to_string())
                .unwrap_or_default()
                .as_bytes(),
        );
        part(&(self.lines.len() as u64).to_be_bytes());
        for line in &self.lines {
            part(line.product_id.as_deref().unwrap_or_default().as_bytes());
            part(line.sku.as_deref().unwrap_or_default().as_bytes());
            part(&line.quantity.unwrap_or(-1).to_be_bytes());
            let value = line.list_value.map_or(-1, Money::hundredths);
            for amount in [
                value,
                line.discount_amount.hundredths(),
                line.final_amount.hundredths(),
            ] {
                part(&amount.to_be_bytes());
            }
        }
        let digest = hasher.finalize();
        i64::from_be_bytes(*digest.first_chunk().expect("a digest has 32 bytes"))
    }
}
