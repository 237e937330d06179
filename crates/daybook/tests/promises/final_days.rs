//! Business midnight makes a day final; a late change to a final day is applied, the day stays final, and the change is
//! recorded.

use daybook::aggregate::drain;
use daybook::app::App;
use daybook::clock::{BusinessClock, Clock};
use daybook::runs;
use serde_json::{Value, json};
use tokio_postgres::Client;

use crate::exact_at_every_commit::app;
use crate::world::{MODES, World, statistics_equal_a_recount};

async fn app_at(world: &World, time: &str) -> App {
    let mut app = app(world);
    let clock = Clock::Standing(time.parse().unwrap());
    app.clock = BusinessClock::new(clock, app.config.business.zone.clone());
    app
}

async fn aggregate(app: &App) {
    let client = app.database.connect().await.unwrap();
    let run = runs::start(&client, "aggregate", app.clock.now())
        .await
        .unwrap();
    drain(app, run, &|_| {}).await.unwrap();
}

async fn insert(client: &Client, code: &str, platform: &str, time: &str) {
    let insert = format!(
        "insert into orders (order_code, platform, status, total_amount, final_amount, order_date)
         values ('{code}', '{platform}', 'completed', 100, 100, '{time}')"
    );
    client.batch_execute(&insert).await.unwrap();
}

async fn final_days(client: &Client) -> Vec<String> {
    let query = "select distinct stat_date::text from daily_order_statistics_live where is_final order by 1";
    client
        .query(query, &[])
        .await
        .unwrap()
        .iter()
        .map(|row| row.get(0))
        .collect()
}

async fn audit(client: &Client) -> Vec<Value> {
    let query = "
        select jsonb_build_object('day', stat_date, 'platform', platform, 'cause', cause, 'by_hand', by_hand,
            'runs', cardinality(run_ids), 'orders', jsonb_build_array(before -> 'total_orders', after -> 'total_orders'),
            'revenue', jsonb_build_array(before ->> 'total_revenue', after ->> 'total_revenue'))
        from stats_audit order by id";
    client
        .query(query, &[])
        .await
        .unwrap()
        .iter()
        .map(|row| row.get(0))
        .collect()
}

#[tokio::test]
async fn end_at_business_midnight() {
    for mode in MODES {
        let world = World::in_mode(mode).await;
        let client = world.client().await;
        insert(&client, "A", "shopee", "2026-03-14 23:59:59").await;
        insert(&client, "B", "shopee", "2026-03-15 00:00:00").await;
        // 16:59:59 UTC is a second before midnight in Vietnam.
        aggregate(&app_at(&world, "2026-03-14T16:59:59Z").await).await;
        assert_eq!(final_days(&client).await, Vec::<String>::new(), "{mode}");
        aggregate(&app_at(&world, "2026-03-14T17:00:00Z").await).await;
        assert_eq!(final_days(&client).await, ["2026-03-14"], "{mode}");
        assert_eq!(
            audit(&client).await,
            Vec::<Value>::new(),
            "becoming final is no change"
        );
    }
}

/// Hazard 35: a clock that is ahead of the database's closes nothing, and what it closed once is opened again.
#[tokio::test]
async fn need_both_clocks() {
    for mode in MODES {
        let world = World::in_mode(mode).await;
        let client = world.client().await;
        let tomorrow = "insert into orders (order_code, platform, status, total_amount, final_amount, order_date)
                        values ('A', 'shopee', 'completed', 5, 5, now() + interval '1 day')";
        client.batch_execute(tomorrow).await.unwrap();
        aggregate(&app_at(&world, "2099-01-01T00:00:00Z").await).await;
        assert_eq!(final_days(&client).await, Vec::<String>::new(), "{mode}");
        client
            .batch_execute("update daily_order_statistics set is_final = true")
            .await
            .unwrap();
        world.run(&["aggregate"]).exits_with(0);
        assert_eq!(final_days(&client).await, Vec::<String>::new(), "{mode}");
    }
}

#[tokio::test]
async fn take_late_changes_stay_final_and_keep_what_they_were() {
    for mode in MODES {
        let world = World::in_mode(mode).await;
        let client = world.client().await;
        insert(&client, "A", "shopee", "2026-03-14 10:00").await;
        insert(&client, "B", "shopee", "2026-03-14 11:00").await;
        world.run(&["aggregate"]).exits_with(0);
        assert_eq!(final_days(&client).await, ["2026-03-14"]);

        client
            .batch_execute("update orders set final_amount = 70 where order_code = 'A'")
            .await
            .unwrap();
        insert(&client, "C", "lazada", "2026-03-14 12:00").await;
        world.run(&["aggregate"]).exits_with(0);
        assert_eq!(final_days(&client).await, ["2026-03-14"], "{mode}");
        client
            .batch_execute("delete from orders where order_code = 'C'")
            .await
            .unwrap();
        client
            .batch_execute("update orders set region = 'Huế'")
            .await
            .unwrap();
        world.run(&["aggregate"]).exits_with(0);
        statistics_equal_a_recount(&client).await;

        let (cause, by_hand, runs) = match mode {
            "incremental" => ("fold", true, 0),
            _ => ("rebuild", false, 1),
        };
        let change = |platform: &str, orders: [u32; 2], revenue: [&str; 2]| {
            json!({ "day": "2026-03-14", "platform": platform, "cause": cause, "by_hand": by_hand, "runs": runs,
                    "orders": orders, "revenue": revenue })
        };
        let mut audited = audit(&client).await;
        audited.sort_by_key(|entry| (entry["orders"].to_string(), entry["platform"].to_string()));
        let wanted = [
            change("lazada", [0, 1], ["0.00", "100.00"]),
            change("lazada", [1, 0], ["100.00", "0.00"]),
            change("shopee", [2, 2], ["200.00", "170.00"]),
        ];
        assert_eq!(audited, wanted, "{mode}");
    }
}

#[tokio::test]
async fn tell_the_run_that_changed_them() {
    let world = World::migrated().await;
    let order = |amount: u32, updated: u32| {
        format!(
            "{{\"_id\": {updated}, \"order_sn\": \"S1\", \"order_status\": \"COMPLETED\", \"currency\": \"VND\", \
             \"create_time\": 1790000000, \"update_time\": {updated}, \"total_amount\": {amount}}}\n"
        )
    };
    world.dump("shopee_orders.ndjson", order(100, 1_790_000_100));
    world.run(&["sync"]).exits_with(0);
    world.run(&["aggregate"]).exits_with(0);
    world.dump(
        "shopee_orders.ndjson",
        order(100, 1_790_000_100) + &order(90, 1_790_000_200),
    );
    let run = world.json(&["sync"])["run"].as_i64().unwrap();
    world.run(&["aggregate"]).exits_with(0);
    let client = world.client().await;
    let row = client
        .query_one("select run_ids, by_hand from stats_audit", &[])
        .await
        .unwrap();
    assert_eq!(
        (row.get::<_, Vec<i64>>(0), row.get::<_, bool>(1)),
        (vec![run], false)
    );
}
