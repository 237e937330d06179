//! What is read as an amount, and what is refused (`platforms.md` 8).

use bson::{Bson, bson};
use order_model::{Platform, RejectReason, Warning};

use super::{decimal, read, read_with, rules};

const PAID: &str = "payment.total_amount";

fn paid(value: Bson) -> Result<String, RejectReason> {
    read(Platform::Tiktok, PAID, value)
        .map(|normalised| normalised.order.final_amount.to_string())
        .map_err(|reject| {
            assert_eq!(reject.field, PAID);
            reject.reason
        })
}

#[test]
fn one_amount_is_read_from_every_spelling() {
    let spellings = [
        Bson::from(265_000_i32),
        Bson::from(265_000_i64),
        Bson::from(265_000.0),
        decimal("265000"),
        decimal("265000.00"),
        decimal("2.65E+5"),
        decimal("2650000E-1"),
        Bson::from("265000"),
        Bson::from("+265000"),
        Bson::from("0265000"),
        Bson::from("265000."),
        Bson::from("265000.0"),
        Bson::from("265000.00"),
        Bson::from("265000.0000"),
        Bson::from("  265000\u{a0}"),
        Bson::from("265,000"),
        Bson::from("265,000.00"),
        Bson::from("265,000.000"),
        Bson::from("265000 VND"),
        Bson::from("VND 265,000"),
        Bson::from("265,000₫"),
        Bson::from("₫265,000"),
        Bson::from("265,000 đ"),
        Bson::from("2.65e5"),
        Bson::from("26.5e4"),
        Bson::from("265E+3"),
    ];
    for spelling in spellings {
        assert_eq!(
            paid(spelling.clone()),
            Ok("265000.00".to_owned()),
            "{spelling}"
        );
    }
}

#[test]
fn other_amounts_are_read_as_they_are_written() {
    let amounts: [(Bson, &str); 15] = [
        (0.into(), "0.00"),
        ((-0.0).into(), "0.00"),
        ("-0".into(), "0.00"),
        ("0.000".into(), "0.00"),
        (".5".into(), "0.50"),
        ("0.05".into(), "0.05"),
        (0.1.into(), "0.10"),
        (66.8.into(), "66.80"),
        (1_999.99.into(), "1999.99"),
        ("1,250.00".into(), "1250.00"),
        ("1,234,567.8".into(), "1234567.80"),
        ("1234.500".into(), "1234.50"),
        (decimal("0.01"), "0.01"),
        // The last double whose neighbours are nearer than a hundredth.
        (70_368_744_177_663.98.into(), "70368744177663.98"),
        ("9999999999900000.99".into(), "9999999999900000.99"),
    ];
    for (value, expected) in amounts {
        assert_eq!(paid(value.clone()), Ok(expected.to_owned()), "{value}");
    }
}

#[test]
fn what_would_have_to_be_guessed_is_refused() {
    use RejectReason::{
        AmountOutOfRange, InexactAmount, InvalidAmount, MissingAmount, NegativeAmount,
    };
    let refused: [(Bson, RejectReason); 38] = [
        // Absent.
        (Bson::Undefined, MissingAmount),
        (Bson::Null, MissingAmount),
        ("".into(), MissingAmount),
        ("null".into(), MissingAmount),
        (bson!({}), MissingAmount),
        // Thousands or thousandths?
        ("265.000".into(), InvalidAmount),
        ("1.250".into(), InvalidAmount),
        ("-1.250".into(), InvalidAmount),
        ("1.250.000".into(), InvalidAmount),
        ("1.250,00".into(), InvalidAmount),
        ("250,00".into(), InvalidAmount),
        ("12,34,567".into(), InvalidAmount),
        ("1234,567".into(), InvalidAmount),
        (",500".into(), InvalidAmount),
        ("1,,000".into(), InvalidAmount),
        ("1 250 000".into(), InvalidAmount),
        // No number.
        ("12k".into(), InvalidAmount),
        ("12 USD".into(), InvalidAmount),
        ("--5".into(), InvalidAmount),
        ("1e".into(), InvalidAmount),
        ("0x10".into(), InvalidAmount),
        ("NaN".into(), InvalidAmount),
        ("\u{661}\u{662}".into(), InvalidAmount),
        (f64::NAN.into(), InvalidAmount),
        (f64::INFINITY.into(), InvalidAmount),
        (decimal("NaN"), InvalidAmount),
        (decimal("-Infinity"), InvalidAmount),
        (true.into(), InvalidAmount),
        (bson!([1]), InvalidAmount),
        (bson!({ "amount": 1 }), InvalidAmount),
        // Not exact.
        ("0.001".into(), InexactAmount),
        ((0.1 + 0.2).into(), InexactAmount),
        (decimal("265000.005"), InexactAmount),
        (80_000_000_000_000.02.into(), InexactAmount),
        // Too large.
        ("10000000000000000".into(), AmountOutOfRange),
        (decimal("1E+6144"), AmountOutOfRange),
        // Below zero.
        ((-1).into(), NegativeAmount),
        ("-5,000 VND".into(), NegativeAmount),
    ];
    for (value, reason) in refused {
        assert_eq!(paid(value.clone()), Err(reason), "{value}");
    }
}

#[test]
fn a_number_with_more_digits_than_anybody_means_is_refused() {
    for digits in [39, 64, 65, 1_000_000] {
        let reason = paid("9".repeat(digits).into()).unwrap_err();
        assert!(
            matches!(
                reason,
                RejectReason::InvalidAmount | RejectReason::AmountOutOfRange
            ),
            "{digits} digits: {reason}"
        );
    }
}

#[test]
fn discounts_are_read_without_their_sign() {
    for discount in [Bson::from("15000"), Bson::from(-15_000)] {
        let replaced = [
            ("payment.seller_discount", Bson::Undefined),
            ("payment.platform_discount", discount),
        ];
        let order = read_with(Platform::Tiktok, &replaced, &rules())
            .unwrap()
            .order;
        assert_eq!(order.discount_amount.to_string(), "15000.00");
    }
}

#[test]
fn a_mixed_lazada_order_is_worth_its_live_items_open_or_sold() {
    let item = |status: &str, price: i32| bson!({ "status": status, "item_price": price, "voucher_amount": 1_000, "shipping_amount": 500 });
    for (states, paid) in [
        (["shipped", "canceled"], "99500.00"),
        (["delivered", "returned"], "99500.00"),
        (["lost", "pending"], "199500.00"),
        // Not mixed: the order's own amounts.
        (["shipped", "delivered"], "270000.00"),
        (["canceled", "returned"], "270000.00"),
    ] {
        let items = vec![item(states[0], 100_000), item(states[1], 200_000)];
        let order = read(Platform::Lazada, "order_items", items).unwrap().order;
        assert_eq!(order.final_amount.to_string(), paid, "{states:?}");
    }
}

#[test]
fn the_sum_of_amounts_stays_in_range() {
    let replaced = [
        (PAID, Bson::from("9999999999999999.99")),
        ("payment.seller_discount", Bson::from("0.01")),
        ("payment.platform_discount", Bson::from("0")),
    ];
    let reject = read_with(Platform::Tiktok, &replaced, &rules()).unwrap_err();
    assert_eq!(reject.reason, RejectReason::AmountOutOfRange);
}

#[test]
fn parts_that_do_not_add_up_are_told_and_change_nothing() {
    let normalised = read(Platform::Tiktok, "payment.shipping_fee", "17999").unwrap();
    assert_eq!(normalised.warnings, [Warning::AmountMismatch]);
    assert_eq!(normalised.order.final_amount.to_string(), "283000.00");
}

#[test]
fn a_currency_is_three_letters_and_the_configured_one() {
    for (platform, path) in [
        (Platform::Tiktok, "payment.currency"),
        (Platform::Shopee, "currency"),
    ] {
        for same in ["VND", "vnd", " Vnd "] {
            assert_eq!(
                read(platform, path, same).unwrap().warnings,
                [],
                "{platform} {same}"
            );
        }
        assert_eq!(
            read(platform, path, Bson::Null).unwrap().warnings,
            [Warning::AssumedCurrency]
        );
        for (value, reason) in [
            (Bson::from("USD"), RejectReason::OtherCurrency),
            (Bson::from("₫"), RejectReason::InvalidCurrency),
            (Bson::from("VNDX"), RejectReason::InvalidCurrency),
            (Bson::from(704), RejectReason::InvalidCurrency),
        ] {
            let reject = read(platform, path, value).unwrap_err();
            assert_eq!(
                (reject.reason, reject.field.as_str()),
                (reason, path),
                "{platform}"
            );
        }
    }
}
