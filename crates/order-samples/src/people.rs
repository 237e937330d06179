//! Who buys, and where: synthetic buyers with marked personal data, and the provinces of Vietnam.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use crate::Marketplace;

/// Every personal datum in a document contains this. It must not be found in anything that the pipeline writes.
pub(crate) const PERSONAL: &str = "PII-MARKER";

/// Provinces as buyers' addresses spell them: before and after the merger of 2025-07-01, and in more than one spelling.
const PROVINCES: [&str; 40] = [
    "Hồ Chí Minh",
    "TP. Hồ Chí Minh",
    "Hồ Chí Minh",
    "Hà Nội",
    "Hà Nội",
    "Thành phố Hà Nội",
    "Đà Nẵng",
    "Hải Phòng",
    "Cần Thơ",
    "Bình Dương",
    "Đồng Nai",
    "Bà Rịa - Vũng Tàu",
    "Long An",
    "Tiền Giang",
    "Bến Tre",
    "Vĩnh Long",
    "An Giang",
    "Kiên Giang",
    "Cà Mau",
    "Đắk Lắk",
    "Lâm Đồng",
    "Khánh Hòa",
    "Bình Định",
    "Quảng Nam",
    "Quảng Ngãi",
    "Thừa Thiên Huế",
    "Huế",
    "Quảng Trị",
    "Nghệ An",
    "Hà Tĩnh",
    "Thanh Hóa",
    "Nam Định",
    "Thái Bình",
    "Hải Dương",
    "Hưng Yên",
    "Bắc Ninh",
    "Bắc Giang",
    "Quảng Ninh",
    "Thái Nguyên",
    "Lào Cai",
];

/// A buyer and where the parcel goes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Buyer {
    /// The platform's id of the buyer.
    pub id: i64,
    /// Province.
    pub province: &'static str,
}

impl Buyer {
    /// One of some tens of thousands, who come back.
    pub fn any(random: &mut ChaCha8Rng, marketplace: Marketplace) -> Self {
        let number = random.random_range(0..40_000_i64);
        let id = match marketplace {
            Marketplace::Tiktok => 7_490_000_000_000_000_000 + number * 1_009,
            Marketplace::Shopee => 900_000_000 + number,
            Marketplace::Lazada => 500_000_000_000 + number,
        };
        let one = random.random_range(0..PROVINCES.len());
        let other = random.random_range(0..PROVINCES.len());
        Self {
            id,
            province: PROVINCES[one.min(other)],
        }
    }
}

/// The seller's accounts.
pub(crate) fn shop(random: &mut ChaCha8Rng, marketplace: Marketplace) -> String {
    let number = random.random_range(1..=3);
    match marketplace {
        Marketplace::Tiktok => format!("749500000000000000{number}"),
        Marketplace::Shopee => format!("30010{number}"),
        Marketplace::Lazada => format!("vn-shop-{number}"),
    }
}
