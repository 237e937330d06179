//! A standby that is promoted may lack the last commits, or have a second primary beside it. Rows and positions go back
//! together, so what is missing is read again, and each database is consistent by itself.

use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;
use test_support::CrashingDatabase;
use tokio_postgres::Client;

use crate::killed_at_any_moment::{everything_is_there, live_statistics_are_exact};
use crate::world::{Ended, World, end};

const PATIENCE: Duration = Duration::from_secs(30);

/// The program on a server.
fn on(server: &CrashingDatabase, world: &World, arguments: &[&str]) -> Ended {
    let mut command: Command = world.command(arguments);
    command.env("DATABASE_URL", server.url());
    end(&mut command)
}

async fn count(client: &Client, query: &str) -> i64 {
    client.query_one(query, &[]).await.unwrap().get(0)
}

/// Waits until a server has so many orders.
async fn has_orders(server: &CrashingDatabase, wanted: i64) {
    let client = server.client().await;
    let since = Instant::now();
    while count(&client, "select count(*) from orders").await != wanted {
        assert!(since.elapsed() < PATIENCE, "the standby does not follow");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn promote(server: &CrashingDatabase) {
    let client = server.client().await;
    assert!(
        client
            .query_one("select pg_promote(true)", &[])
            .await
            .unwrap()
            .get::<_, bool>(0)
    );
}

/// System, timeline and role of the server, as `doctor` says them.
fn identity(server: &CrashingDatabase, world: &World) -> String {
    let findings: Value = on(server, world, &["doctor", "--format", "json"]).json();
    let text = findings.to_string();
    let start = text.find("the server is a ").unwrap();
    text[start..].split('"').next().unwrap().to_owned()
}

/// A server with the first of two loads, a standby that has it as well, and what both loads together must become.
async fn with_a_standby(world: &World) -> (CrashingDatabase, CrashingDatabase, i64) {
    let primary = CrashingDatabase::start();
    on(&primary, world, &["migrate"]).exits_with(0);
    on(&primary, world, &["sync", "--platform", "shopee"]).exits_with(1);
    on(&primary, world, &["aggregate"]).exits_with(0);
    let loaded = count(&primary.client().await, "select count(*) from orders").await;
    let standby = primary.standby();
    has_orders(&standby, loaded).await;
    (primary, standby, loaded)
}

#[tokio::test]
async fn a_standby_is_refused() {
    let world = World::empty().await;
    world.generate(1_000);
    let (_primary, standby, _) = with_a_standby(&world).await;
    for command in [
        &["sync"][..],
        &["aggregate"],
        &["rebuild", "--all"],
        &["migrate"],
    ] {
        let refused = on(&standby, &world, command).exits_with(2);
        assert!(
            refused.stderr.contains("connect to the primary"),
            "{}",
            refused.stderr
        );
    }
    on(&standby, &world, &["status"]);
    assert!(identity(&standby, &world).contains("is a standby"));
}

#[tokio::test]
async fn commits_that_the_standby_had_not_are_made_again() {
    let world = World::empty().await;
    let expected = world.generate(4_000);
    let (mut primary, mut standby, _) = with_a_standby(&world).await;
    // The standby hears nothing of this.
    standby.server().kill().unwrap();
    on(&primary, &world, &["sync"]).exits_with(1);
    on(&primary, &world, &["aggregate"]).exits_with(0);
    everything_is_there(&primary.client().await, &expected).await;
    primary.server().kill().unwrap();
    standby.server().start().unwrap();
    promote(&standby).await;

    live_statistics_are_exact(&standby.client().await).await;
    on(&standby, &world, &["sync"]).exits_with(1);
    on(&standby, &world, &["aggregate"]).exits_with(0);
    everything_is_there(&standby.client().await, &expected).await;
    on(&standby, &world, &["validate", "--source"]).exits_with(0);
}

#[tokio::test]
async fn two_primaries_are_each_right() {
    let world = World::empty().await;
    let expected = world.generate(4_000);
    let (first, second, loaded) = with_a_standby(&world).await;
    promote(&second).await;
    on(&first, &world, &["sync"]).exits_with(1);
    // By hand, in one of them only.
    let by_hand = "delete from orders where order_code in (select min(order_code) from orders)";
    second.client().await.batch_execute(by_hand).await.unwrap();
    assert_eq!(
        count(&second.client().await, "select count(*) from orders").await,
        loaded - 1
    );
    for server in [&first, &second] {
        live_statistics_are_exact(&server.client().await).await;
    }
    on(&second, &world, &["repair"]).exits_with(0);
    on(&second, &world, &["sync"]).exits_with(1);
    for server in [&first, &second] {
        on(server, &world, &["aggregate"]).exits_with(0);
        everything_is_there(&server.client().await, &expected).await;
    }

    let (one, other) = (identity(&first, &world), identity(&second, &world));
    assert!(one.contains("is a primary") && other.contains("is a primary"));
    let system = |text: &str| text.split("timeline").next().unwrap().to_owned();
    assert_eq!(system(&one), system(&other), "the same system");
    assert_ne!(one, other, "on different timelines");
}
