//! Every status of `platforms.md` 2.2, 3.2 and 4.2.

use bson::{Bson, bson};
use order_model::OrderStatus::{self, Cancelled, Completed, Pending};
use order_model::{Platform, RejectReason, Warning};

use super::{decimal, read, read_with, rules};

const TIKTOK: [(&str, i32, OrderStatus); 9] = [
    ("UNPAID", 100, Pending),
    ("ON_HOLD", 105, Pending),
    ("AWAITING_SHIPMENT", 111, Pending),
    ("AWAITING_COLLECTION", 112, Pending),
    ("PARTIALLY_SHIPPING", 114, Pending),
    ("IN_TRANSIT", 121, Pending),
    ("DELIVERED", 122, Pending),
    ("COMPLETED", 130, Completed),
    ("CANCELLED", 140, Cancelled),
];

const SHOPEE: [(&str, OrderStatus); 12] = [
    ("UNPAID", Pending),
    ("PENDING", Pending),
    ("READY_TO_SHIP", Pending),
    ("PROCESSED", Pending),
    ("RETRY_SHIP", Pending),
    ("INVOICE_PENDING", Pending),
    ("SHIPPED", Pending),
    ("TO_CONFIRM_RECEIVE", Pending),
    ("IN_CANCEL", Pending),
    ("TO_RETURN", Pending),
    ("COMPLETED", Completed),
    ("CANCELLED", Cancelled),
];

const LAZADA_ITEM: [(&str, OrderStatus); 29] = [
    ("unpaid", Pending),
    ("pending", Pending),
    ("unverified", Pending),
    ("topack", Pending),
    ("toship", Pending),
    ("packed", Pending),
    ("repacked", Pending),
    ("ready_to_ship_pending", Pending),
    ("ready_to_ship", Pending),
    ("shipping", Pending),
    ("shipped", Pending),
    ("delivered", Completed),
    ("confirmed", Completed),
    ("canceled", Cancelled),
    ("cancelled", Cancelled),
    ("failed", Cancelled),
    ("failed_delivery", Cancelled),
    ("shipped_back", Cancelled),
    ("shipped_back_success", Cancelled),
    ("shipped_back_failed", Cancelled),
    ("lost", Cancelled),
    ("lost_by_3pl", Cancelled),
    ("damaged_by_3pl", Cancelled),
    ("package_scrapped", Cancelled),
    ("returned", Cancelled),
    ("return", Cancelled),
    ("INFO_ST_DOMESTIC_BACK_TO_SHIPPER", Cancelled),
    ("INFO_ST_DOMESTIC_PACKAGE_RETURNED", Cancelled),
    ("INFO_ST_DOMESTIC_RETURN_AT_TRANSIT_HUB", Cancelled),
];

/// What several states of one Lazada order reduce to.
const LAZADA_REDUCED: [(&[&str], OrderStatus); 9] = [
    (&["canceled", "delivered"], Completed),
    (&["returned", "confirmed"], Completed),
    (&["canceled", "returned", "lost"], Cancelled),
    (&["delivered", "shipped"], Pending),
    (&["canceled", "pending"], Pending),
    (&["delivered", "a_new_word"], Pending),
    (&["canceled", "a_new_word"], Pending),
    (&["delivered,canceled"], Completed),
    (&["delivered canceled"], Completed),
];

fn status(platform: Platform, path: &str, value: impl Into<Bson>) -> (OrderStatus, Vec<Warning>) {
    let normalised = read(platform, path, value).unwrap();
    (normalised.order.status, normalised.warnings)
}

fn status_of_lazada_words(words: &[&str]) -> OrderStatus {
    let statuses: Vec<Bson> = words.iter().map(|word| Bson::from(*word)).collect();
    let replaced = [
        ("order_items", Bson::Undefined),
        ("statuses", statuses.into()),
    ];
    read_with(Platform::Lazada, &replaced, &rules())
        .unwrap()
        .order
        .status
}

#[test]
fn tiktok_statuses_count_as_documented_in_any_case() {
    for (word, _, expected) in TIKTOK {
        for spelling in [word.to_owned(), word.to_lowercase(), format!(" {word} ")] {
            assert_eq!(
                status(Platform::Tiktok, "status", spelling),
                (expected, Vec::new()),
                "{word}"
            );
        }
    }
}

#[test]
fn old_tiktok_codes_count_as_their_words_in_any_type() {
    for (word, code, expected) in TIKTOK {
        for spelling in [
            Bson::from(code),
            Bson::from(i64::from(code)),
            Bson::from(f64::from(code)),
            Bson::from(code.to_string()),
            decimal(&code.to_string()),
        ] {
            let replaced = [("status", Bson::Undefined), ("order_status", spelling)];
            let order = read_with(Platform::Tiktok, &replaced, &rules())
                .unwrap()
                .order;
            assert_eq!(order.status, expected, "{word}");
            assert_eq!(order.platform_status, code.to_string());
        }
    }
}

#[test]
fn delivered_at_tiktok_counts_as_completed_at_the_delivery_where_configured() {
    let mut rules = rules();
    rules.tiktok_delivered = Completed;
    for word in [Bson::from("DELIVERED"), Bson::from(122)] {
        let replaced = [
            ("status", word),
            ("delivery_time", 1_773_826_200_i64.into()),
        ];
        let order = read_with(Platform::Tiktok, &replaced, &rules)
            .unwrap()
            .order;
        assert_eq!(order.status, Completed);
        assert_eq!(
            order.terminal_at.unwrap().to_string(),
            "2026-03-18T16:30:00"
        );
    }
}

#[test]
fn shopee_statuses_count_as_documented_in_any_case() {
    for (word, expected) in SHOPEE {
        for spelling in [word.to_owned(), word.to_lowercase(), format!(" {word} ")] {
            assert_eq!(
                status(Platform::Shopee, "order_status", spelling),
                (expected, Vec::new()),
                "{word}"
            );
        }
    }
}

#[test]
fn lazada_states_count_as_documented_in_any_case() {
    for (word, expected) in LAZADA_ITEM {
        for spelling in [
            word.to_uppercase(),
            word.to_lowercase(),
            format!(" {word} "),
        ] {
            assert_eq!(status_of_lazada_words(&[&spelling]), expected, "{word}");

            let item = bson!({ "status": spelling, "item_price": 150_000, "buyer_id": 5 });
            assert_eq!(
                status(Platform::Lazada, "order_items", vec![item]),
                (expected, Vec::new()),
                "{word}"
            );
        }
    }
}

#[test]
fn several_lazada_states_reduce_to_one() {
    for (words, expected) in LAZADA_REDUCED {
        assert_eq!(status_of_lazada_words(words), expected, "{words:?}");
        let turned: Vec<&str> = words.iter().rev().copied().collect();
        assert_eq!(status_of_lazada_words(&turned), expected, "{turned:?}");
    }
}

#[test]
fn items_decide_over_the_states_of_the_order() {
    let item = bson!({ "status": "canceled", "item_price": 150_000 });
    let replaced = [
        ("statuses", bson!(["delivered"])),
        ("order_items", bson!([item])),
    ];
    let order = read_with(Platform::Lazada, &replaced, &rules())
        .unwrap()
        .order;
    assert_eq!(order.status, Cancelled);
    assert_eq!(order.platform_status, "canceled");
}

#[test]
fn no_status_is_pending_and_told() {
    let absent = [
        Bson::Undefined,
        Bson::Null,
        "".into(),
        "null".into(),
        bson!([]),
        bson!({}),
    ];
    for value in absent {
        for (platform, path) in [
            (Platform::Tiktok, "status"),
            (Platform::Shopee, "order_status"),
        ] {
            assert_eq!(
                status(platform, path, value.clone()),
                (Pending, vec![Warning::NoStatus])
            );
        }
        for statuses in [value.clone(), bson!([null]), bson!(["null", ""])] {
            let replaced = [("order_items", Bson::Undefined), ("statuses", statuses)];
            let normalised = read_with(Platform::Lazada, &replaced, &rules()).unwrap();
            assert_eq!(normalised.order.status, Pending);
            assert_eq!(normalised.warnings, [Warning::NoStatus]);
        }
    }
}

#[test]
fn an_unknown_status_is_pending_and_told_only_when_it_is_a_plain_word() {
    for (word, shown) in [
        ("A_NEW_WORD", "A_NEW_WORD"),
        ("999", "999"),
        ("Nguyễn Văn A, 0900", "<unprintable>"),
        ("<b>", "<unprintable>"),
    ] {
        for (platform, path) in [
            (Platform::Tiktok, "status"),
            (Platform::Shopee, "order_status"),
        ] {
            assert_eq!(
                status(platform, path, word),
                (Pending, vec![Warning::UnknownStatus(shown.to_owned())])
            );
        }
    }
}

#[test]
fn what_is_no_word_is_no_status() {
    let long = "A".repeat(101);
    let odd = [
        Bson::from(true),
        Bson::from(1.5),
        Bson::from(f64::NAN),
        bson!({ "status": "COMPLETED" }),
        bson!(["COMPLETED"]),
        Bson::from(long),
        Bson::from("COMP\0LETED"),
    ];
    for value in odd {
        for (platform, path) in [
            (Platform::Tiktok, "status"),
            (Platform::Shopee, "order_status"),
        ] {
            let reject = read(platform, path, value.clone()).unwrap_err();
            assert_eq!(reject.reason, RejectReason::InvalidStatus, "{value}");
            assert_eq!(reject.field, path);
        }
    }
}
