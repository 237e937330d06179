//! Generated raw orders give, cell by cell, the rows and statistics that their plan says, from dumps and from MongoDB.

use std::collections::{BTreeMap, BTreeSet};

use bson::{Document, doc};
use order_samples::{Documents, Expected};
use test_support::TestMongo;
use tokio_postgres::Client;

use crate::world::{World, statistics_equal_a_recount};

#[tokio::test]
async fn loaded_from_dump_files() {
    let world = World::migrated().await;
    let expected = world.generate(4_000);
    let synced = world.json(&["sync"]);
    assert_eq!(synced["read"], expected.documents);
    assert_eq!(synced["inserted"], expected.orders);
    assert_eq!(synced["quarantined"], expected.quarantine.len());
    world.run(&["aggregate"]).exits_with(0);
    // After the orders: the figures have to follow.
    let imported = import_categories(&world);
    let days: BTreeSet<_> = expected.daily.iter().map(|day| day.stat_date).collect();
    assert_eq!(imported["days"], days.len(), "{imported}");
    let client = world.client().await;
    everything_is_as_expected(&client, &expected).await;
    let rebuilt = world.json(&["rebuild", "--all"]);
    assert_eq!(
        (&rebuilt["rows_changed"], &rebuilt["rows_removed"]),
        (&0.into(), &0.into())
    );
    everything_is_as_expected(&client, &expected).await;
    let again = import_categories(&world);
    assert_eq!(
        (
            &again["products_new"],
            &again["products_moved"],
            &again["days"]
        ),
        (&0.into(), &0.into(), &0.into())
    );
}

#[tokio::test]
async fn read_again_changes_and_marks_nothing() {
    let world = World::migrated().await;
    let expected = world.generate(2_500);
    world.run(&["sync"]).exits_with(1);
    world.run(&["aggregate"]).exits_with(0);
    let client = world.client().await;
    let rows = "select md5(string_agg(o::text || o.xmin::text, '' order by id)) from orders o";
    let before: String = client.query_one(rows, &[]).await.unwrap().get(0);

    for again in [&["sync"][..], &["sync", "--full"]] {
        let synced = world.json(again);
        for figure in ["inserted", "updated", "quarantined"] {
            assert_eq!(synced[figure], 0, "{figure} of {synced}");
        }
        assert_eq!(synced["read"], expected.documents);
        assert_eq!(synced["days_waiting"], 0);
    }
    let after: String = client.query_one(rows, &[]).await.unwrap().get(0);
    assert_eq!(before, after, "a row was written");
}

#[tokio::test]
async fn loaded_from_mongodb() {
    let world = World::migrated().await;
    let mongo = TestMongo::create().await;
    let expected = world.generate(2_500);
    fill(&mongo, &expected).await;
    import_categories(&world);

    let synced = world.json(&["sync", "--source", mongo.uri()]);
    assert_eq!(synced["read"], expected.documents, "{synced}");
    assert_eq!(synced["inserted"], expected.orders);
    assert_eq!(synced["quarantined"], expected.quarantine.len());
    world.run(&["aggregate"]).exits_with(0);
    everything_is_as_expected(&world.client().await, &expected).await;
}

#[tokio::test]
async fn polling_reads_what_was_stored_since() {
    let world = World::migrated().await;
    let mongo = TestMongo::create().await;
    let expected = world.generate(2_500);
    fill(&mongo, &expected).await;
    world.run(&["sync", "--source", mongo.uri()]).exits_with(1);
    world.run(&["aggregate"]).exits_with(0);

    let orders = mongo
        .database()
        .await
        .collection::<Document>("shopee_orders");
    let now = bson::DateTime::now();
    let order = doc! {
        "order_sn": "261112NEW00001", "order_status": "COMPLETED", "currency": "VND",
        "create_time": 1_794_450_000, "update_time": 1_794_450_600, "total_amount": 150_000, "updatedAt": now,
    };
    let inserted = orders.insert_one(&order).await.unwrap().inserted_id;
    let synced = world.json(&["sync", "--source", mongo.uri()]);
    assert_eq!(
        (&synced["inserted"], &synced["updated"]),
        (&1.into(), &0.into()),
        "{synced}"
    );
    assert_eq!(synced["days_waiting"], 1);

    let change = doc! { "$set": {
        "order_status": "CANCELLED", "update_time": 1_794_451_000, "updatedAt": bson::DateTime::now(),
    } };
    orders
        .update_one(doc! { "_id": inserted }, change)
        .await
        .unwrap();
    let synced = world.json(&["sync", "--source", mongo.uri()]);
    assert_eq!(
        (&synced["inserted"], &synced["updated"]),
        (&0.into(), &1.into()),
        "{synced}"
    );
    world.run(&["aggregate"]).exits_with(0);
    statistics_equal_a_recount(&world.client().await).await;
}

#[tokio::test]
async fn a_document_from_the_future_does_not_hide_later_ones() {
    let world = World::migrated().await;
    let mongo = TestMongo::create().await;
    let orders = mongo
        .database()
        .await
        .collection::<Document>("shopee_orders");
    let order = |code: &str, stored: bson::DateTime| {
        doc! {
            "order_sn": code, "order_status": "SHIPPED", "currency": "VND", "create_time": 1_794_450_000,
            "update_time": 1_794_450_600, "total_amount": 150_000, "updatedAt": stored,
        }
    };
    orders
        .insert_one(order("A0000000000001", bson::DateTime::now()))
        .await
        .unwrap();
    world.json(&["sync", "--source", mongo.uri()]);
    let year_2099 = bson::DateTime::from_millis(4_070_908_800_000);
    orders
        .insert_one(order("A0000000000002", year_2099))
        .await
        .unwrap();
    assert_eq!(
        world.json(&["sync", "--source", mongo.uri()])["inserted"],
        1
    );
    orders
        .insert_one(order("A0000000000003", bson::DateTime::now()))
        .await
        .unwrap();
    // Polling by a date sees dates only; the others must be found all the same.
    let mut undated = order("A0000000000004", bson::DateTime::now());
    undated.insert("updatedAt", "yesterday");
    orders.insert_one(undated).await.unwrap();
    let mut unstamped = order("A0000000000005", bson::DateTime::now());
    unstamped.remove("updatedAt");
    orders.insert_one(unstamped).await.unwrap();
    assert_eq!(
        world.json(&["sync", "--source", mongo.uri()])["inserted"],
        3
    );
}

#[tokio::test]
async fn items_of_a_sibling_collection_complete_the_order_when_they_arrive() {
    let world = World::migrated().await;
    let mongo = TestMongo::create().await;
    let database = mongo.database().await;
    let orders = database.collection::<Document>("lazada_orders");
    let items = database.collection::<Document>("lazada_order_items");
    let stored = bson::DateTime::now();
    let order = doc! {
        "order_id": 900_000_000_000_123_i64, "order_number": 900_000_000_000_123_i64, "statuses": ["delivered"],
        "price": "300000.00", "voucher": 0.0, "shipping_fee": 15_000.0, "items_count": 2,
        "created_at": "2026-11-10 10:00:00 +0700", "updated_at": "2026-11-12 11:45:00 +0700", "updatedAt": stored,
    };
    orders.insert_one(order).await.unwrap();
    let item = |number: i64, status: &str| {
        doc! {
            "order_item_id": number, "order_id": "900000000000123", "status": status, "item_price": 150_000.0,
            "voucher_amount": 0, "shipping_amount": 7_500, "buyer_id": 500_000_000_123_i64,
            "updated_at": "2026-11-12 11:45:00 +0700", "updatedAt": bson::DateTime::now(),
        }
    };
    items.insert_one(item(1, "delivered")).await.unwrap();
    world.run(&["sync", "--source", mongo.uri()]).exits_with(0);
    let client = world.client().await;
    let row = "select status, final_amount::text, customer_id from orders";
    let status: String = client.query_one(row, &[]).await.unwrap().get(0);
    assert_eq!(status, "pending", "one of two items is missing");

    items.insert_one(item(2, "canceled")).await.unwrap();
    let synced = world.json(&["sync", "--source", mongo.uri()]);
    assert_eq!(synced["updated"], 1, "{synced}");
    let row = client.query_one(row, &[]).await.unwrap();
    assert_eq!(row.get::<_, String>(0), "completed");
    assert_eq!(row.get::<_, String>(1), "157500.00");
    assert_eq!(row.get::<_, i64>(2), 500_000_000_123);
}

fn import_categories(world: &World) -> serde_json::Value {
    let table = world.dumps().join("categories.csv");
    world.json(&["categories", "import", table.to_str().unwrap()])
}

/// Stores the documents of a plan as collectors would.
async fn fill(mongo: &TestMongo, expected: &Expected) {
    let database = mongo.database().await;
    for marketplace in order_samples::Marketplace::ALL {
        let documents: Vec<Document> = Documents::of(&expected.plan)
            .flat_map(|order| order.samples)
            .filter(|sample| sample.marketplace == marketplace)
            .map(|sample| sample.document)
            .collect();
        let collection = database.collection::<Document>(marketplace.collection());
        for chunk in documents.chunks(1_000) {
            collection.insert_many(chunk).await.unwrap();
        }
    }
}

/// Every order, every figure, and exactly the spoiled documents in quarantine.
async fn everything_is_as_expected(client: &Client, expected: &Expected) {
    let rows = client
        .query(include_str!("orders_as_json.sql"), &[])
        .await
        .unwrap();
    let stored: Vec<serde_json::Value> = rows.iter().map(|row| row.get(0)).collect();
    let wanted: Vec<_> = expected.order_rows.iter().map(as_json).collect();
    assert_eq!(stored.len(), wanted.len(), "orders");
    for (stored, wanted) in stored.iter().zip(&wanted) {
        assert_eq!(stored, wanted);
    }

    let rows = client
        .query(include_str!("statistics_as_json.sql"), &[])
        .await
        .unwrap();
    let stored: Vec<serde_json::Value> = rows.iter().map(|row| row.get(0)).collect();
    let wanted: Vec<_> = expected.daily.iter().map(as_json).collect();
    assert_eq!(stored.len(), wanted.len(), "days");
    for (stored, wanted) in stored.iter().zip(&wanted) {
        // Whether a day is final depends on today, not on the plan.
        assert_eq!(without(stored, "is_final"), without(wanted, "is_final"));
    }

    let json = as_json(expected);
    for list in ["categories", "regions", "shops", "weekly", "monthly"] {
        let rows = client
            .query(include_str!("grains_as_json.sql"), &[&list])
            .await
            .unwrap();
        let mut stored: Vec<String> = rows.iter().map(|row| in_one_order(&row.get(0))).collect();
        let wanted = json[list].as_array().unwrap().iter();
        let mut wanted: Vec<String> = wanted
            .map(|figures| in_one_order(&without(figures, "is_final")))
            .collect();
        stored.sort();
        wanted.sort();
        assert!(wanted.len() > 5, "{list}: {wanted:?}");
        assert_eq!(stored, wanted, "{list}");
    }

    let rows = client
        .query("select platform, document_id from order_quarantine", &[])
        .await
        .unwrap();
    let stored: BTreeSet<(String, String)> =
        rows.iter().map(|row| (row.get(0), row.get(1))).collect();
    let wanted = expected
        .quarantine
        .iter()
        .map(|q| (q.platform.name().to_owned(), q.document_id.clone()));
    assert_eq!(stored, wanted.collect());
}

fn as_json<T: serde::Serialize>(value: &T) -> serde_json::Value {
    serde_json::to_value(value).unwrap()
}

/// The same text for the same fields, in whatever order they come.
fn in_one_order(value: &serde_json::Value) -> String {
    let fields: BTreeMap<_, _> = value.as_object().unwrap().iter().collect();
    format!("{fields:?}")
}

fn without(value: &serde_json::Value, field: &str) -> serde_json::Value {
    let mut value = value.clone();
    value.as_object_mut().unwrap().remove(field);
    value
}
