//! Documents that are read again and decided their orders' rows go no further, and nothing is different for it.

use std::sync::Arc;

use bson::{Document, RawDocumentBuf, doc};
use daybook::db::Database;
use daybook::recognise::Recogniser;
use daybook::source::{
    Content, DocumentId, Position, RawBatch, Recognised, SourceDocument, StreamContent, handover,
};
use order_model::{Platform, Rules};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use tokio_postgres::Client;

use crate::order_is_a_function_of_its_versions::rules;
use crate::world::World;

const FULL: [&str; 2] = ["sync", "--full"];

/// A document of an order; a later hour makes a newer version of it.
fn document(id: &str, code: &str, hour: i64) -> Document {
    let updated = 1_790_000_000 + hour * 3_600;
    doc! {
        "_id": id, "order_sn": code, "order_status": "SHIPPED", "currency": "VND",
        "create_time": 1_790_000_000_i64, "update_time": updated, "total_amount": 150_000 + hour,
        "updatedAt": bson::DateTime::from_millis((updated + 60) * 1_000),
    }
}

fn bytes(documents: &[Document]) -> Vec<u8> {
    let bytes = |document| RawDocumentBuf::try_from(document).unwrap().into_bytes();
    documents.iter().flat_map(bytes).collect()
}

fn with(mut document: Document, field: &str, value: impl Into<bson::Bson>) -> Document {
    document.insert(field, value);
    document
}

/// The orders of those documents that a recogniser lets through.
async fn let_through(
    world: &World,
    rules: &Rules,
    platform: Platform,
    quarantined: &[&str],
    documents: &[Document],
) -> Vec<String> {
    let database = Database::new(&world.database.url(), None).unwrap();
    let content = StreamContent::Orders(platform);
    let quarantined = quarantined.iter().map(ToString::to_string).collect();
    let recogniser = Recogniser::new(&database, rules, &content, Arc::new(quarantined));
    let sources = documents.iter().map(|document| {
        let document = RawDocumentBuf::try_from(document).unwrap();
        SourceDocument {
            id: DocumentId::in_collection(&document),
            companions: Vec::new(),
            companions_expected: false,
            content: Content::Document(document),
        }
    });
    let batch = RawBatch {
        documents: sources.collect(),
        recognised: Recognised::default(),
        position: Position::Scan {
            started_at: bson::DateTime::now(),
            last_id: None,
            finished: true,
        },
        complete_through: None,
    };
    let (giver, batches) = handover();
    let (unknown_giver, mut unknown) = handover();
    let (_, (), batch) = tokio::join!(
        async move { giver.give(batch).await },
        recogniser.pass_on(batches, unknown_giver),
        unknown.recv(),
    );
    let batch = batch.unwrap();
    let Recognised { deciding, older } = batch.recognised;
    let all = deciding + older + batch.documents.len() as u64;
    assert_eq!(all, documents.len() as u64);
    let code = |document: SourceDocument| {
        let Content::Document(document) = document.content else {
            unreachable!("they were documents")
        };
        document.get_str("order_sn").unwrap().to_owned()
    };
    batch.documents.into_iter().map(code).collect()
}

#[tokio::test]
async fn only_what_was_merged_and_is_the_same_is_known() {
    let world = World::migrated().await;
    let same = document("a", "A", 1);
    let changed = document("b", "B", 1);
    let older = document("c1", "C", 1);
    let newer = document("c2", "C", 2);
    let odd = with(document("d", "D", 1), "order_status", "LOGISTICS_HOLD");
    let held = document("e", "E", 1);
    let loaded = [&same, &changed, &older, &newer, &odd, &held].map(Clone::clone);
    world.dump("shopee_orders.bson", bytes(&loaded));
    world.run(&["sync"]).exits_with(0);

    let again = [
        same,
        with(changed, "total_amount", 1),
        older,
        newer,
        odd,
        held,
        document("f", "F", 1),
        document("g", "", 1),
    ];
    let rules = rules();
    let held = ["\"e\""];
    let through = let_through(&world, &rules, Platform::Shopee, &held, &again).await;
    assert_eq!(through, ["B", "D", "E", "F", ""]);

    // The same documents of another marketplace, or by other rules, are other orders.
    let codes: Vec<_> = again
        .iter()
        .map(|document| document.get_str("order_sn").unwrap())
        .collect();
    let through = let_through(&world, &rules, Platform::Lazada, &[], &again).await;
    assert_eq!(through, codes);
    let without_buyers = Rules {
        keep_customer_id: !rules.keep_customer_id,
        ..rules
    };
    let through = let_through(&world, &without_buyers, Platform::Shopee, &[], &again).await;
    assert_eq!(through, codes);
}

#[tokio::test]
async fn older_documents_are_known_however_they_came() {
    let world = World::migrated().await;
    let province = |document| with(document, "recipient_address", doc! { "state": "Hà Nội" });
    // One after the other, both at once, and the older one last, with something to tell.
    let (a1, a2) = (document("a1", "A", 1), document("a2", "A", 2));
    let (b1, b2) = (document("b1", "B", 1), document("b2", "B", 2));
    let (c1, c2) = (province(document("c1", "C", 1)), document("c2", "C", 2));
    for documents in [vec![&a1, &b1, &b2, &c2], vec![&a2, &c1]] {
        let documents: Vec<_> = documents.into_iter().cloned().collect();
        world.dump("shopee_orders.bson", bytes(&documents));
        world.run(&FULL).exits_with(0);
    }
    let all = [a1, a2, b1, b2, c1, c2];
    let through = let_through(&world, &rules(), Platform::Shopee, &[], &all).await;
    assert!(through.is_empty(), "{through:?}");

    world.dump("shopee_orders.bson", bytes(&all));
    let again = world.json(&FULL);
    assert_eq!(
        (&again["read"], &again["unchanged"], &again["stale"]),
        (&json!(6), &json!(3), &json!(3)),
        "{again}"
    );
}

#[tokio::test]
async fn no_more_than_seven_older_documents_are_remembered() {
    let world = World::migrated().await;
    let versions: Vec<_> = (1..=12)
        .map(|hour| document(&format!("a{hour}"), "A", hour))
        .collect();
    for few in versions.chunks(5) {
        world.dump("shopee_orders.bson", bytes(few));
        world.run(&FULL).exits_with(0);
    }
    let through = let_through(&world, &rules(), Platform::Shopee, &[], &versions).await;
    assert_eq!(through.len(), 4);
    let client = world.client().await;
    let remembered = "select cardinality(older_document_hashes) from orders";
    let remembered: i32 = client.query_one(remembered, &[]).await.unwrap().get(0);
    assert_eq!(remembered, 7);
}

#[tokio::test]
async fn an_older_document_that_comes_last_is_stale() {
    let world = World::migrated().await;
    // What it leaves open (an end, a province) is unknown, not news.
    for (hour, count) in [(2, "inserted"), (1, "stale"), (1, "stale")] {
        let document = document(&format!("a{hour}"), "A", hour);
        world.dump("shopee_orders.bson", bytes(&[document]));
        let counts = world.json(&FULL);
        assert_eq!(counts[count], 1, "{counts}");
    }
}

#[tokio::test]
async fn without_an_answer_nothing_is_known() {
    let world = World::migrated().await;
    let documents = [document("a", "A", 1)];
    world.dump("shopee_orders.bson", bytes(&documents));
    world.run(&["sync"]).exits_with(0);
    let client = world.client().await;
    let gone = "alter table orders rename column document_hash to gone";
    client.batch_execute(gone).await.unwrap();
    let through = let_through(&world, &rules(), Platform::Shopee, &[], &documents).await;
    assert_eq!(through, ["A"]);
}

#[tokio::test]
async fn what_a_person_should_know_is_told_every_time() {
    let world = World::migrated().await;
    let odd = with(document("d", "D", 1), "order_status", "LOGISTICS_HOLD");
    world.dump("shopee_orders.bson", bytes(&[document("a", "A", 1), odd]));
    let first = world.json(&["sync"]);
    let again = world.json(&FULL);
    assert_eq!(again["warnings"], first["warnings"]);
    assert_ne!(again["warnings"], json!([]));
    assert_eq!(
        (&again["read"], &again["unchanged"]),
        (&json!(2), &json!(2))
    );
}

#[tokio::test]
async fn an_order_from_before_is_known_once_it_was_read_again() {
    let world = World::migrated().await;
    let documents = [document("a", "A", 1), document("b", "B", 1)];
    world.dump("shopee_orders.bson", bytes(&documents));
    world.run(&["sync"]).exits_with(0);
    world.run(&["aggregate"]).exits_with(0);
    let client = world.client().await;
    client
        .batch_execute("update orders set document_hash = null where order_code = 'A'")
        .await
        .unwrap();
    let rules = rules();
    let through = let_through(&world, &rules, Platform::Shopee, &[], &documents).await;
    assert_eq!(through, ["A"]);

    let again = world.json(&FULL);
    assert_eq!(
        (&again["unchanged"], &again["updated"]),
        (&json!(2), &json!(0))
    );
    let through = let_through(&world, &rules, Platform::Shopee, &[], &documents).await;
    assert!(through.is_empty(), "{through:?}");
    let waiting = "select count(*) from stats_journal";
    let waiting: i64 = client.query_one(waiting, &[]).await.unwrap().get(0);
    assert_eq!(waiting, 0);
}

/// Everything about the orders but their numbers, when they were written, and which of two equal documents was met first.
async fn orders(client: &Client) -> Vec<Value> {
    let rows = client
        .query(
            "select to_jsonb(o) - array['id', 'created_at', 'updated_at', 'source_document_id', 'document_hash', 'older_document_hashes']
             from orders o order by platform, order_code",
            &[],
        )
        .await
        .unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

/// One of several versions of three orders, with a document's id of its own or shared by several versions, collected again or not,
/// in a marketplace's known or unknown word.
fn any_document() -> impl Strategy<Value = Document> {
    (0..3_usize, 0..3_i64, 0..3_i64, 0..2_u8, any::<bool>()).prop_map(
        |(order, hour, collected, id, is_odd)| {
            let code = ["A", "B", "C"][order];
            let id = format!("{code}{id}");
            let document = document(&id, code, hour);
            let updated = document.get_i64("update_time").unwrap();
            let collected = bson::DateTime::from_millis((updated + collected) * 1_000);
            let word = if is_odd { "LOGISTICS_HOLD" } else { "SHIPPED" };
            with(with(document, "updatedAt", collected), "order_status", word)
        },
    )
}

#[tokio::test]
async fn rows_are_the_same_whatever_was_known() {
    let world = World::migrated().await;
    let client = world.client().await;
    let histories = prop::collection::vec(prop::collection::vec(any_document(), 1..6), 2..5);
    let mut runner = TestRunner::deterministic();
    for _ in 0..12 {
        let passes = histories.new_tree(&mut runner).unwrap().current();
        client.batch_execute("truncate orders").await.unwrap();
        for documents in &passes {
            world.dump("shopee_orders.bson", bytes(documents));
            world.run(&FULL);
        }
        let in_passes = orders(&client).await;

        client.batch_execute("truncate orders").await.unwrap();
        world.dump("shopee_orders.bson", bytes(&passes.concat()));
        world.run(&FULL);
        assert_eq!(in_passes, orders(&client).await, "{passes:#?}");
        crate::world::live_statistics_equal_a_recount(&client).await;
    }
}
