//! The log of actions: who did what, from where, and how it ended.

use reqwest::Method;
use serde_json::{Value, json};

use super::people::{Browser, PASSWORD, add_user, answer, create_token, send_login, with_token};
use crate::service::Service;
use crate::world::World;

#[tokio::test]
async fn what_people_programs_and_commands_do_is_in_the_log() {
    let world = World::migrated().await;
    add_user(&world, "ann", "admin");
    let token = create_token(&world, "viewer");
    let service = Service::start(&world);
    send_login(&service, "ann", "wrong").await;
    send_login(&service, "a name nobody has", "wrong").await;
    let ann = Browser::log_in(&service, "ann").await;
    let body = json!({"name": "bob", "role": "viewer", "password": PASSWORD});
    assert_eq!(ann.post("/api/v1/users", &body).await, 201);
    let refused = with_token(&service, Method::POST, "/api/v1/users/ann/disable", &token);
    let response = refused.send().await.unwrap();
    assert_eq!(response.status(), 403);
    let request_id = response.headers()["x-request-id"]
        .to_str()
        .unwrap()
        .to_owned();

    let (_, log) = ann.get("/api/v1/actions-log").await;
    let entries = log["data"].as_array().unwrap();
    let seen: Vec<[&str; 5]> = entries.iter().map(summary).collect();
    let token_name = "1 a program (command line)";
    assert_eq!(
        seen,
        [
            [
                "token",
                token_name,
                "request",
                "/api/v1/users/ann/disable",
                "refused"
            ],
            ["user", "ann", "user.add", "bob as viewer", "done"],
            ["user", "ann", "login", "", "done"],
            ["nobody", "-", "login", "-", "refused"],
            ["nobody", "-", "login", "ann", "refused"],
            [
                "command_line",
                "unknown",
                "token.create",
                "1 a program as viewer",
                "done"
            ],
            [
                "command_line",
                "unknown",
                "user.add",
                "ann as admin",
                "done"
            ],
        ]
    );
    assert_eq!(entries[0]["request_id"], request_id.as_str());
    assert_eq!(entries[0]["address"], "127.0.0.1");
    assert_eq!(entries[1]["role"], "admin");
    assert!(entries[6]["address"].is_null() && entries[6]["request_id"].is_null());
    assert!(!log.to_string().contains(PASSWORD));
}

fn summary(entry: &Value) -> [&str; 5] {
    ["actor_kind", "actor", "action", "target", "outcome"]
        .map(|field| entry[field].as_str().unwrap_or("-"))
}

#[tokio::test]
async fn the_log_is_read_page_by_page_also_while_it_grows() {
    let world = World::migrated().await;
    add_user(&world, "ann", "admin");
    let service = Service::start(&world);
    let ann = Browser::log_in(&service, "ann").await;
    let client = world.client().await;
    // Many at the same instant: the time alone is no place in the list.
    client
        .execute(
            "insert into action_log (happened_at, actor_kind, action, target, outcome)
             select now() - interval '1 h' * (n / 10), 'nobody', 'test', n::text, 'done' from generate_series(1, 95) n",
            &[],
        )
        .await
        .unwrap();
    let mut targets = Vec::new();
    let mut path = "/api/v1/actions-log?limit=20".to_owned();
    loop {
        let (status, page) = answer(ann.bare(Method::GET, &path)).await;
        assert_eq!(status, 200, "{page}");
        let entries = page["data"].as_array().unwrap();
        assert!(entries.len() <= 20);
        for entry in entries.iter().filter(|entry| entry["action"] == "test") {
            targets.push(entry["target"].as_str().unwrap().parse::<u32>().unwrap());
        }
        client
            .execute("insert into action_log (actor_kind, action, outcome) values ('nobody', 'later', 'done')", &[])
            .await
            .unwrap();
        match page["next_cursor"].as_str() {
            Some(cursor) => path = format!("/api/v1/actions-log?limit=20&cursor={cursor}"),
            None => break,
        }
    }
    targets.sort_unstable();
    assert_eq!(targets, (1..=95).collect::<Vec<_>>());
}
