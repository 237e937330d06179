//! When the service refuses to start.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use super::people::add_user;
use crate::world::World;

/// Starts the service on an address, and waits for its first line.
fn first_line(world: &World, listen: &str) -> (Child, String) {
    let mut child = world
        .command(&["serve", "--listen", listen, "--format", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap())
        .read_line(&mut line)
        .unwrap();
    (child, line)
}

#[tokio::test]
async fn beyond_loopback_there_must_be_an_admin() {
    let world = World::migrated().await;
    add_user(&world, "viewer", "viewer");
    for listen in ["0.0.0.0:0", "[::]:0"] {
        let refused = world.run(&["serve", "--listen", listen]).exits_with(2);
        assert!(
            refused
                .stderr
                .contains("daybook user add NAME --role admin"),
            "{}",
            refused.stderr
        );
    }
    let closed = world
        .command(&["serve", "--listen", "127.0.0.1:0"])
        .env("DAYBOOK_OPEN_ON_LOOPBACK", "false")
        .output()
        .unwrap();
    assert_eq!(closed.status.code(), Some(2));

    add_user(&world, "ann", "admin");
    let (mut child, line) = first_line(&world, "0.0.0.0:0");
    assert!(line.contains("listening"), "{line}");
    let url = format!(
        "http://{}",
        line.split('"')
            .nth(3)
            .unwrap()
            .replace("0.0.0.0", "127.0.0.1")
    );
    let client = crate::service::client(|builder| builder);
    let response = client.get(format!("{url}/api/v1/me")).send().await.unwrap();
    child.kill().unwrap();
    let told = child.wait_with_output().unwrap().stderr;
    assert_eq!(response.status(), 401, "open to everybody beyond loopback");
    let told = String::from_utf8(told).unwrap();
    assert!(told.contains("reverse proxy that terminates TLS"), "{told}");
}
