//! The provinces of Vietnam as buyers' addresses spell them.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

/// The 63 provinces before the merger of 2025-07-01, whose names the 34 since are taken from, and
/// some more spellings (platforms.md 5.4). The first ones have the most buyers.
const PROVINCES: [&str; 68] = [
    "Hồ Chí Minh",
    "Hà Nội",
    "TP. Hồ Chí Minh",
    "Bình Dương",
    "Đồng Nai",
    "Thành phố Hà Nội",
    "Đà Nẵng",
    "Hải Phòng",
    "Cần Thơ",
    "Thành phố Hồ Chí Minh",
    "Bà Rịa - Vũng Tàu",
    "Long An",
    "Thanh Hóa",
    "Nghệ An",
    "Khánh Hòa",
    "Bắc Ninh",
    "Quảng Ninh",
    "Thừa Thiên Huế",
    "Huế",
    "Hải Dương",
    "Hưng Yên",
    "Lâm Đồng",
    "Đắk Lắk",
    "Tiền Giang",
    "Kiên Giang",
    "An Giang",
    "Thái Nguyên",
    "Bắc Giang",
    "Vĩnh Phúc",
    "Nam Định",
    "Thái Bình",
    "Bình Định",
    "Quảng Nam",
    "Quảng Ngãi",
    "Bình Thuận",
    "Tây Ninh",
    "Bình Phước",
    "Gia Lai",
    "Đồng Tháp",
    "Vĩnh Long",
    "Bến Tre",
    "Phú Thọ",
    "Hà Nam",
    "Ninh Bình",
    "Hà Tĩnh",
    "Quảng Bình",
    "Quảng Trị",
    "Phú Yên",
    "Ninh Thuận",
    "Cà Mau",
    "Bạc Liêu",
    "Sóc Trăng",
    "Trà Vinh",
    "Hậu Giang",
    "Kon Tum",
    "Đắk Nông",
    "Tỉnh Đắk Nông",
    "Lào Cai",
    "Yên Bái",
    "Tuyên Quang",
    "Lạng Sơn",
    "Hòa Bình",
    "Sơn La",
    "Điện Biên",
    "Lai Châu",
    "Hà Giang",
    "Cao Bằng",
    "Bắc Kạn",
];

/// One of them.
pub(crate) fn any(random: &mut ChaCha8Rng) -> &'static str {
    let mut draw = || random.random_range(0..PROVINCES.len());
    PROVINCES[draw().min(draw())]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use unicode_normalization::is_nfc;

    use super::*;

    #[test]
    fn provinces_are_composed_and_differ() {
        assert!(PROVINCES.iter().all(|name| is_nfc(name)));
        assert_eq!(BTreeSet::from(PROVINCES).len(), PROVINCES.len());
    }
}
