//! `sync --follow`: what is written to MongoDB is in the live figures within moments, and nothing is lost or counted twice,
//! whatever is stopped, killed or cut meanwhile.

mod of_changes;
mod when_cut;
mod when_stopped;
mod when_the_source_changes;

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

/// A shop whose orders are followed.
struct Shop {
    world: World,
    client: Client,
    mongo: TestMongo,
    orders: Collection<Document>,
}

impl Shop {
    /// So many orders in MongoDB, none of them loaded.
    async fn with(orders: u32) -> Self {
        Self::in_mode(MODES[0], orders).await
    }

    /// The same, with figures that follow the orders in a way.
    async fn in_mode(mode: &'static str, orders: u32) -> Self {
        Self::in_world(World::in_mode(mode).await, orders).await
    }

    /// The same, loaded into a world that is there already.
    async fn in_world(world: World, orders: u32) -> Self {
        let (client, mongo) = (world.client().await, TestMongo::create().await);
        let collection = shopee(&mongo.database().await).await;
        collection
            .insert_many((0..orders).map(order))
            .await
            .unwrap();
        Self {
            world,
            client,
            mongo,
            orders: collection,
        }
    }

    fn follow(&self) -> Following {
        Following::of(&self.world, self.mongo.uri())
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
