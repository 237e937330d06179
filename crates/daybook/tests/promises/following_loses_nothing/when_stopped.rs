//! Stopped, killed, interrupted, and started again.

use super::*;

#[tokio::test]
async fn when_it_is_stopped_and_started_again() {
    let shop = Shop::with(10).await;
    for round in 1..=3 {
        let following = shop.follow();
        becomes(&shop.client, LIVE_ORDERS, i64::from(round) * 10).await;
        becomes(&shop.client, FOLLOWED, 1).await;
        let (code, said) = following.stop();
        assert_eq!(code, Some(0), "{said}");
        // Stored with an old time, as by a collector whose clock is wrong: only the place in the changes leads to these.
        let mut while_nobody_looks: Vec<_> = (round * 10..round * 10 + 10).map(order).collect();
        for document in &mut while_nobody_looks {
            document.insert("updatedAt", DateTime::from_millis(0));
        }
        shop.orders.insert_many(while_nobody_looks).await.unwrap();
    }
    let following = shop.follow();
    becomes(&shop.client, LIVE_ORDERS, 40).await;
    following.stop();
    everything_is_as_in(&shop.orders, &shop.client).await;
    // A plain pass goes on from the same position.
    assert_eq!(
        shop.world.json(&["sync", "--source", shop.mongo.uri()])["failures"],
        serde_json::json!([])
    );
    everything_is_as_in(&shop.orders, &shop.client).await;
}

#[tokio::test]
async fn when_it_is_killed_at_any_moment() {
    let shop = Shop::with(500).await;
    for round in 0..25_u32 {
        let mut following = shop.follow();
        let until = Instant::now() + Duration::from_millis(rand::rng().random_range(100..700));
        while Instant::now() < until {
            let picked = rand::rng().random_range(0..500 + round * 5);
            change(
                &shop.orders,
                picked,
                "COMPLETED",
                1_795_000_000 + i64::from(round * 100 + picked),
            )
            .await;
        }
        shop.orders
            .insert_many((500 + round * 5..505 + round * 5).map(order))
            .await
            .unwrap();
        following.0.kill().unwrap();
        following.0.wait().unwrap();
        live_statistics_equal_a_recount(&shop.client).await;
    }
    let following = shop.follow();
    becomes(&shop.client, LIVE_ORDERS, 625).await;
    let completed = shop
        .orders
        .count_documents(doc! { "order_status": "COMPLETED" })
        .await
        .unwrap();
    becomes(
        &shop.client,
        LIVE_COMPLETED,
        i64::try_from(completed).unwrap(),
    )
    .await;
    // The last change may still be on its way.
    tokio::time::sleep(Duration::from_secs(1)).await;
    following.stop();
    everything_is_as_in(&shop.orders, &shop.client).await;
}

#[tokio::test]
async fn when_it_is_stopped_during_the_first_load() {
    let world = World::migrated().await;
    let (client, mongo) = (world.client().await, TestMongo::create().await);
    let orders = shopee(&mongo.database().await).await;
    // Stored with an old time: polling from the time of the start would never find what the scan has not reached.
    let old = |number| {
        let mut document = order(number);
        document.insert("updatedAt", DateTime::from_millis(1_790_000_000_000));
        document
    };
    orders.insert_many((0..24_000).map(old)).await.unwrap();
    let following = Following::of(&world, mongo.uri());
    let since = Instant::now();
    while number(&client, "select count(*) from orders").await == 0 {
        assert!(since.elapsed() < PATIENCE, "nothing is loaded");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    following.stop();
    let loaded = number(&client, "select count(*) from orders").await;
    assert!(loaded < 24_000, "it was stopped too late to show anything");
    assert_eq!(
        number(&client, FOLLOWED).await,
        0,
        "what is before the place is not loaded yet"
    );
    // Changed behind the read that was cut.
    change(&orders, 0, "COMPLETED", 1_795_000_000).await;
    let following = Following::of(&world, mongo.uri());
    becomes(&client, LIVE_ORDERS, 24_000).await;
    becomes(&client, LIVE_COMPLETED, 1).await;
    following.stop();
}

#[tokio::test]
async fn when_it_is_interrupted_and_interrupted_again() {
    let shop = Shop::with(10).await;
    let following = shop.follow();
    becomes(&shop.client, FOLLOWED, 1).await;
    let (code, said) = following.stop_by("-INT");
    assert_eq!(code, Some(0), "{said}");

    // A batch that hangs at its commit: the second signal does not wait for it.
    one_slow_commit(&shop.client, 30).await;
    shop.orders.insert_many((10..20).map(order)).await.unwrap();
    let mut following = shop.follow();
    becomes(&shop.client, COMMITTING, 1).await;
    following.signal("-INT");
    tokio::time::sleep(Duration::from_millis(300)).await;
    following.signal("-INT");
    let since = Instant::now();
    let (code, said) = following.said();
    assert_eq!(code, Some(2), "{said}");
    assert!(since.elapsed() < Duration::from_secs(2), "{said}");
    shop.client
        .batch_execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where wait_event = 'PgSleep'",
        )
        .await
        .unwrap();
    let following = shop.follow();
    becomes(&shop.client, LIVE_ORDERS, 20).await;
    following.stop();
    everything_is_as_in(&shop.orders, &shop.client).await;
}
