//! What is sold: a fixed list of products with Vietnamese prices.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use crate::Marketplace;

/// How many products there are.
const PRODUCTS: u32 = 200;

/// Names as sellers write them. Some would do harm where text is not treated as text (hazards.md
/// 57): markup, templates, a formula, quotes, a NUL, a mark that turns the direction of
/// writing.
const NAMES: [&str; 20] = [
    "Áo thun cotton unisex form rộng",
    "Quần jean nữ ống suông lưng cao",
    "Giày thể thao nam đế êm",
    "【Freeship】Son kem lì lâu trôi 💄",
    "Kem chống nắng SPF50+ 50ml",
    "Nồi chiên không dầu 6L",
    "Tai nghe bluetooth chống ồn",
    "Ốp lưng trong suốt \"chống sốc\"",
    "Cáp sạc nhanh 1m & củ sạc 20W",
    "Bình giữ nhiệt 500ml <b>khắc tên</b>",
    "Sữa rửa mặt dịu nhẹ 150g",
    "Balo laptop 15.6'' chống nước",
    "Đồng hồ thông minh <script>alert(1)</script>",
    "=HYPERLINK(\"http://example.invalid\";\"Quà tặng\")",
    "Gấu bông {{7*7}} ${jndi:x}",
    "Đèn ngủ cảm ứng \u{202e}máh gnưht",
    "Khăn giấy rút 10 gói; DROP TABLE orders;--",
    "Hạt điều rang muối\0 500g",
    "Máy hút bụi cầm tay",
    "Nến thơm\ttinh dầu\nhộp quà",
];

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

    /// Every product there is.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..PRODUCTS).map(|number| Self { number })
    }

    /// Its number among all.
    pub fn number(self) -> u32 {
        self.number
    }

    /// List price in whole đồng: 19,000 to about 2,500,000, ending on thousands.
    pub fn price(self) -> i64 {
        let step = i64::from(self.number * 7_919 % 1_000);
        let (lowest, thousands) = match self.number % 5 {
            0 => (19_000, 100),
            1 | 2 => (49_000, 300),
            3 => (129_000, 600),
            _ => (359_000, 2_100),
        };
        lowest + step * thousands / 1_000 * 1_000
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

    /// The name it is listed under.
    pub fn name(self) -> &'static str {
        NAMES[(self.number % 20) as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_are_those_of_a_vietnamese_shop() {
        let prices = (0..PRODUCTS).map(|number| Product { number }.price());
        let prices: Vec<_> = prices.collect();
        assert!(prices.iter().all(|price| price % 1_000 == 0));
        assert_eq!(prices.iter().min(), Some(&19_000));
        assert!((2_000_000..=2_500_000).contains(prices.iter().max().expect("there are products")));
    }
}
