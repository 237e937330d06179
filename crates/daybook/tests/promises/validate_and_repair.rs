//! Validate names every difference and changes nothing; repair mends exactly what it found.

use crate::world::{World, statistics_equal_a_recount};

async fn loaded() -> World {
    let world = World::migrated().await;
    world.generate(1_500);
    world.run(&["sync"]);
    world.run(&["aggregate"]).exits_with(0);
    world.run(&["validate"]).exits_with(0);
    world
}

#[tokio::test]
async fn of_statistics_that_were_changed_by_hand() {
    let world = loaded().await;
    let client = world.client().await;
    let spoil = "
        update daily_order_statistics set total_revenue = total_revenue + 1, pending_orders = 0
        where stat_date = '2026-11-10' and platform = 'shopee';
        delete from daily_order_statistics where stat_date = '2026-11-11' and platform = 'lazada';
        insert into daily_order_statistics (stat_date, platform, total_orders) values ('2020-01-01', 'tiktok', 3)";
    client.batch_execute(spoil).await.unwrap();
    let validated = world
        .run(&["validate", "--report", "r.json", "--format", "json"])
        .exits_with(1)
        .json();
    let columns: Vec<_> = validated["divergences"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|d| d["day"] == "2026-11-10")
        .map(|d| {
            (
                d["column"].as_str().unwrap(),
                d["difference"].as_str().unwrap(),
            )
        })
        .collect();
    assert!(columns.contains(&("total_revenue", "1.00")), "{columns:?}");
    let days = ["2020-01-01", "2026-11-10", "2026-11-11"];
    let dry = world
        .run(&[
            "repair",
            "--from-report",
            "r.json",
            "--dry-run",
            "--format",
            "json",
        ])
        .exits_with(1)
        .json();
    assert_eq!(dry["days"], serde_json::json!(days));
    world.run(&["validate"]).exits_with(1);
    world
        .run(&["repair", "--from-report", "r.json"])
        .exits_with(0);
    world.run(&["validate"]).exits_with(0);
    statistics_equal_a_recount(&client).await;
}

#[tokio::test]
async fn of_orders_that_were_changed_behind_the_back_of_the_source() {
    let world = loaded().await;
    let client = world.client().await;
    world.run(&["validate", "--source"]).exits_with(0);
    let before: String =
        client.query_one("select md5(string_agg(concat(platform, order_code, status, final_amount, region), ',' order by platform, order_code)) from orders", &[]).await.unwrap().get(0);
    let spoil = "
        update orders set final_amount = final_amount + 5 where id in (select min(id) from orders where platform = 'shopee');
        update orders set status = 'pending', completed_at = null where id in (select max(id) from orders where status = 'completed');
        delete from orders where id in (select min(id) from orders where platform = 'lazada')";
    client.batch_execute(spoil).await.unwrap();
    world.run(&["aggregate"]).exits_with(0);
    world.run(&["validate"]).exits_with(0);
    let validated = world
        .run(&[
            "validate", "--source", "--report", "r.json", "--format", "json",
        ])
        .exits_with(1)
        .json();
    let mut problems: Vec<_> = validated["order_divergences"]
        .as_array()
        .unwrap()
        .iter()
        .map(|d| d["problem"].as_str().unwrap().to_owned())
        .collect();
    problems.sort();
    assert_eq!(problems, ["changed", "changed", "missing"], "{validated}");
    world
        .run(&["repair", "--from-report", "r.json"])
        .exits_with(0);
    world.run(&["validate", "--source"]).exits_with(0);
    let after: String =
        client.query_one("select md5(string_agg(concat(platform, order_code, status, final_amount, region), ',' order by platform, order_code)) from orders", &[]).await.unwrap().get(0);
    assert_eq!(before, after);
    statistics_equal_a_recount(&client).await;
}

#[tokio::test]
async fn of_changes_that_no_trigger_saw() {
    let world = loaded().await;
    let client = world.client().await;
    let unseen = "
        set session_replication_role = replica;
        update orders set status = 'cancelled' where order_date::date = '2026-11-09';
        reset session_replication_role";
    client.batch_execute(unseen).await.unwrap();
    world.run(&["aggregate"]).exits_with(0);
    world.run(&["validate"]).exits_with(1);
    world.run(&["repair"]).exits_with(0);
    world.run(&["validate"]).exits_with(0);
    for trigger in ["trigger_journal_delete", "trigger_mark_stats"] {
        let state = if trigger.contains("journal") {
            "disable"
        } else {
            "enable"
        };
        let change = format!("alter table orders {state} trigger {trigger}");
        client.batch_execute(&change).await.unwrap();
        let doctor = world.run(&["doctor"]).exits_with(1);
        assert!(doctor.stdout.contains(trigger), "{}", doctor.stdout);
    }
}
