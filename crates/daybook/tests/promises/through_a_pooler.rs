//! Through a transaction pooler every transaction may run on another connection of the server: all commands work, several at
//! once too, and leave nothing behind in a connection that somebody else gets next.
//!
//! `DAYBOOK_TEST_POOL_SIZE=1` (or 3) takes the program of every other test through a pool as well.

use std::process::Stdio;

use tokio_postgres::NoTls;

use crate::world::{Ended, MODES, World, statistics_equal_a_recount};

/// The smallest pool: two connections of one command that wait for each other would wait for ever. And one in which
/// statements of one command come to different connections.
const POOLS: [u32; 2] = [1, 3];

#[tokio::test]
async fn every_command_works() {
    for size in POOLS {
        let world = World::behind_a_pool_of(size).await;
        let expected = world.generate(4_000);
        world.run(&["migrate"]).exits_with(0);
        // Generated orders contain some that cannot be normalised.
        world.run(&["sync"]).exits_with(1);
        world.run(&["aggregate"]).exits_with(0);
        world.run(&["rebuild", "--all"]).exits_with(0);
        world.run(&["validate", "--source"]).exits_with(0);
        let client = world.client().await;
        let spoil = "update daily_order_statistics set total_orders = total_orders + 1
                     where stat_date = (select min(stat_date) from daily_order_statistics)";
        client.batch_execute(spoil).await.unwrap();
        world.run(&["validate"]).exits_with(1);
        world.run(&["repair"]).exits_with(0);
        world.run(&["quarantine", "list"]).exits_with(0);
        world.run(&["quarantine", "replay"]).exits_with(1);
        world.run(&["doctor"]);
        for mode in [MODES[1], MODES[0]] {
            let mut switch = world.command(&["migrate"]);
            switch.env("DAYBOOK_STATISTICS_MODE", mode);
            crate::world::end(&mut switch).exits_with(0);
        }
        let status = world.json(&["status"]);
        assert_eq!(status["queue_days"], 0, "{status}");
        let orders = client.query_one("select count(*) from orders", &[]).await;
        let orders: i64 = orders.unwrap().get(0);
        assert_eq!(orders.unsigned_abs(), expected.orders);
        statistics_equal_a_recount(&client).await;
        nothing_is_left_behind(&world, size).await;
    }
}

#[tokio::test]
async fn several_programs_at_once() {
    for size in POOLS {
        let world = World::behind_a_pool_of(size).await;
        let expected = world.generate(4_000);
        let commands: [&[&str]; 6] = [
            &["sync"],
            &["aggregate"],
            &["rebuild", "--all"],
            &["aggregate"],
            &["validate"],
            &["status"],
        ];
        let running: Vec<_> = commands
            .iter()
            .map(|arguments| {
                let mut command = world.command(arguments);
                command.stdout(Stdio::piped()).stderr(Stdio::piped());
                command.spawn().unwrap()
            })
            .collect();
        for (program, command) in running.into_iter().zip(commands) {
            let output = program.wait_with_output().unwrap();
            let ended = Ended {
                code: output.status.code().unwrap_or(-1),
                stdout: String::from_utf8(output.stdout).unwrap(),
                stderr: String::from_utf8(output.stderr).unwrap(),
            };
            let needs_a_person = command == ["sync"];
            ended.exits_with(i32::from(needs_a_person));
        }
        world.run(&["aggregate"]).exits_with(0);
        let client = world.client().await;
        let orders = client.query_one("select count(*) from orders", &[]).await;
        assert_eq!(
            orders.unwrap().get::<_, i64>(0).unsigned_abs(),
            expected.orders
        );
        statistics_equal_a_recount(&client).await;
        nothing_is_left_behind(&world, size).await;
    }
}

/// What the program's sessions were, if they had been ours: every connection of the pool is looked at.
async fn nothing_is_left_behind(world: &World, size: u32) {
    // A transaction each, all open at once, so that each has a connection of its own.
    let mut sessions = Vec::new();
    for _ in 0..size {
        let (client, connection) = tokio_postgres::connect(&world.database.url(), NoTls)
            .await
            .unwrap();
        tokio::spawn(connection);
        client.batch_execute("begin").await.unwrap();
        sessions.push(client);
    }
    for session in &sessions {
        let left = "select
            (select count(*) from pg_prepared_statements),
            (select count(*) from pg_class where relpersistence = 't' and relnamespace = pg_my_temp_schema()),
            (select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()),
            (select count(*) from pg_listening_channels()),
            (select count(*) from pg_cursors where is_holdable),
            (select count(*) from pg_settings where source = 'session' and name not in (
                -- The pooler's own, set for every client.
                'application_name', 'client_encoding', 'DateStyle', 'TimeZone', 'standard_conforming_strings'))";
        let row = session.query_typed_one(left, &[]).await.unwrap();
        let left: Vec<i64> = (0..row.len()).map(|column| row.get(column)).collect();
        assert_eq!(
            left, [0; 6],
            "statements, temporary tables, locks, channels, cursors, settings"
        );
    }
    for session in &sessions {
        session.batch_execute("rollback").await.unwrap();
    }
}
