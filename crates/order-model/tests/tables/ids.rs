//! What is read as an order's number, a buyer and a shop (`platforms.md` 2.4, 3.4, 4.4, 5.4).

use bson::{Bson, bson};
use order_model::{Platform, RejectReason, Warning};

use super::{decimal, read};

const NUMERIC: [(Platform, &str); 2] =
    [(Platform::Tiktok, "id"), (Platform::Lazada, "order_number")];

fn code(platform: Platform, path: &str, value: Bson) -> Result<String, RejectReason> {
    read(platform, path, value)
        .map(|normalised| normalised.order.key.code.to_string())
        .map_err(|reject| {
            assert_eq!(reject.field, path);
            reject.reason
        })
}

#[test]
fn a_number_is_the_same_code_in_every_type() {
    for (platform, path) in NUMERIC {
        for spelling in [
            Bson::from(900_000_000_000_123_i64),
            Bson::from(900_000_000_000_123.0),
            decimal("900000000000123"),
            decimal("900000000000123.0"),
            Bson::from("900000000000123"),
            Bson::from(" 900000000000123 "),
            Bson::from("900000000000123.0"),
            Bson::from("9.00000000000123e14"),
        ] {
            assert_eq!(
                code(platform, path, spelling.clone()),
                Ok("900000000000123".to_owned()),
                "{platform} {spelling}"
            );
        }
    }
}

#[test]
fn long_numbers_keep_every_digit() {
    for (value, expected) in [
        (
            Bson::from(581_000_000_000_000_017_i64),
            "581000000000000017",
        ),
        (decimal("581000000000000017"), "581000000000000017"),
        (Bson::from("581000000000000017"), "581000000000000017"),
        (Bson::from(i64::MAX), "9223372036854775807"),
        (decimal("18446744073709551616"), "18446744073709551616"),
        (Bson::from((1_i64 << 53) - 1), "9007199254740991"),
        (Bson::from(9_007_199_254_740_991.0), "9007199254740991"),
    ] {
        assert_eq!(code(Platform::Tiktok, "id", value), Ok(expected.to_owned()));
    }
}

#[test]
fn what_may_have_lost_digits_or_is_no_number_is_no_numeric_code() {
    use RejectReason::{InexactId, InvalidOrderCode};
    let refused: [(Bson, RejectReason); 15] = [
        (9_007_199_254_740_992.0.into(), InexactId),
        (5.81e17.into(), InexactId),
        (900_000_000_000_123.5.into(), InexactId),
        (f64::INFINITY.into(), InexactId),
        ("5.81e17".into(), InexactId),
        ("581000000000000017.0".into(), InexactId),
        (decimal("5810000000000000.5"), InexactId),
        (decimal("1E+6144"), InexactId),
        ((-17).into(), InvalidOrderCode),
        ("5810****0017".into(), InvalidOrderCode),
        ("581,000,000,000,000,017".into(), InvalidOrderCode),
        (
            "b6f0a2c4-0000-4000-8000-000000000000".into(),
            InvalidOrderCode,
        ),
        ("1".repeat(101).into(), InvalidOrderCode),
        (true.into(), InvalidOrderCode),
        (bson!({ "id": 17 }), InvalidOrderCode),
    ];
    for (platform, path) in NUMERIC {
        for (value, reason) in &refused {
            assert_eq!(
                code(platform, path, value.clone()),
                Err(*reason),
                "{platform} {value}"
            );
        }
    }
}

#[test]
fn an_absent_or_zero_code_is_missing() {
    for (platform, path) in [(Platform::Tiktok, "id"), (Platform::Shopee, "order_sn")] {
        for value in [
            Bson::Undefined,
            Bson::Null,
            "".into(),
            " null ".into(),
            0.into(),
            "0".into(),
        ] {
            let reason = code(platform, path, value.clone()).unwrap_err();
            assert_eq!(reason, RejectReason::MissingOrderCode, "{platform} {value}");
        }
    }
}

#[test]
fn shopee_codes_are_never_interpreted() {
    for text in [
        "260314SYN0A1B2",
        "160314085512345",
        "1603140E5",
        "0012",
        "Ä-1",
    ] {
        assert_eq!(
            code(Platform::Shopee, "order_sn", text.into()),
            Ok(text.to_owned())
        );
    }
    // A decomposed letter stays one: codes are compared as they are.
    let decomposed = "A\u{308}-1";
    assert_eq!(
        code(Platform::Shopee, "order_sn", decomposed.into()),
        Ok(decomposed.to_owned())
    );
    for text in ["2603****", "26\u{7}03", &"9".repeat(101)] {
        assert_eq!(
            code(Platform::Shopee, "order_sn", text.into()),
            Err(RejectReason::InvalidOrderCode)
        );
    }
}

#[test]
fn a_buyer_is_a_positive_number_in_any_type_or_nobody() {
    let buyers: [(Bson, Option<i64>, bool); 19] = [
        (900_000_123.into(), Some(900_000_123), false),
        (900_000_123.0.into(), Some(900_000_123), false),
        ("900000123".into(), Some(900_000_123), false),
        (decimal("900000123"), Some(900_000_123), false),
        (
            "7490000000000000123".into(),
            Some(7_490_000_000_000_000_123),
            false,
        ),
        (i64::MAX.into(), Some(i64::MAX), false),
        // Known to be absent.
        (Bson::Undefined, None, false),
        (Bson::Null, None, false),
        (0.into(), None, false),
        ("0".into(), None, false),
        ("".into(), None, false),
        ("null".into(), None, false),
        ("9000****3".into(), None, false),
        // Not readable, and told.
        ("Nguyễn".into(), None, true),
        ("9223372036854775808".into(), None, true),
        (7.49e18.into(), None, true),
        ((-5).into(), None, true),
        (1.5.into(), None, true),
        (bson!({ "id": 5 }), None, true),
    ];
    for (platform, path) in [
        (Platform::Tiktok, "user_id"),
        (Platform::Shopee, "buyer_user_id"),
    ] {
        for (value, expected, is_told) in &buyers {
            let value = match value {
                Bson::Document(_) => bson!({ "id": 5 }),
                other => other.clone(),
            };
            let normalised = read(platform, path, value.clone()).unwrap();
            assert_eq!(normalised.order.customer_id, *expected, "{value}");
            assert_eq!(
                normalised.warnings.contains(&Warning::UnreadableCustomerId),
                *is_told,
                "{value}"
            );
        }
    }
}

#[test]
fn a_shop_is_a_short_text_or_a_number_in_any_type() {
    for (value, expected) in [
        (Bson::from(7_495_000), Some("7495000")),
        (7_495_000_i64.into(), Some("7495000")),
        (7_495_000.0.into(), Some("7495000")),
        (decimal("7495000"), Some("7495000")),
        (" shop-3 ".into(), Some("shop-3")),
        (0.into(), None),
        ("null".into(), None),
        (1.5.into(), None),
        ("s".repeat(101).into(), None),
        ("a\nb".into(), None),
    ] {
        let order = read(Platform::Tiktok, "shop_id", value).unwrap().order;
        assert_eq!(order.shop_id.as_deref(), expected);
    }
}
