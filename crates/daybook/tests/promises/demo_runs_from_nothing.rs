//! `daybook demo` needs no server, no MongoDB and no configuration; a second run goes on from the first.

use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use crate::world::end;

fn demo(dir: &std::path::Path, args: &[&str]) -> crate::world::Ended {
    let mut command = Command::new(env!("CARGO_BIN_EXE_daybook"));
    command
        .args(["demo", "--dir"])
        .arg(dir)
        .args(args)
        .env_remove("DATABASE_URL")
        .env_remove("DAYBOOK_SOURCE");
    end(command.current_dir(dir.parent().unwrap()))
}

#[test]
fn twice() {
    let folder = tempfile::tempdir().unwrap();
    // As root the server runs as another user, who must be able to enter.
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let dir = folder.path().join("demo");
    let first = demo(
        &dir,
        &["--no-serve", "--orders", "1500", "--format", "json"],
    )
    .exits_with(0)
    .json();
    assert_eq!(first["divergences"], 0);
    assert!(
        first["sync"]["inserted"].as_u64().unwrap() > 1_000,
        "{first}"
    );
    assert!(first["planted"].is_string(), "{first}");
    assert!(first["days"].as_array().unwrap().len() >= 6, "{first}");
    let second = demo(
        &dir,
        &["--no-serve", "--orders", "1500", "--format", "json"],
    )
    .exits_with(0)
    .json();
    assert_eq!(second["divergences"], 1, "the planted one: {second}");
    assert!(
        second["sync"]["unchanged"].as_u64().unwrap() > 1_000,
        "{second}"
    );

    let stopped = demo(&dir, &["--stop"]).exits_with(0);
    assert!(
        stopped.stdout.contains("PostgreSQL is stopped"),
        "{}",
        stopped.stdout
    );
    let text = demo(&dir, &["--no-serve", "--orders", "1500"])
        .exits_with(0)
        .stdout;
    for part in [
        "psql \"postgresql://",
        "1 figure differs",
        " --remove   (deletes ",
    ] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    demo(&dir, &["--remove"]).exits_with(0);
    assert!(!dir.exists());
}

/// The demo ends in the service, with orders arriving, until it is told to stop; then nothing of it runs on.
#[test]
fn and_goes_on_with_orders_arriving() {
    use std::io::{BufRead, BufReader};
    use std::process::Stdio;
    use std::time::{Duration, Instant};

    let folder = tempfile::tempdir().unwrap();
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let dir = folder.path().join("demo");
    let mut child = Command::new(env!("CARGO_BIN_EXE_daybook"))
        .args([
            "demo",
            "--orders",
            "1500",
            "--listen",
            "127.0.0.1:0",
            "--format",
            "json",
            "--dir",
        ])
        .arg(&dir)
        .current_dir(folder.path())
        .env_remove("DATABASE_URL")
        .env_remove("DAYBOOK_SOURCE")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut text = String::new();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let report: serde_json::Value = loop {
        text += &lines.next().expect(&text).unwrap();
        if let Ok(report) = serde_json::from_str(&text) {
            break report;
        }
    };
    let url = report["database_url"].as_str().unwrap().to_owned();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let orders = || {
        runtime.block_on(async {
            let client = daybook::db::Database::new(&url, None)
                .unwrap()
                .connect()
                .await
                .unwrap();
            let row = client
                .query_one("select count(*) from orders", &[])
                .await
                .unwrap();
            row.get::<_, i64>(0)
        })
    };
    let (before, since) = (orders(), Instant::now());
    while orders() == before {
        assert!(
            since.elapsed() < Duration::from_secs(60),
            "no order arrives"
        );
        std::thread::sleep(Duration::from_millis(500));
    }
    let id = child.id().to_string();
    Command::new("kill").args(["-INT", &id]).status().unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let ended = demo(&dir, &["--stop"]).exits_with(0);
    assert!(ended.stdout.contains("was not running"), "{}", ended.stdout);
}
