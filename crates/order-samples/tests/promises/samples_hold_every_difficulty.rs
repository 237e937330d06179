//! What the pipeline must cope with is in the samples, about as often as it should be.

use std::collections::{BTreeMap, BTreeSet};

use bson::{Bson, Document};
use order_samples::{Documents, Marketplace, OrderDocuments, Status};

use crate::plan;

fn orders() -> Vec<OrderDocuments> {
    Documents::of(&plan(12_000, 60)).collect()
}

/// All values under a name, at whatever depth.
fn values<'a>(document: &'a Document, name: &str, found: &mut Vec<&'a Bson>) {
    for (key, value) in document {
        if key == name {
            found.push(value);
        }
        match value {
            Bson::Document(inner) => values(inner, name, found),
            Bson::Array(elements) => elements
                .iter()
                .filter_map(Bson::as_document)
                .for_each(|element| values(element, name, found)),
            _ => {}
        }
    }
}

fn types(orders: &[OrderDocuments], marketplace: Marketplace, name: &str) -> BTreeSet<String> {
    let good = orders.iter().filter(|order| order.expected.is_some());
    let mut found = Vec::new();
    good.flat_map(|order| &order.samples)
        .filter(|sample| sample.marketplace == marketplace)
        .for_each(|sample| values(&sample.document, name, &mut found));
    found
        .iter()
        .map(|value| format!("{:?}", value.element_type()))
        .collect()
}

fn has_all(found: &BTreeSet<String>, types: &[&str]) -> bool {
    types.iter().all(|kind| found.contains(*kind))
}

#[test]
fn every_kind_of_spoiled_document_from_2000_orders_on() {
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    for order in Documents::of(&plan(2_000, 30)) {
        if let Some(quarantined) = order.quarantined {
            assert!(order.expected.is_none());
            assert_eq!(order.samples.len(), 1);
            let id = order.samples[0].document.get_object_id("_id").unwrap();
            assert_eq!(quarantined.document_id, id.to_hex());
            *kinds.entry(quarantined.spoiled).or_default() += 1;
        }
    }
    assert_eq!(kinds.len(), 14, "{kinds:?}");
}

#[test]
fn values_in_many_types() {
    let orders = orders();
    let amounts = ["String", "Int32", "Int64", "Double", "Decimal128"];
    assert!(has_all(
        &types(&orders, Marketplace::Tiktok, "total_amount"),
        &amounts
    ));
    assert!(has_all(
        &types(&orders, Marketplace::Shopee, "total_amount"),
        &amounts
    ));
    assert!(has_all(
        &types(&orders, Marketplace::Lazada, "price"),
        &amounts
    ));
    let times = ["String", "Int32", "Int64", "Double", "DateTime"];
    assert!(has_all(
        &types(&orders, Marketplace::Shopee, "create_time"),
        &times
    ));
    assert!(has_all(
        &types(&orders, Marketplace::Tiktok, "id"),
        &["String", "Int64", "Decimal128"]
    ));
    let ids = ["String", "Int64", "Double", "Decimal128"];
    assert!(has_all(
        &types(&orders, Marketplace::Lazada, "order_id"),
        &ids
    ));
    let nothing = ["Null", "String", "EmbeddedDocument"];
    assert!(has_all(
        &types(&orders, Marketplace::Tiktok, "cancel_time"),
        &nothing
    ));
    assert!(has_all(
        &types(&orders, Marketplace::Lazada, "statuses"),
        &["Array", "String"]
    ));
}

#[test]
fn payloads_in_many_places() {
    let mut places: BTreeSet<(&str, String)> = BTreeSet::new();
    for sample in orders().iter().flat_map(|order| &order.samples) {
        let own = ["_id", "shop_id", "updatedAt"];
        let keys: Vec<&str> = sample.document.keys().map(String::as_str).collect();
        let added: Vec<&str> = keys.into_iter().filter(|key| !own.contains(key)).collect();
        let place = if added.len() > 5 {
            "root".to_owned()
        } else {
            added.join("+")
        };
        places.insert((sample.marketplace.name(), place));
    }
    for (marketplace, place) in [
        ("tiktok", "root"),
        ("tiktok", "raw"),
        ("tiktok", "raw_json"),
        ("shopee", "root"),
        ("shopee", "data"),
        ("shopee", "orderSn+status+data"),
        ("lazada", "root"),
        ("lazada", "payload"),
        ("lazada", "order"),
        ("lazada", "raw_json"),
    ] {
        assert!(
            places.contains(&(marketplace, place.to_owned())),
            "{marketplace} {place}"
        );
    }
}

#[test]
fn some_orders_in_several_documents() {
    let orders = orders();
    let several = orders
        .iter()
        .filter(|order| order.samples.len() > 1)
        .count();
    let share = several * 1_000 / orders.len();
    assert!((90..=160).contains(&share), "{share} of a thousand");
    let most = orders.iter().map(|order| order.samples.len()).max();
    assert!(most >= Some(3), "{most:?}");
}

#[test]
fn two_versions_with_one_update_time() {
    let mut ties = BTreeMap::new();
    for order in orders() {
        let mut times = BTreeSet::new();
        for sample in &order.samples {
            let mut found = Vec::new();
            values(&sample.document, "update_time", &mut found);
            // Documents that depart from the usual types would need reading.
            if let [Bson::Int32(time)] = found[..] {
                let mut words = Vec::new();
                for name in ["status", "order_status"] {
                    values(&sample.document, name, &mut words);
                }
                let word = words.first().map(ToString::to_string);
                if times
                    .iter()
                    .any(|(other, before)| other == time && *before != word)
                {
                    *ties.entry(sample.marketplace).or_insert(0) += 1;
                }
                times.insert((*time, word));
            }
        }
    }
    assert!(
        ties.len() == 2 && ties.values().all(|count| *count > 5),
        "{ties:?}"
    );
}

#[test]
fn both_shapes_of_tiktok_and_of_shopee() {
    let orders = orders();
    let of = |marketplace| {
        let samples = orders.iter().flat_map(|order| &order.samples);
        samples.filter(move |sample| sample.marketplace == marketplace)
    };
    let share = |marketplace, names: &[&str]| {
        let has = |document: &Document| {
            names.iter().any(|name| {
                let mut found = Vec::new();
                values(document, name, &mut found);
                !found.is_empty()
            })
        };
        of(marketplace)
            .filter(|sample| has(&sample.document))
            .count()
            * 100
            / of(marketplace).count()
    };
    let old = share(Marketplace::Tiktok, &["payment_info"]);
    assert!(
        (3..=7).contains(&old),
        "{old} % of TikTok's documents are old"
    );
    let escrow = share(Marketplace::Shopee, &["order_income"]);
    assert!(
        (52..=64).contains(&escrow),
        "{escrow} % of Shopee's documents have escrow details"
    );
}

#[test]
fn rows_of_every_sort() {
    let rows: Vec<_> = orders()
        .into_iter()
        .filter_map(|order| order.expected)
        .collect();
    for marketplace in Marketplace::ALL {
        let of = || rows.iter().filter(|row| row.platform == marketplace);
        for status in [Status::Pending, Status::Completed, Status::Cancelled] {
            assert!(
                of().any(|row| row.status == status),
                "{marketplace:?} {status:?}"
            );
        }
        assert!(
            of().any(|row| row.region.is_none()),
            "{marketplace:?}: an unknown province"
        );
        assert!(
            of().any(|row| row.customer_id.is_none()),
            "{marketplace:?}: an unknown buyer"
        );
        assert!(
            of().any(|row| row.final_amount == "0.00"),
            "{marketplace:?}: a gift"
        );
        let shops: BTreeSet<_> = of().map(|row| &row.shop_id).collect();
        assert_eq!(shops.len(), 3);
        let buyers: BTreeSet<_> = of().filter_map(|row| row.customer_id).collect();
        assert!(
            buyers.len() < of().count() * 95 / 100,
            "{marketplace:?}: buyers come back"
        );
    }
}

#[test]
fn marked_personal_data_in_every_payload() {
    for order in orders() {
        for sample in order.samples {
            let text = sample.document.to_string();
            assert!(text.contains("PII-MARKER"), "{text}");
        }
        let row = serde_json::to_string(&order.expected).unwrap();
        assert!(!row.contains("PII-MARKER"));
    }
}
