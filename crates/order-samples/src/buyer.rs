//! Who buys: synthetic buyers, whose personal data are marked.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use crate::Marketplace;
use crate::places;

/// Every personal datum in a document contains this. It must not be found in anything that the
/// pipeline writes.
pub(crate) const PERSONAL: &str = "PII-MARKER";

/// How many buyers a marketplace has.
const BUYERS: i64 = 40_000;

/// A buyer and where the parcel goes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Buyer {
    number: i64,
    /// The marketplace's id of the buyer.
    pub id: i64,
    /// Province.
    pub province: &'static str,
    /// Where the buyer has had it sent instead, if a version says so.
    pub other_province: &'static str,
}

impl Buyer {
    /// One of all; some come back again and again.
    pub fn any(random: &mut ChaCha8Rng, marketplace: Marketplace) -> Self {
        let mut number = random.random_range(0..BUYERS);
        if random.random_range(0..5) == 0 {
            number %= 500;
        }
        let id = match marketplace {
            Marketplace::Tiktok => 7_490_000_000_000_000_000 + number * 1_009,
            Marketplace::Shopee => 900_000_000 + number,
            Marketplace::Lazada => 500_000_000_000 + number,
        };
        Self {
            number,
            id,
            province: places::any(random),
            other_province: places::any(random),
        }
    }

    /// A name, masked as marketplaces do.
    pub fn name(&self) -> String {
        format!("N** A* {PERSONAL}-{}", self.number)
    }

    /// A telephone number, masked as marketplaces do.
    pub fn phone(&self) -> String {
        format!("(+84)9******{:02} {PERSONAL}", self.number % 100)
    }

    /// An address down to the door.
    pub fn address(&self) -> String {
        format!("{} {PERSONAL}, {}", self.number % 300 + 1, self.province)
    }
}

/// The seller's accounts, as the marketplace numbers them; Lazada's are not numbers.
pub(crate) fn shop(random: &mut ChaCha8Rng, marketplace: Marketplace) -> &'static str {
    let shops = match marketplace {
        Marketplace::Tiktok => [
            "7495000000000000001",
            "7495000000000000002",
            "7495000000000000003",
        ],
        Marketplace::Shopee => ["300101", "300102", "300103"],
        Marketplace::Lazada => ["vn-shop-1", "vn-shop-2", "vn-shop-3"],
    };
    shops[random.random_range(0..shops.len())]
}
