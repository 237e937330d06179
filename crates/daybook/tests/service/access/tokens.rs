//! API tokens: shown once, stored as a hash, never stronger than their owner.

use reqwest::Method;
use serde_json::{Value, json};

use super::people::{
    Browser, add_user, answer, closed, create_token, json as with_body, with_token,
};
use crate::service::Service;
use crate::world::World;

async fn create(browser: &Browser<'_>, body: Value) -> (u16, Value) {
    answer(with_body(
        browser.request(Method::POST, "/api/v1/tokens"),
        &body,
    ))
    .await
}

async fn role_of(service: &Service, token: &str) -> Option<String> {
    let (status, me) = answer(with_token(service, Method::GET, "/api/v1/me", token)).await;
    assert!([200, 401].contains(&status), "{status}");
    me["role"].as_str().map(str::to_owned)
}

#[tokio::test]
async fn a_token_is_shown_once_and_stored_as_a_hash() {
    let world = World::migrated().await;
    let created = world.json(&[
        "token",
        "create",
        "warehouse screen",
        "--role",
        "viewer",
        "--expires",
        "90d",
    ]);
    let token = created["token"].as_str().unwrap();
    assert!(token.starts_with("dbk_") && token.len() == 47, "{token}");
    let text = world
        .run(&["token", "create", "again", "--role", "operator"])
        .exits_with(0)
        .stdout;
    assert_eq!(
        text.matches("dbk_").count(),
        2,
        "the token, and how it begins: {text}"
    );

    let listed = world.run(&["token", "list"]).exits_with(0).stdout;
    assert!(
        listed.contains("warehouse screen") && !listed.contains("dbk_"),
        "{listed}"
    );
    let client = world.client().await;
    for table in ["api_tokens", "action_log"] {
        let query = format!("select coalesce(string_agg(t::text, ' '), '') from {table} t");
        let stored: String = client.query_one(&query, &[]).await.unwrap().get(0);
        assert!(!stored.contains(&token[4..]), "{table}: {stored}");
    }
    let days: String = client
        .query_one(
            "select round(extract(epoch from expires_at - created_at) / 86400)::text
             from api_tokens where expires_at is not null",
            &[],
        )
        .await
        .unwrap()
        .get(0);
    assert_eq!(days, "90");

    let service = Service::start(&world);
    assert_eq!(role_of(&service, token).await.as_deref(), Some("viewer"));
    let used: bool = client
        .query_one(
            "select last_used_at is not null from api_tokens where expires_at is not null",
            &[],
        )
        .await
        .unwrap()
        .get(0);
    assert!(used);
}

#[tokio::test]
async fn a_token_that_has_expired_or_was_revoked_is_refused() {
    let world = World::migrated().await;
    add_user(&world, "ann", "admin");
    let service = closed(&world);
    let token = create_token(&world, "admin");
    assert!(role_of(&service, &token).await.is_some());
    let client = world.client().await;
    client
        .execute(
            "update api_tokens set expires_at = now() - interval '1 s'",
            &[],
        )
        .await
        .unwrap();
    assert_eq!(role_of(&service, &token).await, None);
    client
        .execute("update api_tokens set expires_at = null", &[])
        .await
        .unwrap();
    assert!(role_of(&service, &token).await.is_some());
    world.run(&["token", "revoke", "1"]).exits_with(0);
    assert_eq!(role_of(&service, &token).await, None);
    let again = world.run(&["token", "revoke", "1"]).exits_with(2);
    assert!(again.stderr.contains("token list"), "{}", again.stderr);
}

#[tokio::test]
async fn a_token_may_never_do_more_than_its_owner_may_now() {
    let world = World::migrated().await;
    add_user(&world, "root", "admin");
    add_user(&world, "ann", "operator");
    let service = closed(&world);
    let ann = Browser::log_in(&service, "ann").await;
    assert_eq!(
        create(&ann, json!({"name": "n", "role": "admin"})).await.0,
        403
    );
    assert_eq!(
        create(&ann, json!({"name": " ", "role": "viewer"})).await.0,
        422
    );
    assert_eq!(
        create(
            &ann,
            json!({"name": "n", "role": "viewer", "expires_in_days": 0})
        )
        .await
        .0,
        422
    );
    let (status, created) = create(
        &ann,
        json!({"name": "n", "role": "operator", "expires_in_days": 30}),
    )
    .await;
    assert_eq!(status, 201);
    let token = created["token"].as_str().unwrap();
    assert_eq!(role_of(&service, token).await.as_deref(), Some("operator"));

    // A token makes no tokens, and changes no password.
    let by_token = with_token(&service, Method::POST, "/api/v1/tokens", token);
    assert_eq!(
        answer(with_body(by_token, &json!({"name": "n", "role": "viewer"})))
            .await
            .0,
        403
    );
    let by_token = with_token(&service, Method::POST, "/api/v1/password", token);
    let body = json!({"current_password": super::people::PASSWORD, "new_password": "x"});
    assert_eq!(answer(with_body(by_token, &body)).await.0, 403);

    world.run(&["user", "role", "ann", "viewer"]).exits_with(0);
    assert_eq!(role_of(&service, token).await.as_deref(), Some("viewer"));
    world.run(&["user", "role", "ann", "admin"]).exits_with(0);
    assert_eq!(
        role_of(&service, token).await.as_deref(),
        Some("operator"),
        "it grew with its owner"
    );
    world.run(&["user", "disable", "ann"]).exits_with(0);
    assert_eq!(role_of(&service, token).await, None);
    world.run(&["user", "enable", "ann"]).exits_with(0);
    assert!(role_of(&service, token).await.is_some());
}

#[tokio::test]
async fn ones_own_tokens_are_ones_own() {
    let world = World::migrated().await;
    for (name, role) in [("root", "admin"), ("ann", "viewer"), ("bob", "viewer")] {
        add_user(&world, name, role);
    }
    let service = closed(&world);
    let (ann, bob) = (
        Browser::log_in(&service, "ann").await,
        Browser::log_in(&service, "bob").await,
    );
    let id = create(&ann, json!({"name": "of ann", "role": "viewer"}))
        .await
        .1["id"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(
        ann.get("/api/v1/tokens").await.1["data"][0]["name"],
        "of ann"
    );
    assert_eq!(bob.get("/api/v1/tokens").await.1["data"], json!([]));
    let revoke = format!("/api/v1/tokens/{id}/revoke");
    assert_eq!(bob.post(&revoke, &json!({})).await, 404);
    let root = Browser::log_in(&service, "root").await;
    assert_eq!(root.get("/api/v1/tokens").await.1["data"], json!([]));
    assert_eq!(
        root.get("/api/v1/tokens?all=true").await.1["data"][0]["owner"],
        "ann"
    );
    assert_eq!(root.post(&revoke, &json!({})).await, 204);
    assert_eq!(
        ann.post(&revoke, &json!({})).await,
        404,
        "it is revoked already"
    );
}
