//! What is read as a time, and what is refused (`platforms.md` 4.4, 5.3).

use bson::{Bson, DateTime, Timestamp, bson};
use order_model::{Platform, RejectReason, Warning};

use super::{decimal, read};

#[test]
fn one_instant_is_read_from_every_spelling() {
    let spellings = [
        Bson::from(1_773_457_200_i32),
        Bson::from(1_773_457_200_i64),
        Bson::from(1_773_457_200.0),
        decimal("1773457200"),
        decimal("1.7734572E+9"),
        Bson::from("1773457200"),
        Bson::from(" 1773457200.000 "),
        Bson::from(1_773_457_200_000_i64),
        Bson::from(1_773_457_200_000.0),
        Bson::from("1773457200000"),
        Bson::from(DateTime::from_millis(1_773_457_200_000)),
        Bson::from(Timestamp {
            time: 1_773_457_200,
            increment: 7,
        }),
        Bson::from("2026-03-14T11:00:00+08:00"),
        Bson::from("2026-03-14 11:00:00 +0800"),
        Bson::from("2026-03-14T10:00:00+0700"),
        Bson::from("2026-03-14 10:00:00 +07:00"),
        Bson::from("2026-03-14 10:00:00+07"),
        Bson::from("2026-03-14T03:00:00Z"),
        Bson::from("2026-03-14T03:00:00.000Z"),
        Bson::from("2026-03-14 03:00:00 Z"),
        Bson::from("2026-03-13T22:00:00-05:00"),
    ];
    for (platform, path) in [
        (Platform::Tiktok, "create_time"),
        (Platform::Shopee, "create_time"),
        (Platform::Lazada, "created_at"),
    ] {
        for spelling in &spellings {
            let normalised = read(platform, path, spelling.clone()).unwrap();
            let date = normalised.order.order_date.to_string();
            assert_eq!(date, "2026-03-14T10:00:00", "{platform} {spelling}");
            assert_eq!(normalised.warnings, []);
        }
    }
}

#[test]
fn a_time_without_an_offset_is_read_in_the_business_zone_and_told() {
    for text in [
        "2026-03-14 10:00:00",
        "2026-03-14T10:00:00",
        "2026-03-14 10:00",
    ] {
        let normalised = read(Platform::Lazada, "created_at", text).unwrap();
        let date = normalised.order.order_date.to_string();
        assert_eq!(date, "2026-03-14T10:00:00");
        assert_eq!(normalised.warnings, [Warning::ZonelessTime]);
    }
}

#[test]
fn parts_of_a_second_are_kept_to_the_microsecond() {
    for (value, expected) in [
        (decimal("1773457200.5"), "2026-03-14T10:00:00.5"),
        (
            decimal("1773457200.123456789"),
            "2026-03-14T10:00:00.123456",
        ),
        (1_773_457_200_001_i64.into(), "2026-03-14T10:00:00.001"),
        (
            "2026-03-14T10:00:00.123456789+07:00".into(),
            "2026-03-14T10:00:00.123456",
        ),
    ] {
        let order = read(Platform::Tiktok, "create_time", value).unwrap().order;
        assert_eq!(order.order_date.to_string(), expected);
    }
}

#[test]
fn the_business_day_is_that_of_the_business_zone() {
    for (text, expected) in [
        ("2026-03-14T16:59:59Z", "2026-03-14T23:59:59"),
        ("2026-03-14T17:00:00Z", "2026-03-15T00:00:00"),
        ("2026-12-30T23:59:59Z", "2026-12-31T06:59:59"),
        ("2028-02-29T00:00:00+08:00", "2028-02-28T23:00:00"),
    ] {
        let mut rules = super::rules();
        rules.not_after = "2030-01-01T00:00:00Z".parse().unwrap();
        let replaced = [
            ("created_at", Bson::from(text)),
            ("order_items", Bson::Undefined),
            ("statuses", Bson::from("pending")),
        ];
        let order = super::read_with(Platform::Lazada, &replaced, &rules)
            .unwrap()
            .order;
        assert_eq!(order.order_date.to_string(), expected);
    }
}

#[test]
fn what_is_no_plausible_instant_is_refused() {
    use RejectReason::{ImplausibleTime, InvalidTime, MissingOrderDate};
    let refused: [(Bson, RejectReason); 34] = [
        // Absent.
        (Bson::Undefined, MissingOrderDate),
        (Bson::Null, MissingOrderDate),
        ("".into(), MissingOrderDate),
        ("null".into(), MissingOrderDate),
        (0.into(), MissingOrderDate),
        (0.0.into(), MissingOrderDate),
        ("0".into(), MissingOrderDate),
        (decimal("0E+3"), MissingOrderDate),
        // Outside of what is plausible.
        (1.into(), ImplausibleTime),
        ((-1_773_457_200_i64).into(), ImplausibleTime),
        (1_262_303_999.into(), ImplausibleTime),
        (20_260_314.into(), ImplausibleTime),
        ("20260314".into(), ImplausibleTime),
        (1_000_000_000_000_i64.into(), ImplausibleTime),
        (1_773_457_200_000_000_i64.into(), ImplausibleTime),
        (i64::MAX.into(), ImplausibleTime),
        (i64::MIN.into(), ImplausibleTime),
        (1e300.into(), ImplausibleTime),
        (decimal("1E+6144"), ImplausibleTime),
        (DateTime::MIN.into(), ImplausibleTime),
        (DateTime::MAX.into(), ImplausibleTime),
        ("2026-12-31T00:00:01Z".into(), ImplausibleTime),
        ("2009-12-31T23:59:59Z".into(), ImplausibleTime),
        // No instant.
        ("2026-03-14".into(), InvalidTime),
        ("14/03/2026 10:00:00".into(), InvalidTime),
        ("2026-02-29T10:00:00Z".into(), InvalidTime),
        ("2026-03-14T25:00:00Z".into(), InvalidTime),
        ("2026-03-14T10:00:00+99:00".into(), InvalidTime),
        ("2026-03-14T10:00:00[Asia/Tokyo]".into(), InvalidTime),
        ("today".into(), InvalidTime),
        (f64::NAN.into(), InvalidTime),
        (decimal("Infinity"), InvalidTime),
        (true.into(), InvalidTime),
        (bson!({ "seconds": 1_773_457_200 }), InvalidTime),
    ];
    for (value, reason) in refused {
        let reject = read(Platform::Tiktok, "create_time", value.clone()).unwrap_err();
        assert_eq!(reject.reason, reason, "{value}");
        assert_eq!(reject.field, "create_time");
    }
}

#[test]
fn the_end_of_an_order_falls_back_to_the_next_best_time() {
    let delivered: Bson = 1_773_826_200_i64.into();
    let replaced = [("update_time", Bson::Null), ("delivery_time", delivered)];
    let order = super::read_with(Platform::Tiktok, &replaced, &super::rules())
        .unwrap()
        .order;
    assert_eq!(
        order.terminal_at.unwrap().to_string(),
        "2026-03-18T16:30:00"
    );

    let order = read(Platform::Tiktok, "status", "CANCELLED").unwrap().order;
    assert_eq!(
        order.terminal_at.unwrap().to_string(),
        "2026-03-20T16:31:00"
    );

    let item = bson!({ "status": "delivered", "item_price": 1, "updated_at": "" });
    let order = read(Platform::Lazada, "order_items", vec![item])
        .unwrap()
        .order;
    assert_eq!(
        order.terminal_at.unwrap().to_string(),
        "2026-03-20T12:00:00"
    );
}

#[test]
fn a_lazada_order_is_as_new_as_its_newest_item() {
    let item = bson!({
        "status": "delivered",
        "item_price": 1,
        "updated_at": "2026-03-22 08:00:00 +0700",
    });
    let order = read(Platform::Lazada, "order_items", vec![item])
        .unwrap()
        .order;
    assert_eq!(
        order.version.source_updated_at.to_string(),
        "2026-03-22T01:00:00Z"
    );
}
