//! Logins: their cookies, how they begin and how they end.

use reqwest::Method;
use serde_json::json;
use tokio_postgres::Client;

use super::people::{
    Browser, PASSWORD, add_user, closed, cookie_of, form, send_login, with_password,
};
use crate::service::Service;
use crate::world::World;

const OTHER_PASSWORD: &str = "violet harbour 52 bicycles";

#[tokio::test]
async fn the_cookie_is_for_this_host_alone_and_for_no_script() {
    let world = World::migrated().await;
    add_user(&world, "ann", "viewer");
    let service = Service::start(&world);
    let response = send_login(&service, "Ann", PASSWORD).await;
    assert_eq!(response.status(), 303);
    assert_eq!(response.headers()["location"], "/somewhere");
    let cookie = response.headers()["set-cookie"].to_str().unwrap();
    let (pair, attributes) = cookie.split_once("; ").unwrap();
    assert!(pair.starts_with("__Host-daybook="), "{cookie}");
    assert_eq!(
        attributes,
        "Path=/; Max-Age=604800; HttpOnly; Secure; SameSite=Lax"
    );
    assert_eq!(response.headers()["cache-control"], "no-store");
}

#[tokio::test]
async fn the_database_does_not_hold_what_the_cookie_holds() {
    let world = World::migrated().await;
    add_user(&world, "ann", "viewer");
    let service = Service::start(&world);
    let response = send_login(&service, "ann", PASSWORD).await;
    let cookie = cookie_of(&response);
    let id = cookie.split_once('=').unwrap().1;
    let stored: String = world
        .client()
        .await
        .query_one("select string_agg(s::text, ' ') from sessions s", &[])
        .await
        .unwrap()
        .get(0);
    assert!(!stored.contains(id), "{stored}");
}

#[tokio::test]
async fn a_login_never_goes_on_under_an_id_from_before() {
    let world = World::migrated().await;
    add_user(&world, "ann", "viewer");
    let service = closed_with_admin(&world);
    // Planted by an attacker, who knows it.
    let planted = "__Host-daybook=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let log_in_with = async |cookie: &str| {
        super::people::login_request(&service, "ann", PASSWORD)
            .header("cookie", cookie)
            .send()
            .await
            .unwrap()
    };
    let first = cookie_of(&log_in_with(planted).await);
    assert_ne!(first, planted);
    let with_planted = service
        .request(Method::GET, "/api/v1/me")
        .header("cookie", planted);
    assert_eq!(with_planted.send().await.unwrap().status(), 401);
    // A login that was under way, and known to somebody, is over.
    let before = Browser::with_cookie(&service, first.clone()).await;
    let second = cookie_of(&log_in_with(&first).await);
    assert_ne!(second, first);
    assert!(!before.is_logged_in().await);
    assert!(
        Browser::with_cookie(&service, second)
            .await
            .is_logged_in()
            .await
    );
}

#[tokio::test]
async fn a_login_ends_when_it_is_idle_and_in_any_case_after_a_week() {
    let world = World::migrated().await;
    add_user(&world, "ann", "viewer");
    let service = closed_with_admin(&world);
    let client = world.client().await;

    let browser = Browser::log_in(&service, "ann").await;
    let (idle, whole) = limits(&client).await;
    assert_eq!((idle.as_str(), whole.as_str()), ("12:00:00", "7 days"));

    // Used two minutes later: the idle limit moves along.
    set(
        &client,
        "last_seen_at = last_seen_at - interval '2 min', idle_expires_at = now() + interval '1 s'",
    )
    .await;
    assert!(browser.is_logged_in().await);
    assert_eq!(limits(&client).await.0, "12:00:00");
    // But never past the end.
    set(
        &client,
        "last_seen_at = last_seen_at - interval '2 min', expires_at = now() + interval '1 h'",
    )
    .await;
    assert!(browser.is_logged_in().await);
    let beyond: bool = one(&client, "select idle_expires_at > expires_at from sessions").await;
    assert!(!beyond);

    set(&client, "idle_expires_at = now() - interval '1 s'").await;
    assert!(!browser.is_logged_in().await);

    let browser = Browser::log_in(&service, "ann").await;
    set(
        &client,
        "idle_expires_at = now() + interval '1 h', expires_at = now() - interval '1 s'",
    )
    .await;
    assert!(!browser.is_logged_in().await);
}

#[tokio::test]
async fn the_limits_are_settings() {
    let world = World::migrated().await;
    add_user(&world, "ann", "viewer");
    let service = Service::start_with(&world, |command| {
        command
            .env("DAYBOOK_SESSION_IDLE", "10m")
            .env("DAYBOOK_SESSION_LIFETIME", "1h");
    });
    let response = send_login(&service, "ann", PASSWORD).await;
    let cookie = response.headers()["set-cookie"].to_str().unwrap();
    assert!(cookie.contains("Max-Age=3600"), "{cookie}");
    let (idle, whole) = limits(&world.client().await).await;
    assert_eq!((idle.as_str(), whole.as_str()), ("00:10:00", "01:00:00"));
}

#[tokio::test]
async fn logging_out_ends_the_login_also_without_script() {
    let world = World::migrated().await;
    add_user(&world, "ann", "viewer");
    let service = closed_with_admin(&world);
    let browser = Browser::log_in(&service, "ann").await;
    let other = Browser::log_in(&service, "ann").await;
    let response = browser
        .bare(Method::POST, "/logout")
        .header("origin", &service.url)
        .header("accept", "text/html")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form(&[("csrf", &browser.csrf)]))
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 303);
    assert_eq!(response.headers()["location"], "/login");
    assert!(
        cookie_of(&response).ends_with('='),
        "the cookie is still there"
    );
    assert!(!browser.is_logged_in().await);
    assert!(
        other.is_logged_in().await,
        "another browser was logged out too"
    );
}

#[tokio::test]
async fn logins_end_when_the_user_changes() {
    let world = World::migrated().await;
    add_user(&world, "root", "admin");
    add_user(&world, "ann", "viewer");
    let service = closed_with_admin(&world);
    let admin = Browser::log_in(&service, "root").await;
    for (command, path, body) in [
        (
            vec!["user", "role", "ann", "operator"],
            "role",
            json!({"role": "viewer"}),
        ),
        (vec!["user", "disable", "ann"], "disable", json!({})),
    ] {
        let browser = Browser::log_in(&service, "ann").await;
        world.run(&command).exits_with(0);
        assert!(!browser.is_logged_in().await, "{command:?}");
        world.run(&["user", "enable", "ann"]).exits_with(0);
        assert!(!browser.is_logged_in().await, "a login came back to life");

        let browser = Browser::log_in(&service, "ann").await;
        assert_eq!(
            admin
                .post(&format!("/api/v1/users/ann/{path}"), &body)
                .await,
            204
        );
        assert!(!browser.is_logged_in().await, "{path}");
    }
    assert_eq!(
        send_login(&service, "ann", PASSWORD).await.status(),
        401,
        "disabled"
    );
    assert_eq!(
        admin.post("/api/v1/users/ann/enable", &json!({})).await,
        204
    );

    let browser = Browser::log_in(&service, "ann").await;
    let body = json!({"password": OTHER_PASSWORD});
    assert_eq!(admin.post("/api/v1/users/ann/password", &body).await, 204);
    assert!(!browser.is_logged_in().await);
    assert_eq!(send_login(&service, "ann", PASSWORD).await.status(), 401);
    with_password(&world, &["user", "password", "ann"], PASSWORD).exits_with(0);
    assert_eq!(
        send_login(&service, "ann", OTHER_PASSWORD).await.status(),
        401
    );
    assert_eq!(send_login(&service, "ann", PASSWORD).await.status(), 303);
    assert!(admin.is_logged_in().await, "somebody else was logged out");
}

#[tokio::test]
async fn a_new_password_of_ones_own_ends_all_other_logins() {
    let world = World::migrated().await;
    add_user(&world, "ann", "viewer");
    let service = closed_with_admin(&world);
    let here = Browser::log_in(&service, "ann").await;
    let there = Browser::log_in(&service, "ann").await;
    let change =
        |current: &str, new: &str| json!({"current_password": current, "new_password": new});

    let wrong = here
        .post("/api/v1/password", &change(OTHER_PASSWORD, OTHER_PASSWORD))
        .await;
    assert_eq!(wrong, 422);
    assert_eq!(
        here.post("/api/v1/password", &change(PASSWORD, "short"))
            .await,
        422
    );
    assert!(there.is_logged_in().await);

    let request = here.request(Method::POST, "/api/v1/password");
    let response = super::people::json(request, &change(PASSWORD, OTHER_PASSWORD))
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 204);
    let cookie = cookie_of(&response);
    assert_ne!(cookie, here.cookie);
    assert!(!here.is_logged_in().await);
    assert!(!there.is_logged_in().await);
    assert!(
        Browser::with_cookie(&service, cookie)
            .await
            .is_logged_in()
            .await
    );
    assert_eq!(
        send_login(&service, "ann", OTHER_PASSWORD).await.status(),
        303
    );
}

/// The service where everybody has to log in, and somebody can manage users.
fn closed_with_admin(world: &World) -> Service {
    add_user(world, "somebody", "admin");
    closed(world)
}

/// The newest login's time when idle, and altogether.
async fn limits(client: &Client) -> (String, String) {
    let row = client
        .query_one(
            "select date_trunc('second', idle_expires_at - last_seen_at + interval '0.5 s')::text,
                    (expires_at - created_at)::text
             from sessions where ended_at is null order by created_at desc limit 1",
            &[],
        )
        .await
        .unwrap();
    (row.get(0), row.get(1))
}

async fn set(client: &Client, assignments: &str) {
    let statement = format!("update sessions set {assignments} where ended_at is null");
    client.execute(&statement, &[]).await.unwrap();
}

async fn one<T: for<'a> tokio_postgres::types::FromSql<'a>>(client: &Client, query: &str) -> T {
    client.query_one(query, &[]).await.unwrap().get(0)
}
