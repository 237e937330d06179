//! What the leader does by itself, and what it is asked for.

use std::time::{Duration, Instant};

use bson::{DateTime, doc};
use daybook::runs::request::{Request, Submitted};
use jiff::Timestamp;
use serde_json::Value;
use test_support::TestMongo;
use tokio_postgres::Client;

use crate::service::Service;
use crate::world::{World, live_statistics_equal_a_recount, statistics_equal_a_recount};

const PATIENCE: Duration = Duration::from_secs(30);

/// Waits until a query that counts something finds at least so much.
async fn until(client: &Client, query: &str, at_least: i64) {
    let since = Instant::now();
    loop {
        let found: i64 = client.query_one(query, &[]).await.unwrap().get(0);
        if found >= at_least {
            return;
        }
        assert!(since.elapsed() < PATIENCE, "{found} of {at_least}: {query}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn ask(client: &Client, request: &Request, key: Option<&str>) -> Submitted {
    request
        .submit(client, "tester", key, Timestamp::now())
        .await
        .unwrap()
}

/// Waits until a run has ended: outcome and counts.
async fn ended(client: &Client, submitted: Submitted) -> (String, Value) {
    let Submitted::Waits(run) = submitted else {
        panic!("{submitted:?}")
    };
    let query =
        format!("select count(*) from job_runs where id = {run} and finished_at is not null");
    until(client, &query, 1).await;
    let row = client
        .query_one(
            "select outcome, counts from job_runs where id = $1",
            &[&run.0],
        )
        .await
        .unwrap();
    (row.get(0), row.get(1))
}

#[tokio::test]
async fn a_folder_of_dumps_is_loaded_and_folded() {
    let world = World::migrated().await;
    world.generate(500);
    let client = world.client().await;
    let service = Service::start(&world);
    until(
        &client,
        "select count(distinct parameters) from job_runs where command = 'sync' and finished_at is not null",
        3,
    )
    .await;
    until(
        &client,
        "select 1 - least(count(*), 1) from stats_journal",
        1,
    )
    .await;
    until(
        &client,
        "select 1 - least(count(*), 1) from grain_journal",
        1,
    )
    .await;
    statistics_equal_a_recount(&client).await;
    live_statistics_equal_a_recount(&client).await;
    assert_eq!(service.stop(), Some(0));
    until(
        &client,
        "select count(*) from job_runs where command = 'fold' and outcome = 'succeeded'",
        1,
    )
    .await;
}

#[tokio::test]
async fn a_marketplace_that_fails_does_not_hold_up_the_others() {
    let world = World::migrated().await;
    world.generate(200);
    std::fs::write(world.dumps().join("shopee_orders.bson"), [3, 0, 0, 0, 1]).unwrap();
    let client = world.client().await;
    let _service = Service::start(&world);
    until(
        &client,
        "select count(*) from job_runs where command = 'sync' and outcome = 'failed' and parameters ->> 'platform' = 'shopee'",
        1,
    )
    .await;
    until(
        &client,
        "select count(*) from job_runs where command = 'sync' and outcome in ('succeeded', 'needs_attention')",
        2,
    )
    .await;
    let loaded: i64 = client
        .query_one("select count(distinct platform) from orders", &[])
        .await
        .unwrap()
        .get(0);
    assert_eq!(loaded, 2);
}

#[tokio::test]
async fn mongodb_is_followed_and_steps_aside_for_a_sync_that_is_asked_for() {
    let world = World::migrated().await;
    let mongo = TestMongo::create().await;
    let orders = mongo
        .database()
        .await
        .collection::<bson::Document>("shopee_orders");
    let order = |number: u32| {
        doc! {
            "order_sn": format!("S{number:06}"), "order_status": "SHIPPED", "currency": "VND", "total_amount": 100_i64,
            "create_time": 1_794_450_000_i64, "update_time": 1_794_900_000_i64, "updatedAt": DateTime::now(),
        }
    };
    orders.insert_one(order(1)).await.unwrap();
    let client = world.client().await;
    let _service = Service::start_with(&world, |command| {
        command.env("DAYBOOK_SOURCE", mongo.uri());
    });
    until(&client, "select count(*) from orders", 1).await;
    orders.insert_one(order(2)).await.unwrap();
    until(&client, "select count(*) from orders", 2).await;

    let (outcome, counts) = ended(
        &client,
        ask(&client, &Request::Sync { platform: None }, None).await,
    )
    .await;
    assert_eq!(outcome, "succeeded", "{counts}");
    orders.insert_one(order(3)).await.unwrap();
    until(&client, "select count(*) from orders", 3).await;
    let failed: i64 = client
        .query_one(
            "select count(*) from job_runs where outcome = 'failed'",
            &[],
        )
        .await
        .unwrap()
        .get(0);
    assert_eq!(failed, 0);
    live_statistics_equal_a_recount(&client).await;
}

#[tokio::test]
async fn requests_are_served_once() {
    let world = World::migrated().await;
    world.generate(200);
    world.run(&["sync"]);
    let client = world.client().await;
    let days = Request::Rebuild {
        from: None,
        to: None,
    };
    let first = ask(&client, &days, Some("one")).await;
    let Submitted::Waits(run) = first else {
        panic!("{first:?}")
    };
    assert_eq!(
        ask(&client, &days, Some("one")).await,
        Submitted::Known(run)
    );
    assert_eq!(
        ask(&client, &days, Some("two")).await,
        Submitted::InTheWay(run)
    );
    let other = Request::Validate {
        from: None,
        to: None,
    };
    assert_eq!(
        ask(&client, &other, Some("one")).await,
        Submitted::KeyInUse(run)
    );

    let _service = Service::start_with(&world, |command| {
        command.env("DAYBOOK_SCHEDULE_SYNC", "off");
    });
    let (outcome, counts) = ended(&client, first).await;
    assert_eq!(outcome, "succeeded");
    assert!(counts["days"].as_u64().unwrap() > 10, "{counts}");
    assert_eq!(
        ask(&client, &days, Some("one")).await,
        Submitted::Known(run)
    );
}

#[tokio::test]
async fn a_divergence_is_found_and_repaired_on_request() {
    let world = World::migrated().await;
    world.generate(200);
    world.run(&["sync"]);
    world.run(&["aggregate"]).exits_with(0);
    let client = world.client().await;
    let wrong = "update daily_order_statistics set total_orders = total_orders + 1
        where stat_date = (select max(stat_date) from daily_order_statistics)";
    assert!(client.execute(wrong, &[]).await.unwrap() > 0);
    let _service = Service::start_with(&world, |command| {
        command.env("DAYBOOK_SCHEDULE_SYNC", "off");
    });
    let all = (None, None);
    let validate = Request::Validate {
        from: all.0,
        to: all.1,
    };
    let (outcome, counts) = ended(&client, ask(&client, &validate, None).await).await;
    assert_eq!(outcome, "needs_attention");
    let found = counts["divergences"].as_i64().unwrap();
    assert!(found > 0, "{counts}");
    let kept: i64 = client
        .query_one("select max(divergences) from validation_reports", &[])
        .await
        .unwrap()
        .get(0);
    assert_eq!(kept, found);

    let repair = Request::Repair {
        from: all.0,
        to: all.1,
    };
    let (outcome, _) = ended(&client, ask(&client, &repair, None).await).await;
    assert_eq!(outcome, "succeeded");
    let (outcome, counts) = ended(&client, ask(&client, &validate, None).await).await;
    assert_eq!(outcome, "succeeded", "{counts}");
    live_statistics_equal_a_recount(&client).await;
}

#[tokio::test]
async fn times_that_passed_while_nobody_led_are_made_up_for() {
    let world = World::migrated().await;
    world.generate(50);
    let client = world.client().await;
    // A review long ago: the next one is overdue.
    client
        .execute(
            "insert into job_runs (command, started_at, finished_at, outcome, term)
             values ('validate', now() - interval '30 days', now() - interval '30 days', 'succeeded', 0)",
            &[],
        )
        .await
        .unwrap();
    let _service = Service::start(&world);
    until(
        &client,
        "select count(*) from job_runs where command = 'validate' and finished_at > now() - interval '1 day'",
        1,
    )
    .await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let made: i64 = client
        .query_one("select count(*) from validation_reports", &[])
        .await
        .unwrap()
        .get(0);
    assert_eq!(made, 1, "once, not once a week");
}

#[tokio::test]
async fn a_time_that_is_none_names_the_setting() {
    let world = World::migrated().await;
    let ended = crate::world::end(
        world
            .command(&["serve"])
            .env("DAYBOOK_SCHEDULE_VALIDATE", "mondays"),
    )
    .exits_with(2);
    assert!(
        ended.stderr.contains("schedule.validate"),
        "{}",
        ended.stderr
    );
    assert!(ended.stderr.contains("0 4 * * 1"), "{}", ended.stderr);
}
