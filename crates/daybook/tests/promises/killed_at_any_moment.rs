//! Kill the program at any moment, run it again: nothing is lost, nothing counts twice.

use std::time::Duration;

use rand::RngExt;

use crate::world::{World, statistics_equal_a_recount};

/// Rounds in an ordinary run; `DAYBOOK_TEST_KILLS` asks for more.
fn rounds() -> u32 {
    std::env::var("DAYBOOK_TEST_KILLS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(25)
}

#[tokio::test]
async fn sync_and_aggregate_reach_the_same_end() {
    let world = World::migrated().await;
    let expected = world.generate(12_000);
    let mut random = rand::rng();
    let mut killed = 0;
    for round in 0..rounds() {
        let command = if round % 3 == 2 { "aggregate" } else { "sync" };
        let mut child = world.command(&[command]).spawn().unwrap();
        let delay = Duration::from_micros(random.random_range(2_000..400_000));
        tokio::time::sleep(delay).await;
        killed += u32::from(child.try_wait().unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
    }
    assert!(killed > 0, "no kill came in time");
    let again = world.json(&["sync"]);
    assert_eq!(again["failures"], serde_json::json!([]), "{again}");
    world.run(&["aggregate"]).exits_with(0);

    let client = world.client().await;
    let count = |query: &'static str| {
        let client = &client;
        async move {
            client
                .query_one(query, &[])
                .await
                .unwrap()
                .get::<_, i64>(0)
                .unsigned_abs()
        }
    };
    assert_eq!(count("select count(*) from orders").await, expected.orders);
    let quarantined = count("select count(*) from order_quarantine").await;
    assert_eq!(quarantined, expected.quarantine.len() as u64);
    statistics_equal_a_recount(&client).await;
    for day in &expected.daily {
        let query = "select total_orders, total_revenue::text from daily_order_statistics
                     where stat_date = $1 and platform = $2";
        let row = client
            .query_one(query, &[&day.stat_date, &day.platform.name()])
            .await
            .unwrap();
        assert_eq!(
            row.get::<_, i64>(0).unsigned_abs(),
            day.total_orders,
            "{}",
            day.stat_date
        );
        assert_eq!(
            row.get::<_, String>(1),
            day.total_revenue,
            "{}",
            day.stat_date
        );
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
