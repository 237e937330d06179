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

/// Versions of two orders over two files: the region, the buyer and the first completion are known to older ones only.
fn versions(world: &World) {
    let version = |updated: u32, status: &str, state: &str, buyer: u32| {
        format!(
            "{{\"_id\": {updated}, \"order_sn\": \"V1\", \"order_status\": \"{status}\", \"currency\": \"VND\", \
             \"create_time\": 1790000000, \"update_time\": {updated}, \"total_amount\": 50, \"buyer_user_id\": {buyer}, \
             \"recipient_address\": {{\"state\": \"{state}\"}}}}\n"
        )
    };
    let first = version(1_790_000_100, "SHIPPED", "Huế", 7)
        + &version(1_790_000_200, "COMPLETED", "****", 0);
    world.dump("shopee_orders.ndjson", first);
    let masked = version(1_790_000_300, "COMPLETED", "****", 0)
        + &version(1_790_000_300, "COMPLETED", "****", 0);
    world.dump(
        "shopee_orders.json",
        masked.replace("V1", "V2") + &version(1_790_000_400, "COMPLETED", "****", 0),
    );
}

#[tokio::test]
async fn of_what_only_older_versions_know() {
    let world = World::migrated().await;
    let client = world.client().await;
    versions(&world);
    world.run(&["sync"]).exits_with(0);
    let rows = "
        select string_agg(concat_ws('|', order_code, status, final_amount, coalesce(region, '-'),
            coalesce(customer_id::text, '-'), completed_at), ' ' order by order_code) from orders";
    let row = async || {
        client
            .query_one(rows, &[])
            .await
            .unwrap()
            .get::<_, String>(0)
    };
    let whole = row().await;
    assert!(
        whole.starts_with("V1|completed|50.00|Huế|7|2026-09-21 21:16:40 V2|completed|50.00|-|-|"),
        "{whole}"
    );
    for spoil in [
        "delete from orders",
        "update orders set region = 'X'",
        "update orders set customer_id = 99",
        "update orders set region = null, customer_id = null where order_code = 'V1'",
        "update orders set completed_at = completed_at + interval '1 day'",
        "update orders set final_amount = 1, order_date = order_date + interval '1 day'",
    ] {
        client.batch_execute(spoil).await.unwrap();
        let report = [
            "validate", "--source", "--report", "r.json", "--format", "json",
        ];
        let found = world.run(&report).exits_with(1).json();
        let mut codes: Vec<_> = found["order_divergences"]
            .as_array()
            .unwrap()
            .iter()
            .map(|d| d["order_code"].as_str().unwrap())
            .collect();
        let all = codes.len();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), all, "each order is told once: {found}");
        assert_eq!(
            codes.len(),
            if spoil.contains("where") { 1 } else { 2 },
            "{spoil}: {found}"
        );
        world
            .run(&["repair", "--from-report", "r.json"])
            .exits_with(0);
        assert_eq!(row().await, whole, "{spoil}");
        world.run(&["validate", "--source"]).exits_with(0);
        statistics_equal_a_recount(&client).await;
    }
}

/// The program counts the finer grains in its own way, so some days are counted by the definition in SQL as well: here it
/// finds nothing, and each of them is told.
#[tokio::test]
async fn of_a_definition_that_says_something_else() {
    let world = loaded().await;
    world.run(&["aggregate"]).exits_with(0);
    world.run(&["validate"]).exits_with(0);
    let client = world.client().await;
    let other = "
        alter function order_buckets_of_day(date) rename to true_buckets_of_day;
        create function order_buckets_of_day(day date) returns setof daily_grain_statistics_live
        language sql stable as 'select * from daily_grain_statistics_live where false'";
    client.batch_execute(other).await.unwrap();
    let validated = world
        .run(&["validate", "--report", "r.json", "--format", "json"])
        .exits_with(1)
        .json();
    let divergences = validated["divergences"].as_array().unwrap();
    let days: std::collections::BTreeSet<_> = divergences
        .iter()
        .map(|d| d["day"].as_str().unwrap())
        .collect();
    assert!((1..=7).contains(&days.len()), "{days:?}");
    assert!(divergences.iter().all(|d| d["bucket"].is_object()));
}
