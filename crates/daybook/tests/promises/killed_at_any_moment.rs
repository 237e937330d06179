//! Kill the program at any moment, run it again: nothing is lost, nothing counts twice.

use std::process::{Command, Stdio};
use std::time::Duration;

use rand::RngExt;
use test_support::{CrashingDatabase, CuttingProxy};
use tokio_postgres::Client;

use crate::world::{
    COMMITTING, MODES, World, end, exactness_of_categories, one_slow_commit,
    statistics_equal_a_recount,
};

/// Kills in an ordinary run; the environment variable asks for more.
fn kills(variable: &str, ordinary: u32) -> u32 {
    let asked = std::env::var(variable).ok();
    asked.and_then(|text| text.parse().ok()).unwrap_or(ordinary)
}

/// The commands that are killed. Reading everything again after a finished pass would be hardly any work, so that begins
/// anew with nothing.
const COMMANDS: [&[&str]; 4] = [&["sync"], &["aggregate"], &["sync"], &["rebuild", "--all"]];
const ANEW: &str = "truncate orders, sync_state, order_quarantine";

/// Everything is as the plan says, whatever was cut before.
pub async fn everything_is_there(client: &Client, expected: &order_samples::Expected) {
    let count = async |query: &str| {
        let row = client.query_one(query, &[]).await.unwrap();
        row.get::<_, i64>(0).unsigned_abs()
    };
    assert_eq!(count("select count(*) from orders").await, expected.orders);
    let quarantined = count("select count(*) from order_quarantine").await;
    assert_eq!(quarantined, expected.quarantine.len() as u64);
    statistics_equal_a_recount(client).await;
    for day in &expected.daily {
        let query = "select total_orders, total_revenue::text from daily_order_statistics
                     where stat_date = $1 and platform = $2";
        let parameters: [&(dyn tokio_postgres::types::ToSql + Sync); 2] =
            [&day.stat_date, &day.platform.name()];
        let row = client.query_one(query, &parameters).await.unwrap();
        assert_eq!(row.get::<_, i64>(0).unsigned_abs(), day.total_orders);
        assert_eq!(row.get::<_, String>(1), day.total_revenue);
    }
}

#[tokio::test]
async fn the_program_reaches_the_same_end() {
    for mode in MODES {
        let world = World::in_mode(mode).await;
        let client = world.client().await;
        let expected = world.generate(6_000);
        let mut killed = 0;
        for round in 0.. {
            if killed >= kills("DAYBOOK_TEST_KILLS", 200) / 2 {
                break;
            }
            assert!(
                round < 50 * kills("DAYBOOK_TEST_KILLS", 200),
                "kills come too late"
            );
            let command = COMMANDS[round as usize % COMMANDS.len()];
            let mut child = quiet(world.command(command)).spawn().unwrap();
            let delay = Duration::from_micros(rand::rng().random_range(2_000..500_000));
            tokio::time::sleep(delay).await;
            match child.try_wait().unwrap() {
                None => {
                    child.kill().unwrap();
                    killed += 1;
                }
                Some(_) if command == ["sync"] => client.batch_execute(ANEW).await.unwrap(),
                Some(_) => {}
            }
            child.wait().unwrap();
            live_statistics_are_exact(&client).await;
        }
        let again = world.json(&["sync"]);
        assert_eq!(again["failures"], serde_json::json!([]), "{again}");
        world.run(&["aggregate"]).exits_with(0);
        everything_is_there(&client, &expected).await;
    }
}

#[tokio::test]
async fn postgresql_reaches_the_same_end() {
    let world = World::empty().await;
    let expected = world.generate(6_000);
    let mut database = CrashingDatabase::start();
    let url = database.url();
    let command = |args: &[&str]| {
        let mut command = world.command(args);
        command.env("DATABASE_URL", &url);
        command
    };
    end(&mut command(&["migrate"])).exits_with(0);
    for round in 0..kills("DAYBOOK_TEST_SERVER_KILLS", 30) {
        let mut child = quiet(command(COMMANDS[round as usize % COMMANDS.len()]))
            .spawn()
            .unwrap();
        let delay = Duration::from_micros(rand::rng().random_range(20_000..600_000));
        tokio::time::sleep(delay).await;
        database.server().kill().unwrap();
        database.server().start().unwrap();
        child.wait().unwrap();
        live_statistics_are_exact(&database.client().await).await;
        if round % 8 == 7 {
            database.client().await.batch_execute(ANEW).await.unwrap();
        }
    }
    let again = end(&mut command(&["sync", "--format", "json"])).json();
    assert_eq!(again["failures"], serde_json::json!([]), "{again}");
    end(&mut command(&["aggregate"])).exits_with(0);
    everything_is_there(&database.client().await, &expected).await;
}

/// Output of a command that is to be killed would only be in the way.
fn quiet(mut command: Command) -> Command {
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// Nothing that was committed is missing from the live figures, nor counted twice, at any moment.
pub async fn live_statistics_are_exact(client: &Client) {
    for query in [
        include_str!("exactness.sql"),
        include_str!("exactness_of_grains.sql"),
        &exactness_of_categories(),
    ] {
        let differing: i64 = client.query_one(query, &[]).await.unwrap().get(0);
        assert_eq!(differing, 0, "live figures differ from a recount");
    }
}

#[tokio::test]
async fn two_syncs_at_once_load_everything_once() {
    let world = World::migrated().await;
    let expected = world.generate(6_000);
    let children: Vec<_> = (0..2)
        .map(|_| world.command(&["sync"]).spawn().unwrap())
        .collect();
    for mut child in children {
        child.wait().unwrap();
    }
    let again = world.json(&["sync"]);
    assert_eq!(again["failures"], serde_json::json!([]), "{again}");
    world.run(&["aggregate"]).exits_with(0);
    let client = world.client().await;
    let orders: i64 = client
        .query_one("select count(*) from orders", &[])
        .await
        .unwrap()
        .get(0);
    assert_eq!(orders.unsigned_abs(), expected.orders);
    statistics_equal_a_recount(&client).await;
}

#[tokio::test]
async fn a_value_that_the_database_refuses_costs_its_own_order_only() {
    let world = World::migrated().await;
    let client = world.client().await;
    client
        .batch_execute("alter table orders add check (final_amount <> 13)")
        .await
        .unwrap();
    let line = |number: u32, amount: u32| {
        format!(
            "{{\"_id\": \"d{number}\", \"order_sn\": \"S{number}\", \"order_status\": \"SHIPPED\", \"currency\": \"VND\", \
             \"create_time\": 1790000000, \"update_time\": 1790000000, \"total_amount\": {amount}}}\n"
        )
    };
    let lines: String = (0..1_000)
        .map(|n| line(n, if n % 400 == 7 { 13 } else { 50 }))
        .collect();
    world.dump("shopee_orders.ndjson", lines);
    let synced = world.json(&["sync"]);
    assert_eq!(
        (&synced["read"], &synced["inserted"]),
        (&1_000.into(), &997.into()),
        "{synced}"
    );
    assert_eq!(synced["quarantined"], 3);
    let entries = world.json(&["quarantine", "list"]);
    let mut ids: Vec<_> = entries
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["document_id"].as_str().unwrap())
        .collect();
    ids.sort_unstable();
    assert_eq!(ids, ["d407", "d7", "d807"]);
    assert_eq!(entries[0]["reason"], "refused_by_database");

    client
        .batch_execute("alter table orders drop constraint orders_final_amount_check")
        .await
        .unwrap();
    let replayed = world
        .run(&["quarantine", "replay", "--format", "json"])
        .exits_with(0)
        .json();
    assert_eq!(
        (&replayed["inserted"], &replayed["remaining"]),
        (&3.into(), &0.into()),
        "{replayed}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_whose_answer_is_lost_counts_once() {
    let world = World::migrated().await;
    let client = world.client().await;
    let (to_postgres, url) = CuttingProxy::in_front_of(&world.database.url()).await;
    let expected = world.generate(2_000);
    one_slow_commit(&client, 1).await;
    let mut command = world.command(&["sync", "--format", "json"]);
    command.env("DATABASE_URL", url).stdout(Stdio::piped());
    let program = command.stderr(Stdio::piped()).spawn().unwrap();
    while client
        .query_one(COMMITTING, &[])
        .await
        .unwrap()
        .get::<_, i64>(0)
        == 0
    {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    to_postgres.cut();
    let output = program.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("loading the batch again"), "{said}");
    let result: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(result["failures"], serde_json::json!([]), "{said}");
    assert_eq!(result["inserted"], expected.orders, "{result}");
    world.run(&["aggregate"]).exits_with(0);
    everything_is_there(&client, &expected).await;
}
