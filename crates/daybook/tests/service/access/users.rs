//! `daybook user`, and what users may not become.

use serde_json::json;

use super::people::{Browser, PASSWORD, add_user, closed, with_password};
use crate::world::World;

#[tokio::test]
async fn users_are_added_listed_and_changed_on_the_command_line() {
    let world = World::migrated().await;
    assert!(
        world
            .run(&["user", "list"])
            .exits_with(0)
            .stdout
            .contains("user add NAME --role admin")
    );
    add_user(&world, "Lan.Nguyen", "admin");
    add_user(&world, "bob", "viewer");
    let users = world.json(&["user", "list"]);
    assert_eq!(users[0]["name"], "bob");
    assert_eq!(
        (&users[1]["name"], &users[1]["role"]),
        (&json!("lan.nguyen"), &json!("admin"))
    );
    assert!(users[1]["disabled_at"].is_null());
    world
        .run(&["user", "role", "bob", "operator"])
        .exits_with(0);
    world.run(&["user", "disable", "BOB"]).exits_with(0);
    let listed = world.run(&["user", "list"]).exits_with(0).stdout;
    assert!(
        listed.contains("operator") && listed.contains("disabled since"),
        "{listed}"
    );
    let stored: String = world
        .client()
        .await
        .query_one("select string_agg(u::text, ' ') from users u", &[])
        .await
        .unwrap()
        .get(0);
    assert_eq!(
        stored.matches("$argon2id$v=19$m=19456,t=2,p=1$").count(),
        2,
        "{stored}"
    );
    assert!(!stored.contains(PASSWORD));
}

#[tokio::test]
async fn what_cannot_be_a_user_is_told_with_what_to_do() {
    let world = World::migrated().await;
    add_user(&world, "ann", "viewer");
    let add = |name: &str, password: &str| {
        with_password(&world, &["user", "add", name, "--role", "viewer"], password)
            .exits_with(2)
            .stderr
    };
    assert!(add("a b", PASSWORD).contains("no user name"));
    assert!(add("ann", PASSWORD).contains("daybook user password ann"));
    assert!(add("bob", "short").contains("at least 12 characters"));
    assert!(add("bob", "password2026!").contains("among the first"));
    assert!(add("robert", "Robert-Robert-1").contains("among the first"));
    assert!(add("bob", &"word ".repeat(300)).contains("at most 1024 bytes"));
    let silent = world
        .run(&["user", "add", "bob", "--role", "viewer"])
        .exits_with(2);
    assert!(
        silent.stderr.contains("--password-stdin"),
        "{}",
        silent.stderr
    );
    let unknown = world.run(&["user", "disable", "zoe"]).exits_with(2);
    assert!(unknown.stderr.contains("user list"), "{}", unknown.stderr);
    assert_eq!(world.json(&["user", "list"]).as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn the_last_admin_stays() {
    let world = World::migrated().await;
    add_user(&world, "ann", "admin");
    add_user(&world, "bob", "admin");
    let service = closed(&world);
    let ann = Browser::log_in(&service, "ann").await;
    assert_eq!(ann.post("/api/v1/users/bob/disable", &json!({})).await, 204);
    for command in [
        ["user", "disable", "ann"].as_slice(),
        &["user", "role", "ann", "operator"],
    ] {
        let refused = world.run(command).exits_with(2);
        assert!(refused.stderr.contains("last admin"), "{}", refused.stderr);
    }
    assert_eq!(ann.post("/api/v1/users/ann/disable", &json!({})).await, 409);
    assert_eq!(
        ann.post("/api/v1/users/ann/role", &json!({"role": "viewer"}))
            .await,
        409
    );
    assert!(ann.is_logged_in().await);
}

#[tokio::test]
async fn two_admins_who_disable_each_other_leave_one() {
    let world = World::migrated().await;
    for round in 0..3 {
        let (one, other) = (format!("one{round}"), format!("other{round}"));
        add_user(&world, &one, "admin");
        add_user(&world, &other, "admin");
        // Those of earlier rounds are out of the way.
        if round > 0 {
            let client = world.client().await;
            let statement =
                "update users set disabled_at = now() where name not like '%' || $1::text";
            client
                .execute(statement, &[&round.to_string()])
                .await
                .unwrap();
        }
        let disable = |name: &str| {
            world
                .command(&["user", "disable", name])
                .output()
                .unwrap()
                .status
                .success()
        };
        let (first, second) = std::thread::scope(|scope| {
            let first = scope.spawn(|| disable(&one));
            let second = scope.spawn(|| disable(&other));
            (first.join().unwrap(), second.join().unwrap())
        });
        assert!(first != second, "round {round}: {first} {second}");
    }
}
