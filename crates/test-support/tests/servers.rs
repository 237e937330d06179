//! What a test may rely on.
#![allow(
    clippy::unwrap_used,
    reason = "the lint spares tests, but not the functions they share"
)]
#![allow(
    clippy::disallowed_methods,
    reason = "tests connect to the server itself"
)]

use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use bson::{Document, doc};
use futures_util::StreamExt;
use local_postgres::LocalPostgres;
use mongodb::options::ReadConcern;
use test_support::{CrashingDatabase, CrashingMongo, TestDatabase, TestMongo};

/// Tells a copy of this program which part to play.
const ROLE: &str = "TEST_SUPPORT_TEST_ROLE";

fn has_role() -> bool {
    std::env::var_os(ROLE).is_some()
}

/// This program once more, running one test in its other role.
fn other_role_of(test: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", test, "--nocapture"])
        .env(ROLE, "other");
    command
}

fn is_gone_within(limit: Duration, path: &Path) -> bool {
    let start = Instant::now();
    while path.exists() {
        if start.elapsed() > limit {
            return false;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    true
}

/// The port in `mongodb://127.0.0.1:PORT/...`.
fn port_of(uri: &str) -> u16 {
    uri.split([':', '/']).nth(4).unwrap().parse().unwrap()
}

fn answers(port: u16) -> bool {
    TcpStream::connect(("127.0.0.1", port)).is_ok()
}

#[tokio::test]
async fn every_test_has_an_empty_database_of_its_own() {
    let (one, other) = (TestDatabase::create().await, TestDatabase::create().await);
    one.client()
        .await
        .batch_execute("create table t ()")
        .await
        .unwrap();
    let tables = "select count(*) from pg_tables where schemaname = 'public'";
    for (database, expected) in [(&one, 1_i64), (&other, 0)] {
        let row = database.client().await.query_one(tables, &[]).await;
        assert_eq!(row.unwrap().get::<_, i64>(0), expected);
    }
}

#[tokio::test]
async fn every_test_has_an_empty_source_of_its_own() {
    let (one, other) = (TestMongo::create().await, TestMongo::create().await);
    let orders = one.database().await.collection::<Document>("orders");
    orders.insert_one(doc! { "_id": 1 }).await.unwrap();
    for (mongo, expected) in [(&one, 1), (&other, 0)] {
        let database = mongo
            .client()
            .await
            .default_database()
            .expect("the URI names it");
        assert_eq!(database.name(), mongo.database_name());
        let names = database.list_collection_names().await.unwrap();
        assert_eq!(names.len(), expected);
    }
}

#[tokio::test]
async fn the_source_has_majority_reads_and_change_streams() {
    let mongo = TestMongo::create().await;
    let orders = mongo.database().await.collection::<Document>("orders");
    let mut changes = orders.watch().await.unwrap();
    orders.insert_one(doc! { "_id": 1 }).await.unwrap();
    let change = changes.next().await.unwrap().unwrap();
    assert_eq!(change.document_key, Some(doc! { "_id": 1 }));
    let majority = orders
        .find_one(doc! {})
        .read_concern(ReadConcern::majority());
    assert_eq!(majority.await.unwrap(), Some(doc! { "_id": 1 }));
}

#[tokio::test]
async fn a_killed_database_keeps_what_was_committed() {
    let mut database = CrashingDatabase::start();
    let client = database.client().await;
    client
        .batch_execute("create table t (n int); insert into t values (1)")
        .await
        .unwrap();
    let url = database.url();
    database.server().kill().unwrap();
    assert!(client.batch_execute("select 1").await.is_err());
    database.server().start().unwrap();
    assert_eq!(database.url(), url);
    let row = database
        .client()
        .await
        .query_one("select n from t", &[])
        .await;
    assert_eq!(row.unwrap().get::<_, i32>(0), 1);
}

#[tokio::test]
async fn a_stopped_or_killed_source_keeps_what_was_acknowledged() {
    let mut mongo = CrashingMongo::start();
    let uri = mongo.uri();
    let orders = mongo.database().await.collection::<Document>("orders");
    for id in 0..4_i64 {
        orders.insert_one(doc! { "_id": id }).await.unwrap();
        if id % 2 == 0 {
            mongo.kill();
        } else {
            mongo.stop();
        }
        assert!(!answers(port_of(&uri)));
        mongo.restart();
        assert_eq!(mongo.uri(), uri);
        let count = orders.count_documents(doc! {}).await.unwrap();
        assert_eq!(count.cast_signed(), id + 1);
    }
}

#[tokio::test]
async fn nothing_is_left_of_a_test_that_is_killed() {
    let name = "nothing_is_left_of_a_test_that_is_killed";
    if has_role() {
        let database = TestDatabase::create().await;
        let folder = "select current_setting('data_directory')";
        let row = database
            .client()
            .await
            .query_one(folder, &[])
            .await
            .unwrap();
        let mongo = TestMongo::create().await;
        // Our end would end the servers; we are killed before it comes.
        println!("folder {}", row.get::<_, &str>(0));
        println!("port {}", port_of(mongo.uri()));
        std::thread::sleep(Duration::from_secs(60));
        return;
    }
    let mut child = other_role_of(name)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut said = |word: &str| {
        lines
            .find_map(|line| Some(line.ok()?.strip_prefix(word)?.trim().to_owned()))
            .unwrap()
    };
    let data = PathBuf::from(said("folder"));
    let port: u16 = said("port").parse().unwrap();
    let server = data.parent().unwrap();
    assert!(LocalPostgres::running(server).is_some());
    assert!(answers(port));

    child.kill().unwrap();
    child.wait().unwrap();
    let folder = server.parent().unwrap();
    assert!(is_gone_within(Duration::from_secs(10), folder));
    assert!(!answers(port));
}

#[tokio::test]
async fn given_servers_are_used_and_left_clean() {
    let name = "given_servers_are_used_and_left_clean";
    if has_role() {
        let database = TestDatabase::create().await;
        let port = "select current_setting('port')";
        let row = database.client().await.query_one(port, &[]).await.unwrap();
        let given = std::env::var("DAYBOOK_TEST_DATABASE_URL").unwrap();
        assert!(given.contains(row.get::<_, &str>(0)));
        let mongo = TestMongo::create().await;
        let orders = mongo.database().await.collection::<Document>("orders");
        orders.insert_one(doc! { "_id": 1 }).await.unwrap();
        return;
    }
    let (database, mongo) = (CrashingDatabase::start(), CrashingMongo::start());
    let before = databases(&database, &mongo).await;
    let output = other_role_of(name)
        .env("DAYBOOK_TEST_DATABASE_URL", database.url())
        .env("DAYBOOK_TEST_MONGODB", mongo.uri())
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(databases(&database, &mongo).await, before);
}

/// Names of all databases of two servers.
async fn databases(database: &CrashingDatabase, mongo: &CrashingMongo) -> (String, Vec<String>) {
    let names = "select string_agg(datname, ' ' order by datname) from pg_database";
    let row = database.client().await.query_one(names, &[]).await.unwrap();
    let client = mongo.database().await.client().clone();
    (row.get(0), client.list_database_names().await.unwrap())
}
