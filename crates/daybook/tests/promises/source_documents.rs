//! Every order names the raw document that decides it, whatever type its `_id` has.

use bson::oid::ObjectId;
use bson::{Bson, RawDocumentBuf, doc};
use serde_json::json;
use tokio_postgres::Client;

use crate::world::World;

/// A document of an order; a later hour makes a newer version of it.
fn document(id: Option<Bson>, code: &str, hour: i64) -> Vec<u8> {
    let updated = 1_790_000_000 + hour * 3_600;
    let mut document = doc! {
        "order_sn": code, "order_status": "SHIPPED", "currency": "VND", "create_time": 1_790_000_000_i64,
        "update_time": updated, "total_amount": 150_000 + hour,
        "updatedAt": bson::DateTime::from_millis((updated + 60) * 1_000),
    };
    if let Some(id) = id {
        document.insert("_id", id);
    }
    RawDocumentBuf::try_from(&document).unwrap().into_bytes()
}

async fn id_of(client: &Client, code: &str) -> Option<String> {
    client
        .query_one(
            "select source_document_id from orders where order_code = $1",
            &[&code],
        )
        .await
        .unwrap()
        .get(0)
}

#[tokio::test]
async fn ids_of_every_type_are_kept_as_extended_json() {
    let world = World::migrated().await;
    let object = ObjectId::parse_str("65f2a1c09d1e8b3a4c5d6e7f").unwrap();
    world.dump(
        "shopee_orders.bson",
        [
            document(Some(object.into()), "OBJECT", 0),
            document(Some("shopee-\"7\"".into()), "TEXT", 0),
            document(Some(7_i32.into()), "INTEGER", 0),
            document(Some(576_461_234_567_890_123_i64.into()), "LONG", 0),
            document(None, "NONE", 0),
        ]
        .concat(),
    );
    world.run(&["sync"]).exits_with(0);

    let client = world.client().await;
    for (code, id) in [
        ("OBJECT", json!({ "$oid": "65f2a1c09d1e8b3a4c5d6e7f" })),
        ("TEXT", json!("shopee-\"7\"")),
        ("INTEGER", json!({ "$numberInt": "7" })),
        ("LONG", json!({ "$numberLong": "576461234567890123" })),
    ] {
        let kept = id_of(&client, code).await;
        assert_eq!(kept, Some(id.to_string()), "{code}");
    }
    assert_eq!(id_of(&client, "NONE").await, None);
}

#[tokio::test]
async fn the_document_of_the_newest_version_is_named() {
    let world = World::migrated().await;
    let client = world.client().await;
    // Each hour's document is all there is to read when it comes, in this order.
    for (hour, id, named) in [(1, "a", "a"), (3, "b", "b"), (2, "c", "b")] {
        world.dump("shopee_orders.bson", document(Some(id.into()), "X", hour));
        world.run(&["sync", "--full"]).exits_with(0);
        assert_eq!(id_of(&client, "X").await, Some(format!("\"{named}\"")));
    }
}

#[tokio::test]
async fn an_order_from_before_learns_its_document_when_it_is_read_again() {
    let world = World::migrated().await;
    let documents = [("a", "A"), ("b", "B")].map(|(id, code)| document(Some(id.into()), code, 1));
    world.dump("shopee_orders.bson", documents.concat());
    world.run(&["sync"]).exits_with(0);
    world.run(&["aggregate"]).exits_with(0);
    let client = world.client().await;
    let version = "select xmin::text, updated_at::text from orders where order_code = $1";
    client
        .execute(
            "update orders set source_document_id = null, document_hash = null where order_code = 'A'",
            &[],
        )
        .await
        .unwrap();
    let before = client.query_one(version, &[&"A"]).await.unwrap();
    let untouched = client.query_one(version, &[&"B"]).await.unwrap();

    let again = world.json(&["sync", "--full"]);
    assert_eq!(
        (&again["unchanged"], &again["updated"]),
        (&json!(2), &json!(0)),
        "{again}"
    );
    assert_eq!(id_of(&client, "A").await, Some("\"a\"".to_owned()));
    let after = client.query_one(version, &[&"A"]).await.unwrap();
    // The row is written, but nothing that a reader or a figure sees of it.
    assert_ne!(after.get::<_, String>(0), before.get::<_, String>(0));
    assert_eq!(after.get::<_, String>(1), before.get::<_, String>(1));
    let waiting: i64 = client
        .query_one("select count(*) from stats_journal", &[])
        .await
        .unwrap()
        .get(0);
    assert_eq!(waiting, 0);
    // What has its id is not written again.
    let still = client.query_one(version, &[&"B"]).await.unwrap();
    assert_eq!(still.get::<_, String>(0), untouched.get::<_, String>(0));
}
