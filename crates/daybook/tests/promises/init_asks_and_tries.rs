//! `daybook init` asks what is needed, tries each answer at once, and writes a file that works.

use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;

use crate::world::World;

/// Runs `init` with nothing in its environment, and types these lines.
fn answered(world: &World, lines: &str) -> crate::world::Ended {
    let mut child = world
        .command(&["init"])
        .env_remove("DATABASE_URL")
        .env_remove("DAYBOOK_SOURCE")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(lines.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    crate::world::Ended {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

#[tokio::test]
async fn until_every_answer_works() {
    let world = World::empty().await;
    world.generate(50);
    let wrong_database = "postgresql://nobody:secret-word@127.0.0.1:1/none";
    let lines = format!(
        "./no-such-folder\n{}\n{wrong_database}\n{}\nMars/Olympus\n\nvnd\n\nVND\n",
        world.dumps().display(),
        world.database.url(),
    );
    let ended = answered(&world, &lines).exits_with(0);
    for part in [
        "no-such-folder",
        "found tiktok_orders",
        "127.0.0.1:1",
        "Mars/Olympus",
        "next: daybook migrate",
    ] {
        assert!(
            ended.all().contains(part),
            "{part} is not in {}",
            ended.all()
        );
    }
    assert!(!ended.all().contains("secret-word"), "{}", ended.all());

    let file = world.path("daybook.toml");
    let mode = std::fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let bare = |args: &[&str]| {
        crate::world::end(
            world
                .command(args)
                .env_remove("DATABASE_URL")
                .env_remove("DAYBOOK_SOURCE"),
        )
    };
    bare(&["config", "check"]).exits_with(0);
    bare(&["migrate"]).exits_with(0);
    bare(&["sync"]);
    bare(&["aggregate"]).exits_with(0);
    bare(&["validate"]).exits_with(0);

    let again = answered(&world, "").exits_with(2);
    assert!(again.stderr.contains("--force"), "{}", again.stderr);
}

#[tokio::test]
async fn but_not_whom_it_cannot_ask() {
    let world = World::empty().await;
    let ended = answered(&world, "").exits_with(2);
    assert!(ended.stderr.contains("--source"), "{}", ended.stderr);
    assert!(!world.path("daybook.toml").exists());
}
