//! What attacks the journal in the field: forgotten snapshots, stopped folders, open writers during a switch, restores,
//! changes that no trigger sees.

use std::process::{Command, Stdio};

use daybook::aggregate::Folder;
use tokio_postgres::Client;

use crate::exact_at_every_commit::app;
use crate::world::{World, end, live_statistics_equal_a_recount, statistics_equal_a_recount};

fn insert(code: &str, day: &str) -> String {
    format!(
        "insert into orders (order_code, platform, status, total_amount, final_amount, order_date)
         values ('{code}', 'shopee', 'completed', 5, 5, '{day}');"
    )
}

async fn number(client: &Client, query: &str) -> i64 {
    client.query_one(query, &[]).await.unwrap().get(0)
}

/// Hazard 24: a forgotten snapshot keeps entries that were folded long ago; a fold must not walk over all of them.
#[tokio::test]
async fn a_forgotten_snapshot_does_not_slow_folds_down() {
    let world = World::migrated().await;
    let app = app(&world);
    let (client, forgotten) = (world.client().await, world.client().await);
    client
        .batch_execute("alter table stats_journal set (autovacuum_enabled = false)")
        .await
        .unwrap();
    let snapshot = "begin isolation level repeatable read; select count(*) from orders";
    forgotten.batch_execute(snapshot).await.unwrap();

    let mut folder = Folder::new(&app.database, &app.clock);
    let mut costs = Vec::new();
    for group in 0..4 {
        let before = index_entries_read(&client, &mut folder).await;
        for round in 0..10 {
            for code in 0..50 {
                let code = format!("{group}-{round}-{code}");
                client
                    .batch_execute(&insert(&code, "2026-03-01 10:00"))
                    .await
                    .unwrap();
            }
            assert_eq!(folder.fold().await.unwrap().entries, 50);
        }
        costs.push(index_entries_read(&client, &mut folder).await - before);
    }
    assert!(costs[1] >= 500, "the index is not used: {costs:?}");
    assert!(
        costs[3] <= costs[1] * 2,
        "folds walk over what was folded before: {costs:?}"
    );
    forgotten.batch_execute("commit").await.unwrap();
    statistics_equal_a_recount(&client).await;
}

/// What folds have read of the journal's index. The server writes such counters down once a second, at the end of a
/// transaction.
async fn index_entries_read(client: &Client, folder: &mut Folder<'_>) -> i64 {
    tokio::time::sleep(std::time::Duration::from_millis(1_200)).await;
    folder.fold().await.unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    let read = "select pg_stat_get_tuples_returned('idx_stats_journal_made_in'::regclass)";
    number(client, read).await
}

/// Hazard 25: figures stay exact when nobody folds, however long the journal.
#[tokio::test]
async fn a_stopped_folder_leaves_live_figures_exact() {
    let world = World::migrated().await;
    let client = world.client().await;
    let many = "
        do $$ begin for n in 1..3000 loop
            insert into orders (order_code, platform, status, total_amount, final_amount, order_date)
            values (n::text, 'tiktok', 'completed', n, n, timestamp '2026-03-01' + n % 60 * interval '1 day');
        end loop; end $$";
    client.batch_execute(many).await.unwrap();
    assert_eq!(
        number(&client, "select count(*) from stats_journal").await,
        3_000
    );
    live_statistics_equal_a_recount(&client).await;
    world.run(&["validate"]).exits_with(0);
    world.run(&["aggregate"]).exits_with(0);
    assert_eq!(
        number(&client, "select count(*) from stats_journal").await,
        0
    );
    statistics_equal_a_recount(&client).await;
}

/// Hazard 12: a switch beside a writer whose transaction is open waits for it, and misses nothing of it.
#[tokio::test]
async fn a_switch_waits_for_open_writers() {
    let world = World::migrated().await;
    let (client, writer) = (world.client().await, world.client().await);
    for (mode, code) in [("queue", "A"), ("incremental", "B"), ("queue", "C")] {
        let begun = format!("begin; {}", insert(code, "2026-03-01 10:00"));
        writer.batch_execute(&begun).await.unwrap();
        let mut command = world.command(&["migrate"]);
        command
            .env("DAYBOOK_STATISTICS_MODE", mode)
            .stdout(Stdio::null());
        let mut switching = command.spawn().unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(400)).await;
        assert!(switching.try_wait().unwrap().is_none(), "it does not wait");
        writer
            .batch_execute(&format!(
                "{} commit",
                insert(&format!("{code}2"), "2026-03-02 10:00")
            ))
            .await
            .unwrap();
        assert!(switching.wait().unwrap().success());
        client
            .batch_execute(&insert(&format!("{code}3"), "2026-03-03 10:00"))
            .await
            .unwrap();
        world.run(&["aggregate"]).exits_with(0);
        statistics_equal_a_recount(&client).await;
    }
}

/// Hazard 5: what no trigger can see is named, and repaired.
#[tokio::test]
async fn changes_that_no_trigger_sees_are_named_and_repaired() {
    let world = World::migrated().await;
    let client = world.client().await;
    for unseen in [
        "set session_replication_role = replica; delete from orders where order_code = '3'; reset session_replication_role",
        // A view of the column has to go first, as PostgreSQL says.
        "drop view if exists orders_without_customer;
         alter table orders alter column final_amount type numeric(18, 2) using final_amount + 1",
        "begin; alter table orders disable trigger trigger_journal_update;
         update orders set status = 'cancelled' where order_code = '5';
         alter table orders enable trigger trigger_journal_update; commit",
    ] {
        let some = (0..8).map(|n| {
            insert(&n.to_string(), "2026-03-01 10:00").replace(';', " on conflict do nothing;")
        });
        client
            .batch_execute(&some.collect::<String>())
            .await
            .unwrap();
        world.run(&["aggregate"]).exits_with(0);
        client.batch_execute(unseen).await.unwrap();
        world.run(&["aggregate"]).exits_with(0);
        let found = world.run(&["validate", "--report", "r.json"]).exits_with(1);
        assert!(
            found.stdout.contains("2026-03-01"),
            "{unseen}: {}",
            found.stdout
        );
        world
            .run(&["repair", "--from-report", "r.json"])
            .exits_with(0);
        world.run(&["validate"]).exits_with(0);
        statistics_equal_a_recount(&client).await;
    }
}

/// Hazard 38: a full dump is exact, also with a journal that was not folded; orders alone are right; all data into a live
/// schema needs a rebuild.
#[tokio::test]
async fn restores_are_exact_as_documented() {
    let world = World::migrated().await;
    world.generate(800);
    world.run(&["sync"]).exits_with(1);
    let client = world.client().await;
    assert!(
        number(&client, "select count(*) from stats_journal").await > 0,
        "the journal travels, too"
    );
    let dump = |args: &[&str]| {
        let output = Command::new(program("pg_dump"))
            .args(args)
            .arg(world.database.server_url())
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    };

    let whole = World::empty().await;
    restore(&whole, &dump(&["--no-owner"]));
    let restored = whole.client().await;
    live_statistics_equal_a_recount(&restored).await;
    whole.run(&["aggregate"]).exits_with(0);
    statistics_equal_a_recount(&restored).await;
    assert_eq!(
        end(whole
            .command(&["sync"])
            .env("DAYBOOK_SOURCE", world.dumps()))
        .code,
        0,
        "it knows how far it has read"
    );

    let orders_alone = World::migrated().await;
    restore(&orders_alone, &dump(&["--data-only", "--table", "orders"]));
    live_statistics_equal_a_recount(&orders_alone.client().await).await;

    let data_alone = World::migrated().await;
    let tables = [
        "--data-only",
        "--table",
        "orders",
        "--table",
        "daily_order_statistics",
        "--table",
        "stats_journal",
    ];
    restore(&data_alone, &dump(&tables));
    data_alone.run(&["rebuild", "--all"]).exits_with(0);
    data_alone.run(&["validate"]).exits_with(0);
    statistics_equal_a_recount(&data_alone.client().await).await;
}

/// A program of PostgreSQL, beside the server's on Debian.
fn program(name: &str) -> String {
    let beside = (14..20)
        .rev()
        .map(|version| format!("/usr/lib/postgresql/{version}/bin/{name}"));
    beside
        .into_iter()
        .find(|path| std::path::Path::new(path).is_file())
        .unwrap_or(name.to_owned())
}

fn restore(world: &World, sql: &str) {
    use std::io::Write;
    let mut psql = Command::new(program("psql"))
        .args([
            "--quiet",
            "--no-psqlrc",
            "--set",
            "ON_ERROR_STOP=1",
            world.database.server_url(),
        ])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    psql.stdin
        .take()
        .unwrap()
        .write_all(sql.as_bytes())
        .unwrap();
    assert!(psql.wait().unwrap().success());
}
