//! `daybook demo` needs no server, no MongoDB and no configuration; a second run goes on from the first.

use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use crate::world::end;

fn demo(dir: &std::path::Path, args: &[&str]) -> crate::world::Ended {
    let mut command = Command::new(env!("CARGO_BIN_EXE_daybook"));
    command
        .arg("demo")
        .arg("--dir")
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
    let first = demo(&dir, &["--orders", "1500", "--format", "json"])
        .exits_with(0)
        .json();
    assert_eq!(first["divergences"], 0);
    assert!(
        first["sync"]["inserted"].as_u64().unwrap() > 1_000,
        "{first}"
    );
    assert!(first["days"].as_array().unwrap().len() >= 6, "{first}");
    let second = demo(&dir, &["--orders", "1500", "--format", "json"])
        .exits_with(0)
        .json();
    assert_eq!(second["divergences"], 0);
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
    let text = demo(&dir, &["--orders", "1500"]).exits_with(0).stdout;
    for part in [
        "psql \"postgresql://",
        "every figure equals a recount",
        " --remove   (deletes ",
    ] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    demo(&dir, &["--remove"]).exits_with(0);
    assert!(!dir.exists());
}
