//! The first thing that the program says to PostgreSQL fails, then the second, and so on until it gets through to its end:
//! the request is lost, or the answer, or the program is killed while it waits. PostgreSQL cannot tell one moment between
//! two calls from another, so these are all moments there are.

use std::process::Stdio;

use test_support::{Fault, NthCall};
use tokio_postgres::Client;

use crate::killed_at_any_moment::{everything_is_there, live_statistics_are_exact};
use crate::world::{MODES, World};

/// Longer than any command needs; a loop that would not end is a failure.
const MOST_CALLS: u64 = 500;

/// A command, and what brings about that it has something to do.
struct Case {
    command: &'static [&'static str],
    before: &'static str,
    /// Run without faults after `before`.
    prepared_by: &'static [&'static str],
}

const CASES: [Case; 3] = [
    Case {
        // What holds for one marketplace holds for the next.
        command: &["sync", "--platform", "shopee"],
        before: "truncate orders, sync_state, order_quarantine",
        prepared_by: &["status"],
    },
    Case {
        command: &["aggregate"],
        before: "delete from orders where order_code < 'M'; delete from sync_state",
        prepared_by: &["sync", "--platform", "shopee"],
    },
    Case {
        command: &["rebuild", "--all"],
        before: "update orders set final_amount = final_amount + 1;
                 update orders set final_amount = final_amount - 1",
        prepared_by: &["status"],
    },
];

/// Runs a command with a fault at one of its calls. Returns whether it came to that.
async fn run_with_fault(world: &World, command: &[&str], fault: Fault, at: u64) -> bool {
    let (call, url) = NthCall::in_front_of(&world.database.url(), fault, at).await;
    let mut program = world
        .command(command)
        .env("DATABASE_URL", url)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    if fault == Fault::Silence {
        tokio::task::block_in_place(|| {
            loop {
                if call.has_happened() {
                    program.kill().unwrap();
                }
                if program.try_wait().unwrap().is_some() {
                    return;
                }
                std::thread::sleep(std::time::Duration::from_millis(2));
            }
        });
    } else {
        tokio::task::block_in_place(|| program.wait().unwrap());
    }
    call.has_happened()
}

async fn wait_for_sessions_to_end(client: &Client) {
    // A server that was talking to a program that is gone may still be at its last statement.
    let others = "select count(*) from pg_stat_activity
                  where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'";
    for _ in 0..500 {
        let row = client.query_one(others, &[]).await.unwrap();
        if row.get::<_, i64>(0) == 0 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("sessions of ended programs stay");
}

async fn fails_at_every_call(fault: Fault) {
    let mut faults = 0;
    for mode in MODES {
        let world = World::in_mode(mode).await;
        let client = world.client().await;
        let expected = world.generate(300);
        // The modes differ in what aggregates.
        let cases = CASES
            .iter()
            .filter(|case| mode == MODES[0] || case.command == ["aggregate"]);
        for case in cases {
            for at in 1.. {
                assert!(at < MOST_CALLS, "{:?} does not get through", case.command);
                client.batch_execute(case.before).await.unwrap();
                world.run(case.prepared_by);
                if !run_with_fault(&world, case.command, fault, at).await {
                    break;
                }
                faults += 1;
                live_statistics_are_exact(&client).await;
            }
        }
        wait_for_sessions_to_end(&client).await;
        let again = world.json(&["sync"]);
        assert_eq!(again["failures"], serde_json::json!([]), "{again}");
        world.run(&["aggregate"]).exits_with(0);
        everything_is_there(&client, &expected).await;
    }
    assert!(faults > 100, "only {faults} calls failed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_request_is_lost() {
    fails_at_every_call(Fault::RequestLost).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_answer_is_lost() {
    fails_at_every_call(Fault::AnswerLost).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_program_is_killed() {
    fails_at_every_call(Fault::Silence).await;
}
