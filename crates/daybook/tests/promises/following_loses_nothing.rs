//! `sync --follow`: what is written to MongoDB is in the live figures within moments, and nothing is lost or counted twice,
//! whatever is stopped, killed or cut meanwhile.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use bson::{DateTime, Document, doc};
use mongodb::Collection;
use rand::RngExt;
use test_support::{CrashingDatabase, CrashingMongo, CuttingProxy, TestMongo};
use tokio_postgres::Client;

use crate::world::{
    COMMITTING, MODES, World, live_statistics_equal_a_recount, one_slow_commit,
    statistics_equal_a_recount,
};

/// Cuts in an ordinary run; `DAYBOOK_TEST_CUTS` asks for more.
fn cuts() -> u32 {
    let asked = std::env::var("DAYBOOK_TEST_CUTS").ok();
    asked.and_then(|text| text.parse().ok()).unwrap_or(300)
}

/// How long something may take that takes moments.
const PATIENCE: Duration = Duration::from_secs(30);

fn order(number: u32) -> Document {
    doc! {
        "_id": format!("shopee-{number}"), "order_sn": format!("F{number:06}"), "order_status": "SHIPPED", "currency": "VND",
        "create_time": 1_794_450_000 + i64::from(number % 5) * 86_400, "update_time": 1_794_900_000_i64,
        "total_amount": 100 + i64::from(number % 7), "updatedAt": DateTime::now(),
    }
}

async fn shopee(database: &mongodb::Database) -> Collection<Document> {
    database.collection("shopee_orders")
}

/// A change of an order that was stored before.
async fn change(orders: &Collection<Document>, number: u32, status: &str, updated: i64) {
    let change = doc! { "$set": {
        "order_status": status, "update_time": updated, "total_amount": updated % 1_000, "updatedAt": DateTime::now(),
    } };
    orders
        .update_one(doc! { "_id": format!("shopee-{number}") }, change)
        .await
        .unwrap();
}

/// A program that follows, and is not left behind when a test fails.
struct Following(Child);

impl Following {
    fn start(mut command: Command) -> Self {
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        Self(command.spawn().unwrap())
    }

    fn of(world: &World, uri: &str) -> Self {
        Self::start(world.command(&["sync", "--follow", "--source", uri, "--format", "json"]))
    }

    fn signal(&self, signal: &str) {
        let asked = Command::new("kill")
            .args([signal, &self.0.id().to_string()])
            .status();
        assert!(asked.unwrap().success(), "it had ended before");
    }

    /// Asks it to stop, and gives its exit code and what it said.
    fn stop(self) -> (Option<i32>, String) {
        self.stop_by("-TERM")
    }

    fn stop_by(mut self, signal: &str) -> (Option<i32>, String) {
        self.signal(signal);
        let since = Instant::now();
        while self.0.try_wait().unwrap().is_none() {
            assert!(since.elapsed() < Duration::from_secs(5), "it does not stop");
            std::thread::sleep(Duration::from_millis(10));
        }
        self.said()
    }

    fn said(&mut self) -> (Option<i32>, String) {
        use std::io::Read;
        let code = self.0.wait().unwrap().code();
        let mut said = String::new();
        self.0
            .stdout
            .take()
            .unwrap()
            .read_to_string(&mut said)
            .unwrap();
        self.0
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut said)
            .unwrap();
        (code, said)
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

async fn number(client: &Client, query: &str) -> i64 {
    client.query_one(query, &[]).await.unwrap().get(0)
}

/// Waits until a query gives a number.
async fn becomes(client: &Client, query: &str, wanted: i64) {
    let since = Instant::now();
    loop {
        let found = number(client, query).await;
        if found == wanted {
            return;
        }
        assert!(
            since.elapsed() < PATIENCE,
            "{query} is {found}, not {wanted}"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

const LIVE_ORDERS: &str =
    "select coalesce(sum(total_orders), 0)::bigint from daily_order_statistics_live";
const LIVE_COMPLETED: &str =
    "select coalesce(sum(completed_orders), 0)::bigint from daily_order_statistics_live";
const STORED_ORDERS: &str =
    "select coalesce(sum(total_orders), 0)::bigint from daily_order_statistics";

/// How many collections have a place in their changes.
const FOLLOWED: &str =
    "select count(*) from sync_state where position(convert_to('follow', 'UTF8') in position) > 0";
/// What the stored figures do not have yet.
const WAITING: &str = "
    select (select count(*) from stats_journal) + (select count(*) from stats_rebuild_marks)";

/// Every order is as its document is, and the figures are a recount of the orders.
async fn everything_is_as_in(orders: &Collection<Document>, client: &Client) {
    let mut cursor = orders.find(doc! {}).await.unwrap();
    let mut documents = 0;
    while cursor.advance().await.unwrap() {
        let document = cursor.deserialize_current().unwrap();
        documents += 1;
        let code = document.get_str("order_sn").unwrap();
        let query =
            "select platform_status, final_amount::bigint from orders where order_code = $1";
        let row = client.query_one(query, &[&code]).await.unwrap();
        assert_eq!(
            row.get::<_, &str>(0),
            document.get_str("order_status").unwrap(),
            "{code}"
        );
        let amount = document.get("total_amount").unwrap();
        let amount = amount.as_i64().or(amount.as_i32().map(i64::from)).unwrap();
        assert_eq!(row.get::<_, i64>(1), amount, "{code}");
    }
    assert_eq!(
        number(client, "select count(*) from orders").await,
        documents
    );
    live_statistics_equal_a_recount(client).await;
}

#[tokio::test]
async fn of_what_is_inserted_changed_and_deleted() {
    for mode in MODES {
        let world = World::in_mode(mode).await;
        let (client, mongo) = (world.client().await, TestMongo::create().await);
        let orders = shopee(&mongo.database().await).await;
        orders.insert_many((0..50).map(order)).await.unwrap();
        let following = Following::of(&world, mongo.uri());
        becomes(&client, "select count(*) from orders", 50).await;

        orders.insert_many((50..80).map(order)).await.unwrap();
        becomes(&client, "select count(*) from orders", 80).await;
        for number in 0..10 {
            change(&orders, number, "COMPLETED", 1_795_000_000).await;
        }
        becomes(
            &client,
            "select count(*) from orders where status = 'completed'",
            10,
        )
        .await;
        orders.delete_one(doc! { "_id": "shopee-1" }).await.unwrap();
        if mode == "incremental" {
            becomes(&client, LIVE_ORDERS, 80).await;
            becomes(&client, LIVE_COMPLETED, 10).await;
        }
        // Stored figures follow by themselves.
        becomes(&client, STORED_ORDERS, 80).await;
        becomes(&client, WAITING, 0).await;
        statistics_equal_a_recount(&client).await;

        let (code, said) = following.stop();
        assert_eq!(code, Some(0), "{said}");
        assert_eq!(
            number(&client, "select count(*) from orders").await,
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
    let world = World::migrated().await;
    let (client, mongo) = (world.client().await, TestMongo::create().await);
    let orders = shopee(&mongo.database().await).await;
    orders.insert_many((0..20_000).map(order)).await.unwrap();
    let following = Following::of(&world, mongo.uri());
    for number in 0..400 {
        change(
            &orders,
            number * 50,
            "COMPLETED",
            1_795_000_000 + i64::from(number),
        )
        .await;
        orders.insert_one(order(20_000 + number)).await.unwrap();
    }
    becomes(&client, LIVE_ORDERS, 20_400).await;
    becomes(&client, LIVE_COMPLETED, 400).await;
    let (code, said) = following.stop();
    assert_eq!(code, Some(0), "{said}");
    everything_is_as_in(&orders, &client).await;
}

#[tokio::test]
async fn when_it_is_stopped_and_started_again() {
    let world = World::migrated().await;
    let (client, mongo) = (world.client().await, TestMongo::create().await);
    let orders = shopee(&mongo.database().await).await;
    orders.insert_many((0..10).map(order)).await.unwrap();
    for round in 1..=3 {
        let following = Following::of(&world, mongo.uri());
        becomes(&client, LIVE_ORDERS, i64::from(round) * 10).await;
        becomes(&client, FOLLOWED, 1).await;
        let (code, said) = following.stop();
        assert_eq!(code, Some(0), "{said}");
        // Stored with an old time, as by a collector whose clock is wrong: only the place in the changes leads to these.
        let mut while_nobody_looks: Vec<_> = (round * 10..round * 10 + 10).map(order).collect();
        for document in &mut while_nobody_looks {
            document.insert("updatedAt", DateTime::from_millis(0));
        }
        orders.insert_many(while_nobody_looks).await.unwrap();
    }
    let following = Following::of(&world, mongo.uri());
    becomes(&client, LIVE_ORDERS, 40).await;
    following.stop();
    everything_is_as_in(&orders, &client).await;
    // A plain pass goes on from the same position.
    assert_eq!(
        world.json(&["sync", "--source", mongo.uri()])["failures"],
        serde_json::json!([])
    );
    everything_is_as_in(&orders, &client).await;
}

#[tokio::test]
async fn when_it_is_killed_at_any_moment() {
    let world = World::migrated().await;
    let (client, mongo) = (world.client().await, TestMongo::create().await);
    let orders = shopee(&mongo.database().await).await;
    orders.insert_many((0..500).map(order)).await.unwrap();
    for round in 0..25_u32 {
        let mut following = Following::of(&world, mongo.uri());
        let until = Instant::now() + Duration::from_millis(rand::rng().random_range(100..700));
        while Instant::now() < until {
            let picked = rand::rng().random_range(0..500 + round * 5);
            change(
                &orders,
                picked,
                "COMPLETED",
                1_795_000_000 + i64::from(round * 100 + picked),
            )
            .await;
        }
        orders
            .insert_many((500 + round * 5..505 + round * 5).map(order))
            .await
            .unwrap();
        following.0.kill().unwrap();
        following.0.wait().unwrap();
        live_statistics_equal_a_recount(&client).await;
    }
    let following = Following::of(&world, mongo.uri());
    becomes(&client, LIVE_ORDERS, 625).await;
    let completed = orders
        .count_documents(doc! { "order_status": "COMPLETED" })
        .await
        .unwrap();
    becomes(&client, LIVE_COMPLETED, i64::try_from(completed).unwrap()).await;
    // The last change may still be on its way.
    tokio::time::sleep(Duration::from_secs(1)).await;
    following.stop();
    everything_is_as_in(&orders, &client).await;
}

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
    let (to_postgres, postgres_url) = CuttingProxy::in_front_of(world.database.url()).await;
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
    let (to_postgres, postgres_url) = CuttingProxy::in_front_of(world.database.url()).await;
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
    let (to_postgres, postgres_url) = CuttingProxy::in_front_of(world.database.url()).await;
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
async fn when_the_place_in_the_changes_is_lost() {
    let world = World::migrated().await;
    let (client, mongo) = (world.client().await, TestMongo::create().await);
    let orders = shopee(&mongo.database().await).await;
    orders.insert_many((0..10).map(order)).await.unwrap();
    let following = Following::of(&world, mongo.uri());
    becomes(&client, LIVE_ORDERS, 10).await;
    orders.insert_one(order(10)).await.unwrap();
    becomes(&client, LIVE_ORDERS, 11).await;
    following.stop();

    // A token of no oplog, with the time that goes with it.
    let since = DateTime::now();
    let forged = doc! { "kind": "follow", "token": { "_data": "82FFFF" }, "since": since };
    let bytes = bson::serialize_to_vec(&forged).unwrap();
    client
        .execute("update sync_state set position = $1", &[&bytes])
        .await
        .unwrap();
    orders.insert_many((11..15).map(order)).await.unwrap();
    let following = Following::of(&world, mongo.uri());
    becomes(&client, LIVE_ORDERS, 15).await;
    orders.insert_one(order(15)).await.unwrap();
    becomes(&client, LIVE_ORDERS, 16).await;
    let (code, said) = following.stop();
    assert_eq!(code, Some(0), "{said}");
    assert!(
        said.contains("polling from the time stored with it"),
        "{said}"
    );
}

#[tokio::test]
async fn when_the_collection_is_dropped_or_renamed() {
    let world = World::migrated().await;
    let (client, mongo) = (world.client().await, TestMongo::create().await);
    let database = mongo.database().await;
    let orders = shopee(&database).await;
    orders.insert_many((0..10).map(order)).await.unwrap();
    let following = Following::of(&world, mongo.uri());
    becomes(&client, LIVE_ORDERS, 10).await;
    orders.insert_one(order(10)).await.unwrap();
    becomes(&client, LIVE_ORDERS, 11).await;

    orders.drop().await.unwrap();
    orders.insert_many((11..15).map(order)).await.unwrap();
    becomes(&client, LIVE_ORDERS, 15).await;
    let rename = doc! {
        "renameCollection": format!("{}.shopee_orders", mongo.database_name()),
        "to": format!("{}.old_orders", mongo.database_name()),
    };
    mongo
        .client()
        .await
        .database("admin")
        .run_command(rename)
        .await
        .unwrap();
    orders.insert_many((15..20).map(order)).await.unwrap();
    becomes(&client, LIVE_ORDERS, 20).await;
    let (code, said) = following.stop();
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("orders loaded from it stay"), "{said}");
    assert_eq!(number(&client, "select count(*) from orders").await, 20);
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
async fn while_nothing_happens_the_place_is_kept() {
    let world = World::migrated().await;
    let (client, mongo) = (world.client().await, TestMongo::create().await);
    let orders = shopee(&mongo.database().await).await;
    orders.insert_one(order(0)).await.unwrap();
    let following = Following::of(&world, mongo.uri());
    becomes(&client, LIVE_ORDERS, 1).await;
    let revision = "select max(revision) from sync_state";
    let before = number(&client, revision).await;
    tokio::time::sleep(Duration::from_secs(12)).await;
    assert!(
        number(&client, revision).await > before,
        "an idle stream's place is stored"
    );
    let age = "select extract(epoch from now() - max(complete_through))::bigint from sync_state";
    let age = number(&client, age).await;
    assert!((0..15).contains(&age), "complete through {age} seconds ago");
    following.stop();
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
async fn when_a_batch_cannot_be_loaded_for_a_while_no_later_one_is_loaded_before_it() {
    let world = World::migrated().await;
    let (client, mongo) = (world.client().await, TestMongo::create().await);
    let orders = shopee(&mongo.database().await).await;
    orders.insert_one(order(0)).await.unwrap();
    let following = Following::of(&world, mongo.uri());
    becomes(&client, FOLLOWED, 1).await;
    let refuse = "
        create function refuse() returns trigger language plpgsql as
            $$ begin if exists (select from new_orders where order_code = 'F000001') then
                raise exception 'not now' using errcode = '40001'; end if; return null; end $$;
        create trigger refuse after insert on orders referencing new table as new_orders
        for each statement execute function refuse()";
    client.batch_execute(refuse).await.unwrap();
    for number in 1..=6 {
        orders.insert_one(order(number)).await.unwrap();
        tokio::time::sleep(Duration::from_millis(600)).await;
    }
    // Longer than the loader tries again by itself, so that reading begins anew.
    tokio::time::sleep(Duration::from_secs(20)).await;
    assert_eq!(number(&client, "select count(*) from orders").await, 1);
    client
        .batch_execute("drop trigger refuse on orders")
        .await
        .unwrap();
    becomes(&client, LIVE_ORDERS, 7).await;
    let (code, said) = following.stop();
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("trying again"), "{said}");
    everything_is_as_in(&orders, &client).await;
}

#[tokio::test]
async fn when_it_is_interrupted_and_interrupted_again() {
    let world = World::migrated().await;
    let (client, mongo) = (world.client().await, TestMongo::create().await);
    let orders = shopee(&mongo.database().await).await;
    orders.insert_many((0..10).map(order)).await.unwrap();
    let following = Following::of(&world, mongo.uri());
    becomes(&client, FOLLOWED, 1).await;
    let (code, said) = following.stop_by("-INT");
    assert_eq!(code, Some(0), "{said}");

    // A batch that hangs at its commit: the second signal does not wait for it.
    one_slow_commit(&client, 30).await;
    orders.insert_many((10..20).map(order)).await.unwrap();
    let mut following = Following::of(&world, mongo.uri());
    becomes(&client, COMMITTING, 1).await;
    following.signal("-INT");
    tokio::time::sleep(Duration::from_millis(300)).await;
    following.signal("-INT");
    let since = Instant::now();
    let (code, said) = following.said();
    assert_eq!(code, Some(2), "{said}");
    assert!(since.elapsed() < Duration::from_secs(2), "{said}");
    client
        .batch_execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where wait_event = 'PgSleep'",
        )
        .await
        .unwrap();
    let following = Following::of(&world, mongo.uri());
    becomes(&client, LIVE_ORDERS, 20).await;
    following.stop();
    everything_is_as_in(&orders, &client).await;
}

#[tokio::test]
async fn when_a_collection_is_created_meanwhile() {
    let world = World::migrated().await;
    let (client, mongo) = (world.client().await, TestMongo::create().await);
    let database = mongo.database().await;
    let orders = shopee(&database).await;
    orders.insert_one(order(0)).await.unwrap();
    let following = Following::of(&world, mongo.uri());
    becomes(&client, FOLLOWED, 1).await;
    let tiktok: Collection<Document> = database.collection("tiktok_orders");
    let new = doc! {
        "id": "576461413038785752", "status": "AWAITING_SHIPMENT", "create_time": 1_794_450_000, "update_time": 1_794_900_000,
        "payment": { "currency": "VND", "total_amount": "100000", "sub_total": "100000" }, "line_items": [],
        "updatedAt": DateTime::now(),
    };
    tiktok.insert_one(new).await.unwrap();
    let since = Instant::now();
    while number(&client, LIVE_ORDERS).await < 2 {
        assert!(since.elapsed() < Duration::from_secs(60), "it is not found");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    orders.insert_one(order(1)).await.unwrap();
    becomes(&client, LIVE_ORDERS, 3).await;
    becomes(&client, FOLLOWED, 2).await;
    let (code, said) = following.stop();
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("a collection more"), "{said}");
}

#[tokio::test]
async fn when_the_database_is_dropped() {
    let world = World::migrated().await;
    let (client, mongo) = (world.client().await, TestMongo::create().await);
    let database = mongo.database().await;
    let orders = shopee(&database).await;
    orders.insert_many((0..10).map(order)).await.unwrap();
    let following = Following::of(&world, mongo.uri());
    becomes(&client, FOLLOWED, 1).await;
    database.drop().await.unwrap();
    orders.insert_many((10..15).map(order)).await.unwrap();
    becomes(&client, LIVE_ORDERS, 15).await;
    let (code, said) = following.stop();
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("orders loaded from it stay"), "{said}");
}

#[tokio::test]
async fn of_a_document_as_large_as_mongodb_allows() {
    let world = World::migrated().await;
    let (client, mongo) = (world.client().await, TestMongo::create().await);
    let orders = shopee(&mongo.database().await).await;
    orders.insert_one(order(0)).await.unwrap();
    let following = Following::of(&world, mongo.uri());
    becomes(&client, FOLLOWED, 1).await;
    let mut large = order(1);
    large.insert("note", "n".repeat(15_500_000));
    orders.insert_one(large).await.unwrap();
    becomes(&client, LIVE_ORDERS, 2).await;
    // Before and after in one event would be more than an event can hold.
    change(&orders, 1, "COMPLETED", 1_795_000_000).await;
    becomes(&client, LIVE_COMPLETED, 1).await;
    let (code, said) = following.stop();
    assert_eq!(code, Some(0), "{said}");
    everything_is_as_in(&orders, &client).await;
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
