//! Wherever a collector put the payload and what belongs to it (`platforms.md` 7).

use bson::{Bson, Document, RawDocument, RawDocumentBuf, doc};
use order_model::{
    INGEST_FIELDS, Layout, Normalised, Order, PayloadLocation, Platform, RawOrder, Reject,
    RejectReason, companion_key, ingested_at, looks_like_order, normalise, order_code_of,
};

use super::fixture::{Fixture, normalise_alone, rules};

const WRAPPERS: [&str; 5] = ["raw", "data", "order", "payload", "raw_json"];

fn raw(document: &Document) -> RawDocumentBuf {
    RawDocumentBuf::try_from(document).unwrap()
}

fn payload(platform: Platform, case: &'static str) -> Document {
    let document = Fixture::load(platform, case).document;
    document.try_into().unwrap()
}

fn text(document: &Document) -> String {
    Bson::Document(document.clone())
        .into_relaxed_extjson()
        .to_string()
}

fn order(platform: Platform, document: &Document) -> Order {
    normalise_alone(platform, &raw(document), &rules())
        .unwrap()
        .order
}

#[test]
fn a_payload_is_found_under_every_usual_name_as_document_and_as_text() {
    for platform in Platform::ALL {
        let payload = payload(platform, "completed");
        let expected = order(platform, &payload);
        for outer in WRAPPERS {
            let once = doc! { "_id": 1, "status": "done", outer: payload.clone() };
            assert_eq!(order(platform, &once), expected, "{outer}");
            let as_text = doc! { "_id": 1, "status": "done", outer: text(&payload) };
            assert_eq!(order(platform, &as_text), expected, "{outer} as text");

            for inner in WRAPPERS {
                let twice = doc! { outer: { "code": 0, inner: payload.clone() } };
                assert_eq!(order(platform, &twice), expected, "{outer}.{inner}");
                let as_text = doc! { outer: text(&doc! { inner: payload.clone() }) };
                assert_eq!(
                    order(platform, &as_text),
                    expected,
                    "{outer}.{inner} as text"
                );
            }
        }
    }
}

#[test]
fn a_configured_place_is_the_only_one() {
    for platform in Platform::ALL {
        let payload = payload(platform, "completed");
        let document = raw(&doc! { "mine": { "own": text(&payload) }, "raw": { "id": 1 } });
        let mut rules = rules();
        rules.layout.payload = PayloadLocation::At(vec!["mine".to_owned(), "own".to_owned()]);
        let read = normalise_alone(platform, &document, &rules).unwrap().order;
        assert_eq!(read, order(platform, &payload));

        rules.layout.payload = PayloadLocation::At(vec!["elsewhere".to_owned()]);
        let reject = normalise_alone(platform, &document, &rules).unwrap_err();
        assert_eq!(reject.reason, RejectReason::PayloadNotFound);
    }
}

#[test]
fn an_order_has_a_number_for_its_own_marketplace_only() {
    let layout = Layout::default();
    for platform in Platform::ALL {
        let document = Fixture::load(platform, "completed").document;
        assert!(looks_like_order(platform, &document, &layout));
        for other in Platform::ALL {
            let code = order_code_of(other, &document, &layout);
            assert_eq!(
                code.is_some(),
                platform == other,
                "{platform} read as {other}"
            );
        }
    }
    for platform in Platform::ALL {
        let document = Fixture::load(platform, "not_an_order").document;
        assert!(!looks_like_order(platform, &document, &layout));
    }
}

fn with(
    platform: Platform,
    document: &Document,
    companions: &[Document],
) -> Result<Normalised, Reject> {
    let document = raw(document);
    let companions: Vec<RawDocumentBuf> = companions.iter().map(raw).collect();
    let companions: Vec<&RawDocument> = companions.iter().map(AsRef::as_ref).collect();
    let raw = RawOrder {
        document: &document,
        companions: &companions,
        companions_expected: true,
    };
    normalise(platform, &raw, &rules())
}

#[test]
fn lazada_items_say_the_same_wherever_they_are() {
    let embedded = payload(Platform::Lazada, "partly_cancelled");
    let expected = order(Platform::Lazada, &embedded);
    let mut bare = embedded.clone();
    let items = bare.remove("order_items").unwrap();
    let items = items.as_array().unwrap().clone();

    for name in ["order_items", "items", "orderItems"] {
        let mut inside = bare.clone();
        inside.insert(name, items.clone());
        assert_eq!(order(Platform::Lazada, &inside), expected, "{name}");
        let beside = doc! { "raw": bare.clone(), name: items.clone() };
        assert_eq!(order(Platform::Lazada, &beside), expected, "{name} beside");
    }
    let one_each: Vec<Document> = items
        .iter()
        .map(|item| doc! { "order_id": "900000000000123", "data": item })
        .collect();
    let listed = [doc! { "order_id": 900_000_000_000_123_i64, "order_items": items.clone() }];
    let as_text = [doc! { "raw_json": text(&listed[0]) }];
    for companions in [&one_each[..], &listed, &as_text] {
        let read = with(Platform::Lazada, &bare, companions).unwrap();
        assert_eq!(read.order, expected);
    }
}

#[test]
fn shopee_escrow_says_the_same_wherever_it_is() {
    let detail = payload(Platform::Shopee, "the_documented_example");
    let income = doc! {
        "order_original_price": 330_000,
        "order_discounted_price": 288_000,
        "voucher_from_seller": -10_000,
        "voucher_from_shopee": "20,000",
        "coins": 1_500,
        "buyer_paid_shipping_fee": 16_500,
        "buyer_total_amount": 273_000,
    };
    let answer = doc! { "order_sn": "260314SYN0A1B2", "order_income": income.clone() };
    let inside = |name: &str, value: &Document| {
        let mut detail = detail.clone();
        detail.insert(name, value.clone());
        with(Platform::Shopee, &detail, &[])
    };
    let readings = [
        inside("order_income", &income),
        inside("escrow", &answer),
        inside("escrow_detail", &doc! { "response": answer.clone() }),
        with(
            Platform::Shopee,
            &doc! { "data": detail.clone(), "escrow": answer.clone() },
            &[],
        ),
        with(Platform::Shopee, &detail, std::slice::from_ref(&answer)),
        with(
            Platform::Shopee,
            &detail,
            &[doc! { "raw": { "response": answer.clone() } }],
        ),
        with(
            Platform::Shopee,
            &detail,
            &[doc! { "raw_json": text(&answer) }],
        ),
    ];
    for read in readings {
        let order = read.unwrap().order;
        assert_eq!(order.discount_amount.to_string(), "73500.00");
        assert_eq!(order.total_amount.to_string(), "346500.00");
    }
}

#[test]
fn of_several_companions_about_one_thing_the_one_stored_last_counts_in_any_order_of_reading() {
    let stored = |second: i64| bson::DateTime::from_millis(1_790_000_000_000 + second * 1_000);
    let mut bare = payload(Platform::Lazada, "partly_cancelled");
    let items = bare.remove("order_items").unwrap();
    let newest: Vec<Document> = items
        .as_array()
        .unwrap()
        .iter()
        .map(|item| doc! { "data": item.clone(), "updatedAt": stored(9) })
        .collect();
    let mut older = newest.clone();
    for item in &mut older {
        item.insert("updatedAt", stored(1));
        item.get_document_mut("data")
            .unwrap()
            .insert("status", "pending");
    }
    let expected = with(Platform::Lazada, &bare, &newest).unwrap().order;
    let mut all = [newest, older].concat();
    for _ in 0..all.len() {
        all.rotate_left(1);
        assert_eq!(with(Platform::Lazada, &bare, &all).unwrap().order, expected);
    }

    let detail = payload(Platform::Shopee, "the_documented_example");
    let escrow = |coins: i64, second: i64| {
        doc! { "order_sn": "260314SYN0A1B2", "updatedAt": stored(second), "order_income": {
            "order_original_price": 330_000, "coins": coins, "buyer_total_amount": 273_000,
        } }
    };
    let mut both = [escrow(1, 5), escrow(2, 6)];
    for _ in 0..2 {
        both.reverse();
        let order = with(Platform::Shopee, &detail, &both).unwrap().order;
        assert_eq!(order.discount_amount.to_string(), "2.00");
    }
}

#[test]
fn the_only_order_of_an_answer_is_found_and_one_of_several_is_not() {
    for platform in Platform::ALL {
        let payload = payload(platform, "completed");
        let expected = order(platform, &payload);
        for list in ["orders", "order_list"] {
            let answer = doc! { "code": 0, "data": { list: [payload.clone()] } };
            assert_eq!(order(platform, &answer), expected, "{list}");
            let several = doc! { "data": { list: [payload.clone(), payload.clone()] } };
            assert!(!looks_like_order(
                platform,
                &raw(&several),
                &Layout::default()
            ));
        }
    }
}

#[test]
fn an_id_of_the_collector_does_not_hide_the_number_of_an_old_order() {
    let mut old = payload(Platform::Tiktok, "old_or_alternative_shape");
    let expected = order(Platform::Tiktok, &old);
    old.insert("id", "6f2c1d9e-0000-4000-8000-000000000001");
    assert_eq!(order(Platform::Tiktok, &old).key, expected.key);
}

#[test]
fn companions_tell_the_order_they_belong_to() {
    let layout = Layout::default();
    let item = doc! { "order_item_id": 7, "order_id": 900_000_000_000_123_i64 };
    for document in [
        item.clone(),
        doc! { "_id": 1, "raw": item.clone() },
        doc! { "raw_json": text(&item) },
    ] {
        let key = companion_key(Platform::Lazada, &raw(&document), &layout);
        assert_eq!(key.as_deref(), Some("900000000000123"));
    }
    let escrow = doc! { "order_sn": "260314SYN0A1B2", "order_income": { "coins": 0 } };
    for document in [
        escrow.clone(),
        doc! { "data": { "response": escrow.clone() } },
    ] {
        let key = companion_key(Platform::Shopee, &raw(&document), &layout);
        assert_eq!(key.as_deref(), Some("260314SYN0A1B2"));
    }
}

#[test]
fn the_ingest_time_is_that_of_the_envelope_or_of_the_object_id() {
    let stored = doc! { "updatedAt": "2026-03-20T10:00:00Z" };
    let at = |document: &Document, layout: &Layout| {
        ingested_at(&raw(document), layout).map(|at| at.to_string())
    };
    let usual = Layout::default();
    assert_eq!(at(&stored, &usual).as_deref(), Some("2026-03-20T10:00:00Z"));
    for field in INGEST_FIELDS {
        let document = doc! { field: 1_774_000_800_000_i64 };
        assert_eq!(
            at(&document, &usual).as_deref(),
            Some("2026-03-20T10:00:00Z")
        );
    }
    let id = bson::oid::ObjectId::parse_str("69bd1ba00000000000000001").unwrap();
    assert_eq!(
        at(&doc! { "_id": id, "updatedAt": "null" }, &usual).as_deref(),
        Some("2026-03-20T10:04:16Z")
    );
    assert_eq!(at(&doc! { "_id": 7 }, &usual), None);

    let own = Layout {
        ingest_field: Some("seen".to_owned()),
        ..Layout::default()
    };
    let document = doc! { "seen": 1_774_000_800, "updatedAt": 1_774_000_900 };
    assert_eq!(at(&document, &own).as_deref(), Some("2026-03-20T10:00:00Z"));
}
