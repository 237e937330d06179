//! What is written to MongoDB while it is followed.

use super::*;

#[tokio::test]
async fn of_what_is_inserted_changed_and_deleted() {
    for mode in MODES {
        let shop = Shop::in_mode(mode, 50).await;
        let following = shop.follow();
        becomes(&shop.client, "select count(*) from orders", 50).await;

        shop.orders.insert_many((50..80).map(order)).await.unwrap();
        becomes(&shop.client, "select count(*) from orders", 80).await;
        for number in 0..10 {
            change(&shop.orders, number, "COMPLETED", 1_795_000_000).await;
        }
        becomes(
            &shop.client,
            "select count(*) from orders where status = 'completed'",
            10,
        )
        .await;
        shop.orders
            .delete_one(doc! { "_id": "shopee-1" })
            .await
            .unwrap();
        if mode == "incremental" {
            becomes(&shop.client, LIVE_ORDERS, 80).await;
            becomes(&shop.client, LIVE_COMPLETED, 10).await;
        }
        // Stored figures follow by themselves.
        becomes(&shop.client, STORED_ORDERS, 80).await;
        becomes(&shop.client, WAITING, 0).await;
        statistics_equal_a_recount(&shop.client).await;

        let (code, said) = following.stop();
        assert_eq!(code, Some(0), "{said}");
        assert_eq!(
            number(&shop.client, "select count(*) from orders").await,
            80,
            "a deleted document is no cancelled order"
        );
        let last: serde_json::Value = said
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok())
            .next_back()
            .unwrap();
        assert_eq!(
            (&last["stopped"], &last["inserted"]),
            (&true.into(), &80.into()),
            "{said}"
        );
    }
}

#[tokio::test]
async fn of_what_is_written_during_the_first_load() {
    let shop = Shop::with(20_000).await;
    let following = shop.follow();
    for number in 0..400 {
        change(
            &shop.orders,
            number * 50,
            "COMPLETED",
            1_795_000_000 + i64::from(number),
        )
        .await;
        shop.orders
            .insert_one(order(20_000 + number))
            .await
            .unwrap();
    }
    becomes(&shop.client, LIVE_ORDERS, 20_400).await;
    becomes(&shop.client, LIVE_COMPLETED, 400).await;
    let (code, said) = following.stop();
    assert_eq!(code, Some(0), "{said}");
    everything_is_as_in(&shop.orders, &shop.client).await;
}

#[tokio::test]
async fn of_items_that_change_alone() {
    let world = World::migrated().await;
    let (client, mongo) = (world.client().await, TestMongo::create().await);
    let database = mongo.database().await;
    let stored = DateTime::now();
    let order = doc! {
        "order_id": 900_000_000_000_123_i64, "statuses": ["shipped"], "price": "300000.00", "voucher": 0.0, "shipping_fee": 0,
        "items_count": 1, "created_at": "2026-11-10 10:00:00 +0700", "updated_at": "2026-11-12 11:45:00 +0700", "updatedAt": stored,
    };
    let item = doc! {
        "_id": "i", "order_item_id": 7, "order_id": "900000000000123", "status": "shipped", "item_price": 300_000, "voucher_amount": 0,
        "shipping_amount": 0, "updated_at": "2026-11-12 11:45:00 +0700", "updatedAt": stored,
    };
    database
        .collection("lazada_orders")
        .insert_one(order)
        .await
        .unwrap();
    let items: Collection<Document> = database.collection("lazada_order_items");
    items.insert_one(item).await.unwrap();
    let following = Following::of(&world, mongo.uri());
    becomes(&client, LIVE_ORDERS, 1).await;
    let delivered = doc! { "$set": {
        "status": "delivered", "updated_at": "2026-11-14 09:00:00 +0700", "updatedAt": DateTime::now(),
    } };
    items
        .update_one(doc! { "_id": "i" }, delivered)
        .await
        .unwrap();
    becomes(&client, LIVE_COMPLETED, 1).await;
    following.stop();
}

#[tokio::test]
async fn of_a_document_as_large_as_mongodb_allows() {
    let shop = Shop::with(1).await;
    let following = shop.follow();
    becomes(&shop.client, FOLLOWED, 1).await;
    let mut large = order(1);
    large.insert("note", "n".repeat(15_500_000));
    shop.orders.insert_one(large).await.unwrap();
    becomes(&shop.client, LIVE_ORDERS, 2).await;
    // Before and after in one event would be more than an event can hold.
    change(&shop.orders, 1, "COMPLETED", 1_795_000_000).await;
    becomes(&shop.client, LIVE_COMPLETED, 1).await;
    let (code, said) = following.stop();
    assert_eq!(code, Some(0), "{said}");
    everything_is_as_in(&shop.orders, &shop.client).await;
}

#[tokio::test]
async fn while_nothing_happens_the_place_is_kept() {
    let shop = Shop::with(1).await;
    let following = shop.follow();
    becomes(&shop.client, LIVE_ORDERS, 1).await;
    let revision = "select max(revision) from sync_state";
    let before = number(&shop.client, revision).await;
    tokio::time::sleep(Duration::from_secs(12)).await;
    assert!(
        number(&shop.client, revision).await > before,
        "an idle stream's place is stored"
    );
    let age = "select extract(epoch from now() - max(complete_through))::bigint from sync_state";
    let age = number(&shop.client, age).await;
    assert!((0..15).contains(&age), "complete through {age} seconds ago");
    following.stop();
}
