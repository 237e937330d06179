//! Faults stop, and the service comes back by itself: everything that was written is in, and every figure is exact.

use std::time::{Duration, Instant};

use bson::{DateTime, Document, doc};
use local_postgres::{LocalPostgres, Options};
use mongodb::Collection;
use test_support::{CrashingDatabase, CrashingMongo, SmallDisk};
use tokio_postgres::Client;

use crate::service::Service;
use crate::world::{World, live_statistics_equal_a_recount};

/// How long after the last fault everything may take to be fresh again. Generous: what is promised is 15 seconds, on a
/// machine that does nothing else.
const FRESH_WITHIN: Duration = Duration::from_secs(60);

fn order(number: u32) -> Document {
    doc! {
        "_id": format!("shopee-{number}"), "order_sn": format!("C{number:06}"), "order_status": "SHIPPED", "currency": "VND",
        "create_time": 1_794_450_000 + i64::from(number % 5) * 86_400, "update_time": 1_794_900_000_i64,
        "total_amount": 100 + i64::from(number % 7), "updatedAt": DateTime::now(),
    }
}

/// Writes orders as a collector does, which waits out what ails MongoDB.
async fn write(orders: &Collection<Document>, numbers: std::ops::Range<u32>) {
    for number in numbers {
        let since = Instant::now();
        while let Err(error) = orders
            .replace_one(doc! { "_id": format!("shopee-{number}") }, order(number))
            .upsert(true)
            .await
        {
            assert!(since.elapsed() < FRESH_WITHIN, "{error}");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }
}

async fn has_orders(client: &Client, wanted: u32) {
    let since = Instant::now();
    loop {
        let found: i64 = client
            .query_one(
                "select coalesce(sum(total_orders), 0)::bigint from daily_order_statistics_live",
                &[],
            )
            .await
            .unwrap()
            .get(0);
        if found == i64::from(wanted) {
            return live_statistics_equal_a_recount(client).await;
        }
        assert!(since.elapsed() < FRESH_WITHIN, "{found} of {wanted}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn when_postgresql_and_mongodb_are_killed_and_started_again() {
    let mut database = CrashingDatabase::start();
    let mut mongo = CrashingMongo::start();
    let world = World::empty().await;
    let url = database.url();
    crate::world::end(world.command(&["migrate"]).env("DATABASE_URL", &url)).exits_with(0);
    let orders = mongo.database().await.collection("shopee_orders");
    write(&orders, 0..20).await;
    let service = Service::start_with(&world, |command| {
        command
            .env("DATABASE_URL", &url)
            .env("DAYBOOK_SOURCE", mongo.uri());
    });
    has_orders(&database.client().await, 20).await;

    let mut written = 20;
    for round in 0..4 {
        let next = written + 100;
        let writing = tokio::spawn({
            let orders = orders.clone();
            async move { write(&orders, written..next).await }
        });
        written = next;
        tokio::time::sleep(Duration::from_millis(150)).await;
        if round % 2 == 0 {
            tokio::task::block_in_place(|| {
                database.server().kill().unwrap();
                database.server().start().unwrap();
            });
        } else {
            tokio::task::block_in_place(|| {
                mongo.kill();
                mongo.restart();
            });
        }
        writing.await.unwrap();
    }
    has_orders(&database.client().await, written).await;
    assert_eq!(service.stop(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn when_the_disk_was_full() {
    let Some(disk) = SmallDisk::mount(190) else {
        assert!(
            !local_postgres::is_root(),
            "root can mount a small file system"
        );
        eprintln!("not root: no small file system can be mounted");
        return;
    };
    let mut options = Options::new(disk.path().join("server"));
    options.settings = [
        ("wal_keep_size", "0"),
        ("max_wal_size", "32MB"),
        ("min_wal_size", "32MB"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec();
    let server = LocalPostgres::open(options).unwrap();
    let url = server.url("postgres");
    let mongo = CrashingMongo::start();
    let world = World::empty().await;
    crate::world::end(world.command(&["migrate"]).env("DATABASE_URL", &url)).exits_with(0);
    let orders = mongo.database().await.collection("shopee_orders");
    write(&orders, 0..50).await;
    let _service = Service::start_with(&world, |command| {
        command
            .env("DATABASE_URL", &url)
            .env("DAYBOOK_SOURCE", mongo.uri());
    });
    let connect = async || {
        daybook::db::Database::new(&url, None)
            .unwrap()
            .connect()
            .await
    };
    has_orders(&connect().await.unwrap(), 50).await;

    disk.fill();
    write(&orders, 50..400).await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    disk.make_room();
    // The server may have gone down, and come up again by itself.
    let since = Instant::now();
    let client = loop {
        match connect().await {
            Ok(client) => break client,
            Err(error) => assert!(since.elapsed() < FRESH_WITHIN, "{error}"),
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
    };
    has_orders(&client, 400).await;
    let quarantined: i64 = client
        .query_one("select count(*) from order_quarantine", &[])
        .await
        .unwrap()
        .get(0);
    assert_eq!(quarantined, 0, "no document is blamed for it");
}
