//! Collections and databases that come and go, and sources that have no changes to follow.

use super::*;

#[tokio::test]
async fn when_the_place_in_the_changes_is_lost() {
    let shop = Shop::with(10).await;
    let following = shop.follow();
    becomes(&shop.client, LIVE_ORDERS, 10).await;
    shop.orders.insert_one(order(10)).await.unwrap();
    becomes(&shop.client, LIVE_ORDERS, 11).await;
    following.stop();

    // A token of no oplog, with the time that goes with it.
    let since = DateTime::now();
    let forged = doc! { "kind": "follow", "token": { "_data": "82FFFF" }, "since": since };
    let bytes = bson::serialize_to_vec(&forged).unwrap();
    shop.client
        .execute("update sync_state set position = $1", &[&bytes])
        .await
        .unwrap();
    shop.orders.insert_many((11..15).map(order)).await.unwrap();
    let following = shop.follow();
    becomes(&shop.client, LIVE_ORDERS, 15).await;
    shop.orders.insert_one(order(15)).await.unwrap();
    becomes(&shop.client, LIVE_ORDERS, 16).await;
    let (code, said) = following.stop();
    assert_eq!(code, Some(0), "{said}");
    assert!(
        said.contains("polling from the time stored with it"),
        "{said}"
    );
}

#[tokio::test]
async fn when_the_collection_is_dropped_or_renamed() {
    let shop = Shop::with(10).await;
    let following = shop.follow();
    becomes(&shop.client, LIVE_ORDERS, 10).await;
    shop.orders.insert_one(order(10)).await.unwrap();
    becomes(&shop.client, LIVE_ORDERS, 11).await;

    shop.orders.drop().await.unwrap();
    shop.orders.insert_many((11..15).map(order)).await.unwrap();
    becomes(&shop.client, LIVE_ORDERS, 15).await;
    let rename = doc! {
        "renameCollection": format!("{}.shopee_orders", shop.mongo.database_name()),
        "to": format!("{}.old_orders", shop.mongo.database_name()),
    };
    shop.mongo
        .client()
        .await
        .database("admin")
        .run_command(rename)
        .await
        .unwrap();
    shop.orders.insert_many((15..20).map(order)).await.unwrap();
    becomes(&shop.client, LIVE_ORDERS, 20).await;
    let (code, said) = following.stop();
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("orders loaded from it stay"), "{said}");
    assert_eq!(
        number(&shop.client, "select count(*) from orders").await,
        20
    );
}

#[tokio::test]
async fn when_a_collection_is_created_meanwhile() {
    let shop = Shop::with(1).await;
    let database = shop.mongo.database().await;
    let following = shop.follow();
    becomes(&shop.client, FOLLOWED, 1).await;
    let tiktok: Collection<Document> = database.collection("tiktok_orders");
    let new = doc! {
        "id": "576461413038785752", "status": "AWAITING_SHIPMENT", "create_time": 1_794_450_000, "update_time": 1_794_900_000,
        "payment": { "currency": "VND", "total_amount": "100000", "sub_total": "100000" }, "line_items": [],
        "updatedAt": DateTime::now(),
    };
    tiktok.insert_one(new).await.unwrap();
    let since = Instant::now();
    while number(&shop.client, LIVE_ORDERS).await < 2 {
        assert!(since.elapsed() < Duration::from_secs(60), "it is not found");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    shop.orders.insert_one(order(1)).await.unwrap();
    becomes(&shop.client, LIVE_ORDERS, 3).await;
    becomes(&shop.client, FOLLOWED, 2).await;
    let (code, said) = following.stop();
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("a collection more"), "{said}");
}

#[tokio::test]
async fn when_the_database_is_dropped() {
    let shop = Shop::with(10).await;
    let database = shop.mongo.database().await;
    let following = shop.follow();
    becomes(&shop.client, FOLLOWED, 1).await;
    database.drop().await.unwrap();
    shop.orders.insert_many((10..15).map(order)).await.unwrap();
    becomes(&shop.client, LIVE_ORDERS, 15).await;
    let (code, said) = following.stop();
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("orders loaded from it stay"), "{said}");
}

#[tokio::test]
async fn when_the_server_has_no_change_streams() {
    let world = World::migrated().await;
    let mongo = CrashingMongo::start_standalone();
    let client = world.client().await;
    let orders = shopee(&mongo.database().await).await;
    orders.insert_many((0..10).map(order)).await.unwrap();
    let following = Following::of(&world, &mongo.uri());
    becomes(&client, LIVE_ORDERS, 10).await;
    orders.insert_many((10..15).map(order)).await.unwrap();
    change(&orders, 3, "COMPLETED", 1_795_000_000).await;
    becomes(&client, LIVE_ORDERS, 15).await;
    becomes(&client, LIVE_COMPLETED, 1).await;
    let (code, said) = following.stop();
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("this server has no change streams"), "{said}");
    everything_is_as_in(&orders, &client).await;
}

#[tokio::test]
async fn but_a_folder_of_dumps_cannot_be_followed() {
    let world = World::migrated().await;
    world.generate(100);
    let refused = world.run(&["sync", "--follow"]).exits_with(2);
    assert!(
        refused.stderr.contains("does not change by itself"),
        "{}",
        refused.stderr
    );
    assert!(refused.stderr.contains("hint:"), "{}", refused.stderr);
}
