//! Servers that restart, connections that are cut, batches that fail.

use super::*;

#[tokio::test]
async fn when_the_servers_restart() {
    let world = World::migrated().await;
    let mut database = CrashingDatabase::start();
    let mut mongo = CrashingMongo::start();
    let url = database.url();
    crate::world::end(world.command(&["migrate"]).env("DATABASE_URL", &url)).exits_with(0);
    let orders = shopee(&mongo.database().await).await;
    orders.insert_many((0..100).map(order)).await.unwrap();
    let uri = mongo.uri();
    let mut command = world.command(&["sync", "--follow", "--source", &uri]);
    command.env("DATABASE_URL", &url);
    let following = Following::start(command);
    becomes(&database.client().await, LIVE_ORDERS, 100).await;
    for round in 0..4_u32 {
        if round % 2 == 0 {
            mongo.kill();
            mongo.restart();
        } else {
            database.server().kill().unwrap();
            tokio::time::sleep(Duration::from_millis(500)).await;
            database.server().start().unwrap();
        }
        let orders = shopee(&mongo.database().await).await;
        orders
            .insert_many((100 + round * 10..110 + round * 10).map(order))
            .await
            .unwrap();
        becomes(
            &database.client().await,
            LIVE_ORDERS,
            i64::from(110 + round * 10),
        )
        .await;
    }
    let (code, said) = following.stop();
    assert_eq!(code, Some(0), "{said}");
    let orders = shopee(&mongo.database().await).await;
    everything_is_as_in(&orders, &database.client().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_connections_are_cut() {
    let world = World::migrated().await;
    let (client, mongo) = (world.client().await, TestMongo::create().await);
    let (to_mongo, mongo_uri) = CuttingProxy::in_front_of(mongo.uri()).await;
    let (to_postgres, postgres_url) = CuttingProxy::in_front_of(&world.database.url()).await;
    let orders = shopee(&mongo.database().await).await;
    orders.insert_many((0..200).map(order)).await.unwrap();
    let mut command = world.command(&["sync", "--follow", "--source", &mongo_uri]);
    let following = Following::start({
        command.env("DATABASE_URL", &postgres_url);
        command
    });
    becomes(&client, LIVE_ORDERS, 200).await;
    for round in 0..cuts() {
        for picked in [round % 200, (round * 7) % 200] {
            change(
                &orders,
                picked,
                "TO_RETURN",
                1_795_000_000 + i64::from(round),
            )
            .await;
        }
        tokio::time::sleep(Duration::from_millis(rand::rng().random_range(1..120))).await;
        match round % 3 {
            0 => to_mongo.cut(),
            1 => to_postgres.cut(),
            _ => {
                to_mongo.cut();
                to_postgres.cut();
            }
        }
        if round % 20 == 0 {
            live_statistics_equal_a_recount(&client).await;
        }
    }
    orders.insert_one(order(999)).await.unwrap();
    becomes(&client, LIVE_ORDERS, 201).await;
    let (code, said) = following.stop();
    assert_eq!(code, Some(0), "{said}");
    everything_is_as_in(&orders, &client).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_connections_are_cut_from_the_first_load_on() {
    let world = World::migrated().await;
    let (client, mongo) = (world.client().await, TestMongo::create().await);
    let (to_mongo, mongo_uri) = CuttingProxy::in_front_of(mongo.uri()).await;
    let (to_postgres, postgres_url) = CuttingProxy::in_front_of(&world.database.url()).await;
    let orders = shopee(&mongo.database().await).await;
    orders.insert_many((0..12_000).map(order)).await.unwrap();
    let mut command = world.command(&["sync", "--follow", "--source", &mongo_uri]);
    command.env("DATABASE_URL", &postgres_url);
    let following = Following::start(command);
    let since = Instant::now();
    while number(&client, "select count(*) from orders").await == 0 {
        assert!(since.elapsed() < PATIENCE, "nothing is loaded");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    for round in 0..20_u32 {
        change(&orders, round, "COMPLETED", 1_795_000_000).await;
        match round % 2 {
            0 => to_mongo.cut(),
            _ => to_postgres.cut(),
        }
        tokio::time::sleep(Duration::from_millis(rand::rng().random_range(1..150))).await;
    }
    becomes(&client, LIVE_ORDERS, 12_000).await;
    becomes(&client, LIVE_COMPLETED, 20).await;
    let (code, said) = following.stop();
    assert_eq!(code, Some(0), "{said}");
    everything_is_as_in(&orders, &client).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_a_batch_given_up_for_lost_is_committed_after_all() {
    let world = World::migrated().await;
    let (client, mongo) = (world.client().await, TestMongo::create().await);
    let (to_postgres, postgres_url) = CuttingProxy::in_front_of(&world.database.url()).await;
    let orders = shopee(&mongo.database().await).await;
    orders.insert_many((0..10).map(order)).await.unwrap();
    let mut command = world.command(&[
        "sync",
        "--follow",
        "--source",
        mongo.uri(),
        "--format",
        "json",
    ]);
    command.env("DATABASE_URL", &postgres_url);
    let following = Following::start(command);
    becomes(&client, FOLLOWED, 1).await;
    becomes(&client, LIVE_ORDERS, 10).await;
    // Longer than the loader asks what became of it.
    one_slow_commit(&client, 20).await;
    orders.insert_many((10..20).map(order)).await.unwrap();
    becomes(&client, COMMITTING, 1).await;
    to_postgres.cut();
    orders.insert_many((20..25).map(order)).await.unwrap();
    becomes(&client, LIVE_ORDERS, 25).await;
    let (code, said) = following.stop();
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("following is interrupted"), "{said}");
    let result: serde_json::Value = said
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .next_back()
        .unwrap();
    assert_eq!(result["inserted"], 25, "{said}");
    everything_is_as_in(&orders, &client).await;
}

#[tokio::test]
async fn when_a_batch_cannot_be_loaded_for_a_while_no_later_one_is_loaded_before_it() {
    let shop = Shop::with(1).await;
    let following = shop.follow();
    becomes(&shop.client, FOLLOWED, 1).await;
    let refuse = "
        create function refuse() returns trigger language plpgsql as
            $$ begin if exists (select from new_orders where order_code = 'F000001') then
                raise exception 'not now' using errcode = '40001'; end if; return null; end $$;
        create trigger refuse after insert on orders referencing new table as new_orders
        for each statement execute function refuse()";
    shop.client.batch_execute(refuse).await.unwrap();
    for number in 1..=6 {
        shop.orders.insert_one(order(number)).await.unwrap();
        tokio::time::sleep(Duration::from_millis(600)).await;
    }
    // Longer than the loader tries again by itself, so that reading begins anew.
    tokio::time::sleep(Duration::from_secs(20)).await;
    assert_eq!(number(&shop.client, "select count(*) from orders").await, 1);
    shop.client
        .batch_execute("drop trigger refuse on orders")
        .await
        .unwrap();
    becomes(&shop.client, LIVE_ORDERS, 7).await;
    let (code, said) = following.stop();
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("trying again"), "{said}");
    everything_is_as_in(&shop.orders, &shop.client).await;
}

#[tokio::test]
async fn through_a_transaction_pooler() {
    for size in [1, 3] {
        let shop = Shop::in_world(World::behind_a_pool_of(size).await, 200).await;
        let following = shop.follow();
        becomes(&shop.client, LIVE_ORDERS, 200).await;
        for picked in 0..50 {
            change(&shop.orders, picked, "COMPLETED", 1_795_000_000).await;
        }
        shop.orders
            .insert_many((200..260).map(order))
            .await
            .unwrap();
        becomes(&shop.client, LIVE_ORDERS, 260).await;
        becomes(&shop.client, LIVE_COMPLETED, 50).await;
        becomes(&shop.client, STORED_ORDERS, 260).await;
        let (code, said) = following.stop();
        assert_eq!(code, Some(0), "{said}");
        everything_is_as_in(&shop.orders, &shop.client).await;
    }
}
