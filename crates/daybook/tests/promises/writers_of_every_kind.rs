//! Whoever writes, however their session is set: triggers, marks and figures do not depend on it, and writers do not
//! block each other.

use crate::world::{MODES, World, statistics_equal_a_recount};

fn insert(code: &str, day: &str) -> String {
    format!(
        "insert into public.orders (order_code, platform, status, total_amount, final_amount, order_date)
         values ('{code}', 'shopee', 'completed', 5, 5, '{day}')"
    )
}

/// Hazard 22: foreign session settings reach trigger code.
#[tokio::test]
async fn with_hostile_session_settings() {
    for mode in MODES {
        with_hostile_session_settings_in(mode).await;
    }
}

async fn with_hostile_session_settings_in(mode: &'static str) {
    let world = World::in_mode(mode).await;
    let client = world.client().await;
    let hostile = "
        create schema trap;
        create table trap.stats_rebuild_marks (stat_date date);
        create function trap.date(timestamp) returns date language sql as $$ select date '1999-01-01' $$;
        set search_path = trap, pg_temp;
        create temp table daily_order_statistics (stat_date date);
        set datestyle = 'SQL, DMY';
        set timezone = 'Pacific/Kiritimati';
        set intervalstyle = 'sql_standard'";
    client.batch_execute(hostile).await.unwrap();
    client
        .batch_execute(&insert("H1", "05/03/2026 23:59:59"))
        .await
        .unwrap();
    client
        .batch_execute("truncate public.orders")
        .await
        .unwrap();
    client
        .batch_execute(&insert("H2", "06/03/2026 00:00:00"))
        .await
        .unwrap();

    let observer = world.client().await;
    let days = "
        select string_agg(stat_date::text, ' ' order by stat_date)
        from (select stat_date from stats_rebuild_queue
              union select stat_date from stats_journal where total_orders > 0) waiting";
    let marked: String = observer.query_one(days, &[]).await.unwrap().get(0);
    // Without an order left a day has no figure: the journal forgets it, the queue has it looked at once more.
    let wanted = match mode {
        "queue" => "2026-03-05 2026-03-06",
        _ => "2026-03-06",
    };
    assert_eq!(marked, wanted);
    world.run(&["aggregate"]).exits_with(0);
    statistics_equal_a_recount(&observer).await;
}

/// Hazard 16: with a queue keyed by day, two days written in opposite order deadlock.
#[tokio::test]
async fn of_two_days_in_opposite_order() {
    for mode in MODES {
        of_two_days_in_opposite_order_in(mode).await;
    }
}

async fn of_two_days_in_opposite_order_in(mode: &'static str) {
    let world = World::in_mode(mode).await;
    let (one, other) = (world.client().await, world.client().await);
    let (first, second) = ("2026-03-01 10:00", "2026-03-02 10:00");
    for (client, code, day) in [(&one, "A1", first), (&other, "B1", second)] {
        let begin = format!(
            "begin; set local lock_timeout = '2s'; {}",
            insert(code, day)
        );
        client.batch_execute(&begin).await.unwrap();
    }
    one.batch_execute(&insert("A2", second)).await.unwrap();
    other.batch_execute(&insert("B2", first)).await.unwrap();
    one.batch_execute("commit").await.unwrap();
    other.batch_execute("commit").await.unwrap();
    world.run(&["aggregate"]).exits_with(0);
    statistics_equal_a_recount(&one).await;
}

/// Hazard 3: an upsert fires the triggers of INSERT and of UPDATE, also without rows.
#[tokio::test]
async fn by_upserts_that_change_nothing() {
    for mode in MODES {
        by_upserts_that_change_nothing_in(mode).await;
    }
}

async fn by_upserts_that_change_nothing_in(mode: &'static str) {
    let world = World::in_mode(mode).await;
    let client = world.client().await;
    client
        .batch_execute(&insert("U1", "2026-03-01 10:00"))
        .await
        .unwrap();
    world.run(&["aggregate"]).exits_with(0);
    let upsert = |amount: u32, code: &str| {
        format!(
            "insert into orders (order_code, platform, status, total_amount, final_amount, order_date)
             values ('{code}', 'shopee', 'completed', {amount}, {amount}, '2026-03-01 10:00')
             on conflict (platform, order_code) do update set total_amount = excluded.total_amount,
                 final_amount = excluded.final_amount"
        )
    };
    let marks = "
        select (select count(*) from stats_rebuild_marks) + (select count(*) from stats_journal)";
    let count = async || client.query_one(marks, &[]).await.unwrap().get::<_, i64>(0);
    client.batch_execute(&upsert(5, "U1")).await.unwrap();
    client
        .batch_execute("update orders set final_amount = 9 where false")
        .await
        .unwrap();
    client
        .batch_execute("delete from orders where false")
        .await
        .unwrap();
    assert_eq!(count().await, 0, "nothing moved");
    client.batch_execute(&upsert(6, "U1")).await.unwrap();
    assert_eq!(count().await, 1);
    client.batch_execute(&upsert(6, "U2")).await.unwrap();
    assert_eq!(count().await, 2);
    world.run(&["aggregate"]).exits_with(0);
    statistics_equal_a_recount(&client).await;
}

/// Hazard 4: a TRUNCATE beside an older snapshot counts nothing away that it did not see.
#[tokio::test]
async fn by_truncate_beside_an_older_snapshot() {
    for mode in MODES {
        by_truncate_beside_an_older_snapshot_in(mode).await;
    }
}

async fn by_truncate_beside_an_older_snapshot_in(mode: &'static str) {
    let world = World::in_mode(mode).await;
    let (truncating, other) = (world.client().await, world.client().await);
    other
        .batch_execute(&insert("T1", "2026-03-01 10:00"))
        .await
        .unwrap();
    world.run(&["aggregate"]).exits_with(0);
    // Reading the queue takes the snapshot, and no lock on orders that would keep the others out.
    truncating
        .batch_execute(
            "begin isolation level repeatable read; select count(*) from stats_rebuild_queue",
        )
        .await
        .unwrap();
    other
        .batch_execute(&insert("T2", "2026-03-07 10:00"))
        .await
        .unwrap();
    world.run(&["aggregate"]).exits_with(0);
    truncating
        .batch_execute("truncate orders; commit")
        .await
        .unwrap();
    statistics_equal_a_recount(&other).await;
    world.run(&["aggregate"]).exits_with(0);
    statistics_equal_a_recount(&other).await;
}
