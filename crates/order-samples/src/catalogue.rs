//! What is sold: a fixed list of products with Vietnamese prices.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use crate::Marketplace;

/// How many products there are.
const PRODUCTS: u32 = 200;

/// A product.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Product {
    number: u32,
}

impl Product {
    /// One of all, the first ones more often.
    pub fn any(random: &mut ChaCha8Rng) -> Self {
        let (one, other) = (
            random.random_range(0..PRODUCTS),
            random.random_range(0..PRODUCTS),
        );
        Self {
            number: one.min(other),
        }
    }

    /// List price in whole đồng: 19,000 to about 2,500,000, ending on thousands.
    pub fn price(self) -> i64 {
        let step = i64::from(self.number * 7_919 % 1_000);
        match self.number % 5 {
            0 => 19_000 + step * 100 / 1_000 * 1_000,
            1 | 2 => 49_000 + step * 300 / 1_000 * 1_000,
            3 => 129_000 + step * 600 / 1_000 * 1_000,
            _ => 359_000 + step * 2_100 / 1_000 * 1_000,
        }
    }

    /// The marketplace's id of the product.
    pub fn id(self, marketplace: Marketplace) -> i64 {
        let number = i64::from(self.number);
        match marketplace {
            Marketplace::Tiktok => 1_730_000_000_000_000_000 + number * 1_000_003,
            Marketplace::Shopee => 51_000_000_000 + number * 37,
            Marketplace::Lazada => 2_900_000_000 + number * 11,
        }
    }
}
