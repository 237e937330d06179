//! Whoever writes: a changed order marks the day it leaves as well as the day it enters, and nothing marks twice what did
//! not move. No mark is lost, also while days are being computed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio_postgres::Client;

use crate::world::{World, statistics_equal_a_recount};

const INSERT: &str = "
insert into orders (order_code, platform, status, total_amount, discount_amount, final_amount, order_date)
select 'X' || n, case n % 2 when 0 then 'shopee' else 'tiktok' end, 'completed', 100 + n, 10, 90 + n,
       timestamp '2026-03-01 12:00' + (n % 10) * interval '1 day'
from generate_series(1, 100) n";

async fn marked(client: &Client) -> Vec<String> {
    let query = "select stat_date::text from stats_rebuild_queue order by 1";
    client
        .query(query, &[])
        .await
        .unwrap()
        .iter()
        .map(|row| row.get(0))
        .collect()
}

async fn world() -> (World, Client) {
    let world = World::in_mode("queue").await;
    let client = world.client().await;
    client.batch_execute(INSERT).await.unwrap();
    assert_eq!(marked(&client).await.len(), 10);
    world.run(&["aggregate"]).exits_with(0);
    assert_eq!(marked(&client).await, Vec::<String>::new());
    statistics_equal_a_recount(&client).await;
    (world, client)
}

#[tokio::test]
async fn by_hand_in_sql() {
    let (world, client) = world().await;
    let changes: [(&str, &[&str]); 8] = [
        (
            "update orders set final_amount = 1 where order_code = 'X1'",
            &["2026-03-02"],
        ),
        (
            "update orders set status = 'cancelled' where order_code = 'X2'",
            &["2026-03-03"],
        ),
        (
            "update orders set order_date = '2026-04-01 00:00' where order_code = 'X3'",
            &["2026-03-04", "2026-04-01"],
        ),
        (
            "update orders set platform = 'lazada' where order_code = 'X4'",
            &["2026-03-05"],
        ),
        (
            "delete from orders where order_code = 'X5'",
            &["2026-03-06"],
        ),
        (
            "update orders set id = id + 1000, customer_id = 5, updated_at = now()",
            &[],
        ),
        (
            "update orders set discount_amount = null where order_code = 'X7'",
            &["2026-03-08"],
        ),
        (
            "update orders set region = 'Huế' where order_code = 'X8'",
            &["2026-03-09"],
        ),
    ];
    for (change, days) in changes {
        client.batch_execute(change).await.unwrap();
        assert_eq!(marked(&client).await, days, "{change}");
        world.run(&["aggregate"]).exits_with(0);
        statistics_equal_a_recount(&client).await;
        world.run(&["validate"]).exits_with(0);
    }
}

#[tokio::test]
async fn truncate_leaves_no_figure() {
    let (world, client) = world().await;
    client.batch_execute("truncate orders").await.unwrap();
    assert_eq!(marked(&client).await.len(), 10);
    statistics_equal_a_recount(&client).await;
    world.run(&["aggregate"]).exits_with(0);
    assert_eq!(marked(&client).await, Vec::<String>::new());
    statistics_equal_a_recount(&client).await;
}

#[tokio::test]
async fn a_day_that_becomes_empty_has_no_row() {
    let (world, client) = world().await;
    client
        .batch_execute("delete from orders where order_date::date = '2026-03-05'")
        .await
        .unwrap();
    let aggregated = world.json(&["aggregate"]);
    assert_eq!(
        aggregated["rows_removed"], 4,
        "of the day, of its one category, region and shop"
    );
    statistics_equal_a_recount(&client).await;
}

#[tokio::test]
async fn a_rolled_back_change_marks_nothing() {
    let (_world, client) = world().await;
    client
        .batch_execute("begin; delete from orders; rollback")
        .await
        .unwrap();
    assert_eq!(marked(&client).await, Vec::<String>::new());
}

#[tokio::test]
async fn writers_of_one_day_do_not_wait_for_each_other_or_for_the_aggregator() {
    let (world, client) = world().await;
    let other = world.client().await;
    let write = |code: &str| {
        format!(
            "set local lock_timeout = '2s';
             insert into orders (order_code, platform, status, total_amount, final_amount, order_date)
             values ('{code}', 'shopee', 'completed', 5, 5, '2026-03-01 10:00')"
        )
    };
    client
        .batch_execute(&format!("begin; {}", write("W1")))
        .await
        .unwrap();
    other
        .batch_execute(&format!("begin; {}; commit", write("W2")))
        .await
        .unwrap();
    world.run(&["aggregate"]).exits_with(0);
    client.batch_execute("commit").await.unwrap();
    assert_eq!(
        marked(&client).await,
        ["2026-03-01"],
        "the mark of the open transaction is not lost"
    );
    world.run(&["aggregate"]).exits_with(0);
    statistics_equal_a_recount(&client).await;
}

#[tokio::test]
async fn no_mark_is_lost_while_days_are_computed() {
    let (world, client) = world().await;
    let stop = Arc::new(AtomicBool::new(false));
    let mut writers = Vec::new();
    for writer in 0..4 {
        let client = world.client().await;
        let stop = Arc::clone(&stop);
        writers.push(tokio::spawn(async move {
            let mut round = 0;
            while !stop.load(Ordering::Relaxed) {
                round += 1;
                let change = format!(
                    "update orders
                     set final_amount = final_amount + 1, total_amount = total_amount + 1,
                         order_date = order_date + case {round} % 3 when 0 then interval '1 day' else '0' end
                     where id % 4 = {writer} and id % 7 = {round} % 7"
                );
                client.batch_execute(&change).await.unwrap();
            }
        }));
    }
    for round in 0..8 {
        match round % 3 {
            0 => world.run(&["rebuild", "--all"]).exits_with(0),
            _ => world.run(&["aggregate"]).exits_with(0),
        };
    }
    stop.store(true, Ordering::Relaxed);
    for writer in writers {
        writer.await.unwrap();
    }
    world.run(&["aggregate"]).exits_with(0);
    statistics_equal_a_recount(&client).await;
    assert_eq!(marked(&client).await, Vec::<String>::new());
}

#[tokio::test]
async fn amounts_that_are_no_numbers_are_refused() {
    let (_world, client) = world().await;
    for change in [
        "update orders set final_amount = 'NaN'",
        "update orders set discount_amount = 'NaN'",
        "update orders set total_amount = 'Infinity'",
        "update orders set order_date = 'infinity'",
        "update orders set status = 'unknown'",
    ] {
        assert!(client.batch_execute(change).await.is_err(), "{change}");
    }
}

#[tokio::test]
async fn sums_of_the_largest_amounts_do_not_overflow() {
    let (world, client) = world().await;
    let insert = "
        insert into orders (order_code, platform, status, total_amount, discount_amount, final_amount, order_date)
        select 'L' || n, 'lazada', 'completed', 9999999999999999.99, 0, 9999999999999999.99, '2026-03-01'
        from generate_series(1, 1001) n";
    client.batch_execute(insert).await.unwrap();
    world.run(&["aggregate"]).exits_with(0);
    statistics_equal_a_recount(&client).await;
}

#[tokio::test]
async fn the_trigger_function_serves_no_other_table() {
    let (_world, client) = world().await;
    client
        .batch_execute("create role stranger; grant create on schema public to stranger")
        .await
        .unwrap();
    let attach = "
        set role stranger;
        create table forged (order_date timestamp);
        create trigger forge after insert on forged referencing new table as new_orders
        for each statement execute function mark_stats_for_rebuild()";
    let refused = client.batch_execute(attach).await.unwrap_err();
    assert!(
        format!("{refused:?}").contains("permission denied"),
        "{refused:?}"
    );
    let as_owner = "
        reset role;
        create table own (order_date timestamp);
        create trigger own after insert on own referencing new table as new_orders
        for each statement execute function mark_stats_for_rebuild();
        insert into own values (now())";
    let refused = client.batch_execute(as_owner).await.unwrap_err();
    assert!(
        format!("{refused:?}").contains("serves public.orders only"),
        "{refused:?}"
    );
}

#[tokio::test]
async fn who_may_write_orders_needs_no_right_on_the_marks() {
    let (world, client) = world().await;
    let grants = "create role loader; grant insert, update, delete, select on orders to loader;
                  grant usage on sequence orders_id_seq to loader; set role loader";
    client.batch_execute(grants).await.unwrap();
    client
        .batch_execute("update orders set final_amount = 2 where order_code = 'X1'")
        .await
        .unwrap();
    client.batch_execute("reset role").await.unwrap();
    assert_eq!(marked(&client).await, ["2026-03-02"]);
    world.run(&["aggregate"]).exits_with(0);
    statistics_equal_a_recount(&client).await;
}
