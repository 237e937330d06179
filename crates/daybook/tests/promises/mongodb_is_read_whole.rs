//! Nothing that is stored in MongoDB is missed, whatever types its keys have and whoever's clock stamped it.

use bson::{Bson, DateTime, Document, doc};
use mongodb::Collection;
use test_support::TestMongo;

use crate::world::World;

fn order(id: impl Into<Bson>, code: &str, stored: DateTime) -> Document {
    doc! {
        "_id": id, "order_sn": code, "order_status": "SHIPPED", "currency": "VND", "create_time": 1_794_450_000,
        "update_time": 1_794_450_600, "total_amount": 150_000, "updatedAt": stored,
    }
}

async fn shopee(mongo: &TestMongo) -> Collection<Document> {
    mongo.database().await.collection("shopee_orders")
}

fn sync(world: &World, mongo: &TestMongo) -> serde_json::Value {
    world.json(&["sync", "--source", mongo.uri()])
}

fn seconds_ago(seconds: i64) -> DateTime {
    DateTime::from_millis(DateTime::now().timestamp_millis() - seconds * 1_000)
}

/// Hazard 44: a range query sees one type only, so a scan that goes on after an `_id` must name the others.
#[tokio::test]
async fn with_keys_of_every_type_and_a_scan_that_is_cut() {
    let world = World::migrated().await;
    let mongo = TestMongo::create().await;
    let mut documents = Vec::new();
    for number in 0..7_000_i32 {
        let code = format!("M{number:05}");
        let id = match number % 7 {
            0 => Bson::Int32(number),
            1 => Bson::Int64(i64::from(number)),
            2 => Bson::Double(f64::from(number) + 0.5),
            3 => Bson::String(format!("shopee-{number}")),
            4 => Bson::ObjectId(bson::oid::ObjectId::new()),
            5 => Bson::Document(doc! { "shop": 1, "n": number }),
            _ => Bson::DateTime(DateTime::from_millis(i64::from(number))),
        };
        documents.push(order(id, &code, seconds_ago(3_600)));
    }
    shopee(&mongo).await.insert_many(&documents).await.unwrap();

    // Cut after its first batch, by a loader that is refused the second.
    let client = world.client().await;
    let limit = "
        create function stop_after_first() returns trigger language plpgsql as
            $$ begin if new.revision > 1 then raise exception 'cut' using errcode = '57014'; end if; return new; end $$;
        create trigger cut before update on sync_state for each row execute function stop_after_first()";
    client.batch_execute(limit).await.unwrap();
    world.run(&["sync", "--source", mongo.uri()]).exits_with(2);
    client
        .batch_execute("drop trigger cut on sync_state")
        .await
        .unwrap();
    let count = async || {
        client
            .query_one("select count(*) from orders", &[])
            .await
            .unwrap()
            .get::<_, i64>(0)
    };
    assert_eq!(count().await, 5_000, "one batch");
    assert_eq!(
        sync(&world, &mongo)["read"],
        2_000,
        "the scan goes on where it was cut"
    );
    assert_eq!(count().await, 7_000);
}

/// Hazard 42: collectors' clocks differ, so a document may be stored with a time before the position.
#[tokio::test]
async fn when_a_collector_is_ninety_seconds_behind() {
    let world = World::migrated().await;
    let mongo = TestMongo::create().await;
    let orders = shopee(&mongo).await;
    orders
        .insert_one(order("a", "A1", DateTime::now()))
        .await
        .unwrap();
    sync(&world, &mongo);
    sync(&world, &mongo);
    orders
        .insert_one(order("b", "A2", seconds_ago(90)))
        .await
        .unwrap();
    assert_eq!(sync(&world, &mongo)["inserted"], 1);
}

/// Hazard 42: more documents with one ingest time than fit a batch.
#[tokio::test]
async fn when_thousands_share_one_ingest_time() {
    let world = World::migrated().await;
    let mongo = TestMongo::create().await;
    let orders = shopee(&mongo).await;
    orders
        .insert_one(order("first", "A0", seconds_ago(100)))
        .await
        .unwrap();
    sync(&world, &mongo);
    let stored = DateTime::now();
    let same: Vec<_> = (0..12_000)
        .map(|n| order(n, &format!("E{n:05}"), stored))
        .collect();
    orders.insert_many(&same).await.unwrap();

    let client = world.client().await;
    let limit = "
        create function stop_in_the_middle() returns trigger language plpgsql as $$ begin
            if new.revision > old.revision and (select count(*) from orders) > 6000 then
                raise exception 'cut' using errcode = '57014';
            end if;
            return new;
        end $$;
        create trigger cut before update on sync_state for each row execute function stop_in_the_middle()";
    client.batch_execute(limit).await.unwrap();
    world.run(&["sync", "--source", mongo.uri()]).exits_with(2);
    client
        .batch_execute("drop trigger cut on sync_state")
        .await
        .unwrap();
    let rest = sync(&world, &mongo);
    assert_eq!(rest["failures"], serde_json::json!([]), "{rest}");
    let stored: i64 = client
        .query_one("select count(*) from orders", &[])
        .await
        .unwrap()
        .get(0);
    assert_eq!(stored, 12_001);
}

/// One collection for all marketplaces, told apart by a field.
#[tokio::test]
async fn from_one_collection_that_holds_all_marketplaces() {
    let world = World::migrated().await;
    let mongo = TestMongo::create().await;
    let all: Collection<Document> = mongo.database().await.collection("orders");
    let mut shopee = order("s", "S1", DateTime::now());
    shopee.insert("platform", "Shopee");
    let lazada = doc! {
        "_id": "l", "platform": "LAZADA", "raw": {
            "order_id": 900_000_000_000_123_i64, "statuses": ["pending"], "price": "100.00", "voucher": 0,
            "shipping_fee": 0, "created_at": "2026-11-10 10:00:00 +0700", "updated_at": "2026-11-10 10:00:00 +0700",
        }, "updatedAt": DateTime::now(),
    };
    let mut other = order("o", "S2", DateTime::now());
    other.insert("platform", "tiki");
    all.insert_many([shopee, lazada, other]).await.unwrap();
    let mut command = world.command(&["sync", "--source", mongo.uri(), "--format", "json"]);
    let ended = crate::world::end(command.env("DAYBOOK_SOURCE_COLLECTION", "orders")).exits_with(1);
    let synced = ended.json();
    assert_eq!(
        (&synced["inserted"], &synced["quarantined"]),
        (&2.into(), &1.into()),
        "{synced}"
    );
}

#[tokio::test]
async fn or_the_refusal_names_the_fix() {
    let world = World::migrated().await;
    let mongo = TestMongo::create().await;
    let empty = world.run(&["sync", "--source", mongo.uri()]).exits_with(2);
    for part in [
        "no collection with orders",
        "shopee_orders",
        "hint:",
        "shopee.collection",
    ] {
        assert!(
            empty.stderr.contains(part),
            "{part} is not in {}",
            empty.stderr
        );
    }
    shopee(&mongo)
        .await
        .insert_one(order("a", "A1", DateTime::now()))
        .await
        .unwrap();
    let stranger = mongo
        .uri()
        .replacen("mongodb://", "mongodb://stranger:s3cret@", 1);
    let refused = world.run(&["sync", "--source", &stranger]).exits_with(2);
    for part in [
        "MongoDB refused the login",
        "source.url",
        "authSource=admin",
    ] {
        assert!(
            refused.stderr.contains(part),
            "{part} is not in {}",
            refused.stderr
        );
    }
    assert!(!refused.all().contains("s3cret"), "{}", refused.all());
}

/// Hazard 52: items that arrive without an ingest time of their own, or with an old one, still complete their order.
#[tokio::test]
async fn with_items_that_arrive_late_and_undated() {
    for stored in [None, Some(seconds_ago(9_000))] {
        let world = World::migrated().await;
        let database = TestMongo::create().await;
        let mongo = database.database().await;
        let items: Collection<Document> = mongo.collection("lazada_order_items");
        let item = |order: i64, unit: i64| {
            let mut item = doc! {
                "order_item_id": unit, "order_id": order, "status": "delivered", "item_price": 100, "voucher_amount": 0,
                "shipping_amount": 0, "updated_at": "2026-11-12 11:45:00 +0700",
            };
            if let Some(stored) = stored {
                item.insert("updatedAt", stored);
            }
            item
        };
        for order in 1..=20_i64 {
            let number = 900_000_000_000_000 + order;
            let document = doc! {
                "order_number": number, "statuses": ["delivered"], "price": "200.00", "voucher": 0, "shipping_fee": 0,
                "items_count": 2, "created_at": "2026-11-10 10:00:00 +0700", "updated_at": "2026-11-12 11:45:00 +0700",
                "updatedAt": DateTime::now(),
            };
            mongo
                .collection("lazada_orders")
                .insert_one(document)
                .await
                .unwrap();
            items.insert_one(item(number, order * 10)).await.unwrap();
        }
        sync(&world, &database);
        for order in 1..=20_i64 {
            items
                .insert_one(item(900_000_000_000_000 + order, order * 10 + 1))
                .await
                .unwrap();
        }
        sync(&world, &database);
        let client = world.client().await;
        let query = "select count(*) from orders where status = 'completed'";
        let completed: i64 = client.query_one(query, &[]).await.unwrap().get(0);
        if stored.is_none() {
            assert_eq!(completed, 20);
            continue;
        }
        // Polling by ingest time cannot see what claims to be old. Reading everything again does.
        world.json(&["sync", "--full", "--source", database.uri()]);
        let completed: i64 = client.query_one(query, &[]).await.unwrap().get(0);
        assert_eq!(completed, 20);
    }
}

/// Hazard 43: a document from the future must not hide how far the source has been read.
#[tokio::test]
async fn and_a_document_from_the_future_does_not_hide_the_lag() {
    let world = World::migrated().await;
    let line = |code: &str, stored: &str| {
        format!(
            "{{\"order_sn\": \"{code}\", \"order_status\": \"SHIPPED\", \"currency\": \"VND\", \"create_time\": 1790000000, \
             \"update_time\": 1790000000, \"total_amount\": 5, \"updatedAt\": {{\"$date\": \"{stored}\"}}}}\n"
        )
    };
    world.dump(
        "shopee_orders.ndjson",
        line("A", "2026-09-22T00:00:00Z") + &line("B", "2099-01-01T00:00:00Z"),
    );
    world.run(&["sync"]).exits_with(0);
    let status = world.json(&["status"]);
    let through = status["streams"][0]["complete_through"].as_str().unwrap();
    assert!(!through.starts_with("2099"), "{status}");
}
