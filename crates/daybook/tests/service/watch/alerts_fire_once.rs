//! Every alert fires once when its condition has held for a while, and is resolved once when it has been gone for a while.

use bson::{Bson, DateTime};
use daybook::source::Position;
use daybook::watch::alerts::Kind;
use daybook::watch::oplog::Oplog;
use jiff::SignedDuration;

use super::stand::{Stand, noon, order, run, stream};

/// Where streams of these tests come from.
const SOURCE: &str = "mongodb://127.0.0.1:27017/shop";

fn orders_stream(complete_through: &str, newest: &str) -> String {
    stream(&format!("{SOURCE}.shopee_orders"), complete_through, newest)
}

/// The first half of an alert's life: seen, fires after a minute, and never again while it lasts.
async fn fires(stand: &Stand, key: &str) {
    for seconds in [0, 5, 59] {
        assert_eq!(
            stand.tick(seconds).await.fired,
            [""; 0],
            "too soon: {key} at {seconds}"
        );
    }
    assert_eq!(stand.tick(60).await.fired, [key]);
    for seconds in [65, 70] {
        let ticked = stand.tick(seconds).await;
        assert_eq!(
            (ticked.fired, ticked.resolved),
            (vec![], vec![]),
            "again: {key}"
        );
    }
    assert_eq!(stand.value("select count(*) from alerts").await, "1");
}

/// The second half: gone, and after two minutes resolved, once.
async fn is_resolved(stand: &Stand, key: &str) {
    for seconds in [75, 80, 194] {
        let ticked = stand.tick(seconds).await;
        assert_eq!(
            (ticked.fired, ticked.resolved),
            (vec![], vec![]),
            "too soon: {key}"
        );
    }
    assert_eq!(stand.tick(195).await.resolved, [key]);
    for seconds in [200, 400] {
        let ticked = stand.tick(seconds).await;
        assert_eq!(
            (ticked.fired, ticked.resolved),
            (vec![], vec![]),
            "again: {key}"
        );
    }
    let open = "select count(*) from alerts where resolved_at is null";
    assert_eq!(stand.value(open).await, "0");
}

/// A condition that statements cause and cure.
async fn lives(stand: &Stand, key: &str, cause: &str, cure: &str) {
    stand.sql(cause).await;
    fires(stand, key).await;
    stand.sql(cure).await;
    is_resolved(stand, key).await;
}

#[tokio::test]
async fn nothing_is_wrong_with_an_empty_database() {
    let stand = Stand::new().await;
    for seconds in [0, 60, 120] {
        assert!(stand.tick(seconds).await.fired.is_empty());
    }
    assert_eq!(stand.value("select count(*) from alerts").await, "0");
}

#[tokio::test]
async fn more_than_a_hundred_days_in_the_queue() {
    let stand = Stand::new().await;
    let hundred = "insert into stats_rebuild_queue (stat_date)
                   select '2027-01-01'::date + n from generate_series(1, 100) n";
    stand.sql(hundred).await;
    stand.tick(-200).await;
    assert!(
        stand.tick(-100).await.fired.is_empty(),
        "a hundred are not too many"
    );
    let one_more = "insert into stats_rebuild_queue (stat_date) values ('2027-01-01')";
    let fewer = "delete from stats_rebuild_queue where stat_date = '2027-01-01'";
    lives(&stand, "queue", one_more, fewer).await;
}

#[tokio::test]
async fn yesterday_is_not_computed() {
    let stand = Stand::new().await;
    stand
        .sql(&order("A", "2026-03-19 10:00", "2026-03-19T10:01:00+07"))
        .await;
    let twelve_hours = 12 * 3_600;
    stand.tick(60 - twelve_hours).await;
    let within_the_grace = stand.tick(3_500 - twelve_hours).await;
    assert!(within_the_grace.fired.is_empty());
    fires(&stand, "day_not_computed").await;
    stand.world.run(&["aggregate"]).exits_with(0);
    is_resolved(&stand, "day_not_computed").await;
}

#[tokio::test]
async fn a_marketplace_is_silent_for_longer_than_is_usual_at_that_hour() {
    let stand = Stand::new().await;
    // Three weeks with something every 20 minutes from 8 to 22; this morning until 10.
    stand
        .sql(
            "insert into orders (order_code, platform, status, total_amount, discount_amount, final_amount, order_date, ingested_at)
             select 'S' || t, 'shopee', 'pending', 10, 0, 10, t, t at time zone 'Asia/Ho_Chi_Minh'
             from generate_series(timestamp '2026-02-27 08:00', '2026-03-20 10:00', '20 minutes') t
             where t::time between '08:00' and '22:00'",
        )
        .await;
    stand.world.run(&["aggregate"]).exits_with(0);
    let stand = stand.taken_over().await;
    // The night before: silent since 22, as every night.
    stand
        .sql(&orders_stream(
            "2026-03-20T04:00:00+07",
            "2026-03-19T22:00:00+07",
        ))
        .await;
    stand
        .sql("update sync_state set updated_at = '2026-03-20T04:00:00+07'")
        .await;
    stand
        .sql("delete from orders where order_date >= '2026-03-20'")
        .await;
    stand.world.run(&["aggregate"]).exits_with(0);
    let at_night = stand.taken_over().await;
    at_night.tick(-8 * 3_600).await;
    assert!(at_night.tick(-8 * 3_600 + 100).await.fired.is_empty());

    let since_ten = orders_stream("2026-03-20T12:00:00+07", "2026-03-20T10:00:00+07");
    let until_now = orders_stream("2026-03-20T12:00:00+07", "2026-03-20T11:55:00+07");
    lives(&at_night, "platform_silent:shopee", &since_ten, &until_now).await;
}

#[tokio::test]
async fn silence_is_not_alerted_while_little_is_known_or_loading_is_behind() {
    let stand = Stand::new().await;
    stand
        .sql(
            "insert into orders (order_code, platform, status, total_amount, discount_amount, final_amount, order_date, ingested_at)
             select 'S' || t, 'shopee', 'pending', 10, 0, 10, t, t at time zone 'Asia/Ho_Chi_Minh'
             from generate_series(timestamp '2026-03-16 00:00', '2026-03-20 06:00', '5 minutes') t",
        )
        .await;
    stand.world.run(&["aggregate"]).exits_with(0);
    let stand = stand.taken_over().await;
    // Five days are known, and seven are needed.
    stand
        .sql(&orders_stream(
            "2026-03-20T12:00:00+07",
            "2026-03-20T06:00:00+07",
        ))
        .await;
    stand.tick(0).await;
    assert!(stand.tick(100).await.fired.is_empty());

    // Now enough is known; but what is missing has not been loaded yet, and that is another matter.
    stand
        .sql(
            "insert into orders (order_code, platform, status, total_amount, discount_amount, final_amount, order_date, ingested_at)
             select 'T' || t, 'shopee', 'pending', 10, 0, 10, t, t at time zone 'Asia/Ho_Chi_Minh'
             from generate_series(timestamp '2026-03-01 00:00', '2026-03-15 23:55', '5 minutes') t",
        )
        .await;
    stand.world.run(&["aggregate"]).exits_with(0);
    let stand = stand.taken_over().await;
    stand
        .sql(&orders_stream(
            "2026-03-20T06:10:00+07",
            "2026-03-20T06:00:00+07",
        ))
        .await;
    stand.tick(200).await;
    assert_eq!(stand.tick(300).await.fired, ["lag:shopee_orders"]);
}

#[tokio::test]
async fn a_stream_lags() {
    let stand = Stand::new().await;
    let behind = orders_stream("2026-03-20T11:00:00+07", "2026-03-20T11:00:00+07");
    let level = orders_stream("2026-03-20T12:00:00+07", "2026-03-20T11:59:00+07");
    lives(&stand, "lag:shopee_orders", &behind, &level).await;
}

#[tokio::test]
async fn a_stream_that_was_retired_is_nobodys_concern() {
    let stand = Stand::new().await;
    stand
        .sql(&orders_stream(
            "2026-01-20T11:00:00+07",
            "2026-01-20T11:00:00+07",
        ))
        .await;
    stand
        .sql("update sync_state set updated_at = '2026-01-20T11:00:00+07'")
        .await;
    stand.tick(0).await;
    assert!(stand.tick(100).await.fired.is_empty());
}

#[tokio::test]
async fn the_oplog_will_soon_be_past_the_place_that_was_read_to() {
    let stand = Stand::new().await;
    stand
        .sql(&orders_stream(
            "2026-03-20T12:00:00+07",
            "2026-03-20T11:59:00+07",
        ))
        .await;
    let place = Position::Follow {
        token: Bson::Null,
        since: DateTime::from_millis(noon().as_millisecond()),
    };
    stand
        .client
        .execute("update sync_state set position = $1", &[&place.to_bytes()])
        .await
        .unwrap();
    let reaching_back = |hours| Oplog::starting(SOURCE, noon() - SignedDuration::from_hours(hours));
    stand.watch.set_oplog(Some(reaching_back(5)));
    fires(&stand, "oplog:shopee_orders").await;
    // While MongoDB does not answer nobody can tell, and nothing is resolved.
    stand.watch.set_oplog(None);
    stand.tick(71).await;
    assert!(stand.tick(1_000).await.resolved.is_empty());
    stand.watch.set_oplog(Some(reaching_back(24)));
    is_resolved(&stand, "oplog:shopee_orders").await;
}

#[tokio::test]
async fn many_documents_go_into_quarantine() {
    let stand = Stand::new().await;
    let refused = "insert into order_quarantine
            (stream, locator, document_id, platform, reason, field, found_type, content_hash, rule_version, first_seen_at, last_seen_at)
        select 'orders', n, n, 'lazada', 'missing', 'a', 'missing', '', 1, at, at
        from generate_series(1, 20) n, (values (timestamptz '2026-03-20T11:45:00+07')) t (at)";
    let one_mended = "delete from order_quarantine where locator = '1'";
    lives(&stand, "quarantine:lazada", refused, one_mended).await;
}

#[tokio::test]
async fn figures_differ_from_a_recount() {
    let stand = Stand::new().await;
    let found = run(
        "validate",
        30,
        "needs_attention",
        r#"{"divergences": 3}"#,
        "",
    );
    let none = run("validate", 5, "succeeded", r#"{"divergences": 0}"#, "");
    lives(&stand, "divergence", &found, &none).await;
}

#[tokio::test]
async fn a_job_fails() {
    let stand = Stand::new().await;
    stand.sql(&run("sync", 40, "succeeded", "{}", "")).await;
    let failed = run("sync", 30, "failed", "{}", "MongoDB cannot be reached");
    let succeeded = run("sync", 5, "needs_attention", "{}", "");
    lives(&stand, "failing_job:sync", &failed, &succeeded).await;
}

#[tokio::test]
async fn a_marketplace_fails_by_itself_and_a_run_at_work_makes_up_for_it() {
    let stand = Stand::new().await;
    let failed = format!(
        "{} update job_runs set parameters = '{{\"platform\": \"tiktok\"}}'; {}",
        run("sync", 30, "failed", "{}", "MongoDB cannot be reached"),
        run(
            "validate",
            30,
            "failed",
            "{}",
            "the process that ran this was lost; the schedule goes on with another one"
        ),
    );
    let at_work = "insert into job_runs (command, started_at, counts, parameters)
                   values ('sync', '2026-03-20T11:59:00+07', '{\"read\": 0}', '{\"platform\": \"tiktok\"}')";
    lives(&stand, "failing_job:sync tiktok", &failed, at_work).await;
}

#[tokio::test]
async fn the_disk_is_full_which_is_one_alert_whatever_fails_for_it() {
    let stand = Stand::new().await;
    let why = "could not extend file (53100)";
    let full = run("sync", 30, "failed", "{}", why) + &run("aggregate", 20, "failed", "{}", why);
    let freed = run("sync", 2, "succeeded", "{}", "") + &run("aggregate", 1, "succeeded", "{}", "");
    lives(&stand, "disk_full", &full, &freed).await;
}

#[tokio::test]
async fn the_journal_is_too_large() {
    let stand = Stand::with(&[("DAYBOOK_ALERTS_JOURNAL_ENTRIES", "8")]).await;
    let orders: String = (0..9)
        .map(|n| {
            order(
                &format!("J{n}"),
                "2026-03-20 10:00",
                "2026-03-20T10:00:00+07",
            )
        })
        .collect();
    stand.sql(&orders).await;
    fires(&stand, "journal:entries").await;
    stand.world.run(&["aggregate"]).exits_with(0);
    is_resolved(&stand, "journal:entries").await;
}

#[tokio::test]
async fn the_journal_is_too_old() {
    let stand = Stand::new().await;
    let waiting = order("J", "2026-03-20 10:00", "2026-03-20T10:00:00+07")
        + "update stats_journal set made_at = '2026-03-20T09:00:00+07'";
    lives(&stand, "journal:age", &waiting, "delete from stats_journal").await;
}

#[tokio::test]
async fn somebody_holds_a_snapshot() {
    let stand = Stand::with(&[("DAYBOOK_ALERTS_SNAPSHOT_AGE", "1s")]).await;
    let forgotten = stand.world.client().await;
    forgotten
        .batch_execute("begin isolation level repeatable read; select count(*) from orders")
        .await
        .unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    fires(&stand, "snapshot").await;
    forgotten.batch_execute("rollback").await.unwrap();
    is_resolved(&stand, "snapshot").await;
}

#[tokio::test]
async fn a_condition_that_comes_and_goes_disturbs_nobody() {
    let stand = Stand::new().await;
    let found = run(
        "validate",
        30,
        "needs_attention",
        r#"{"divergences": 3}"#,
        "",
    );
    for seconds in (0..600).step_by(50) {
        stand.sql("truncate job_runs cascade").await;
        if seconds % 100 == 0 {
            stand.sql(&found).await;
        }
        assert!(stand.tick(seconds).await.fired.is_empty());
    }
    // One that has fired, and goes for a moment, neither ends nor fires again.
    stand.sql(&found).await;
    stand.tick(1_000).await;
    assert_eq!(stand.tick(1_060).await.fired, ["divergence"]);
    for seconds in (1_100..2_000).step_by(50) {
        stand.sql("truncate job_runs cascade").await;
        if seconds % 100 == 0 {
            stand.sql(&found).await;
        }
        let ticked = stand.tick(seconds).await;
        assert_eq!((ticked.fired, ticked.resolved), (vec![], vec![]));
    }
}

#[tokio::test]
async fn two_leaders_at_the_same_time_fire_once() {
    let stand = Stand::new().await;
    stand.sql(&run("sync", 30, "failed", "{}", "no")).await;
    stand.tick(0).await;
    let other = stand.another_process().await;
    let mut fired = 0;
    let app = stand.at(60);
    let tick = async |watch: &std::sync::Arc<daybook::watch::Watch>| {
        let mut client = stand.world.client().await;
        daybook::watch::alerts::tick(&app, watch, &mut client)
            .await
            .unwrap()
    };
    let (one, two) = tokio::join!(tick(&stand.watch), tick(&other));
    fired += one.fired.len() + two.fired.len();
    assert_eq!(fired, 1);
    assert_eq!(stand.value("select count(*) from alerts").await, "1");
}

#[tokio::test]
async fn history_is_bounded() {
    let stand = Stand::new().await;
    stand
        .sql(
            "insert into alerts
             select 'lag:' || n, at, 'lag', 'warning', null, 1, 1, 'seconds', '', '', '', '', '/', at, null, at, at
             from generate_series(1, 1200) n, lateral (select timestamptz '2026-03-20T00:00:00+07' - n * interval '1 minute') t (at);
             insert into alerts
             select 'old', at, 'lag', 'warning', null, 1, 1, 'seconds', '', '', '', '', '/', at, null, at, at
             from (values (timestamptz '2025-03-20T00:00:00+07')) t (at)",
        )
        .await;
    let found = run(
        "validate",
        30,
        "needs_attention",
        r#"{"divergences": 3}"#,
        "",
    );
    let none = run("validate", 5, "succeeded", r#"{"divergences": 0}"#, "");
    stand.sql(&found).await;
    stand.tick(0).await;
    stand.tick(60).await;
    stand.sql(&none).await;
    stand.tick(70).await;
    assert_eq!(stand.tick(200).await.resolved, ["divergence"]);
    assert_eq!(stand.value("select count(*) from alerts").await, "1000");
    let newest = "select condition_key from alerts order by resolved_at desc limit 1";
    assert_eq!(stand.value(newest).await, "divergence");
}

#[test]
fn every_kind_is_driven_in_this_file_and_described_for_people() {
    let tests = include_str!("alerts_fire_once.rs");
    let described = include_str!("../../../../../docs/alerts.md");
    for kind in Kind::ALL {
        let name = kind.as_str();
        let driven = [format!("\"{name}\""), format!("\"{name}:")];
        assert!(driven.iter().any(|key| tests.contains(key)), "{name}");
        assert!(described.contains(&format!("## `{name}`")), "{name}");
    }
}
