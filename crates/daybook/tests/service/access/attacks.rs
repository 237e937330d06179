//! What attackers send: paths that climb, bodies without end, names that are statements.

use reqwest::Method;
use serde_json::json;

use super::boundary::raw;
use super::people::{Browser, add_user, answer, closed, form, send_login};
use crate::service::Service;
use crate::world::World;

#[tokio::test]
async fn paths_that_climb_lead_nowhere() {
    let world = World::migrated().await;
    add_user(&world, "ann", "admin");
    let service = closed(&world);
    let open = Service::start(&world);
    for path in [
        "/assets/../api/v1/users",
        "/assets/%2e%2e/api/v1/users",
        "/assets/..%2fapi/v1/users",
        "/assets/....//etc/passwd",
        "/assets/..\\..\\daybook.toml",
        "/assets//etc/passwd",
        "/login/../api/v1/users",
        "//api/v1/users",
        "/api/v1/users/",
        "/api//v1/users",
        "/API/v1/users",
        "/api/v1/users%00",
        "/%2fapi/v1/users",
        "/healthz/../api/v1/users",
        "/../../../../etc/passwd",
    ] {
        for service in [&service, &open] {
            let request =
                format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            let (status, text) = raw(service, &request);
            assert!([400, 401, 404].contains(&status), "{path}: {status}");
            assert!(
                !text.contains("ann") && !text.contains("root:"),
                "{path}: {text}"
            );
        }
    }
}

#[tokio::test]
async fn bodies_that_are_too_large_are_refused() {
    let world = World::migrated().await;
    add_user(&world, "ann", "admin");
    let service = Service::start(&world);
    let browser = Browser::log_in(&service, "ann").await;
    let much = "x".repeat(70 * 1024);

    assert_eq!(send_login(&service, &much, "x").await.status(), 413);
    let body = json!({"name": "bob", "role": "viewer", "password": much});
    assert_eq!(browser.post("/api/v1/users", &body).await, 413);
    let by_form = browser
        .bare(Method::POST, "/logout")
        .header("origin", &service.url)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form(&[("csrf", &browser.csrf), ("much", &much)]));
    assert_eq!(answer(by_form).await.0, 413);
    // Without a length, in pieces.
    let pieces = format!("{:x}\r\n{much}\r\n0\r\n\r\n", much.len());
    let request = format!(
        "POST /login HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\
         Content-Type: application/x-www-form-urlencoded\r\n\r\n{pieces}"
    );
    assert_eq!(raw(&service, &request).0, 413);
    // Within the limit of bodies, but beyond that of passwords: said, and not cut.
    let long = json!({"name": "bob", "role": "viewer", "password": "ab cd ".repeat(200)});
    let request = browser.request(Method::POST, "/api/v1/users");
    let (status, answer) = answer(super::people::json(request, &long)).await;
    assert_eq!(status, 422);
    assert!(
        answer["detail"]
            .as_str()
            .unwrap()
            .contains("at most 1024 bytes"),
        "{answer}"
    );
}

#[tokio::test]
async fn bodies_are_taken_word_for_word() {
    let world = World::migrated().await;
    add_user(&world, "ann", "admin");
    let service = Service::start(&world);
    let browser = Browser::log_in(&service, "ann").await;
    let good = "several words 77 of no sense";
    for (body, wanted) in [
        (
            json!({"name": "bob", "role": "viewer", "password": good, "is_admin": true}),
            422,
        ),
        (
            json!({"name": "bob", "role": "root", "password": good}),
            422,
        ),
        (json!({"name": "bob", "role": "viewer"}), 422),
        (
            json!({"name": "bob'; drop table users; --", "role": "viewer", "password": good}),
            422,
        ),
        (
            json!({"name": "<script>", "role": "viewer", "password": good}),
            422,
        ),
        (
            json!({"name": "bob", "role": "viewer", "password": "password1234"}),
            422,
        ),
        (
            json!({"name": "ann", "role": "viewer", "password": good}),
            409,
        ),
        (
            json!({"name": "bob", "role": "viewer", "password": good}),
            201,
        ),
    ] {
        assert_eq!(browser.post("/api/v1/users", &body).await, wanted, "{body}");
    }
    let request = browser
        .request(Method::POST, "/api/v1/users")
        .header("content-type", "text/plain");
    assert_eq!(answer(request.body("{}")).await.0, 415);
    let request = browser
        .request(Method::POST, "/api/v1/users")
        .header("content-type", "application/json");
    assert_eq!(answer(request.body("{")).await.0, 400);
    for path in [
        "/api/v1/tokens?all=maybe",
        "/api/v1/tokens?everything=1",
        "/api/v1/actions-log?limit=0",
        "/api/v1/actions-log?limit=501",
        "/api/v1/actions-log?cursor=1'%20or%20'1'='1",
        "/api/v1/actions-log?offset=3",
    ] {
        assert_eq!(browser.get(path).await.0, 422, "{path}");
    }
    assert_eq!(send_login(&service, "a\0b", "c\0d").await.status(), 401);
    for name in ["nobody'--", "%00", "..%2f..%2f", "%F0%9F%98%80"] {
        let path = format!("/api/v1/users/{name}/disable");
        let status = browser.post(&path, &json!({})).await;
        assert!([400, 404].contains(&status), "{name}: {status}");
    }
}

#[tokio::test]
async fn a_login_leads_nowhere_else() {
    let world = World::migrated().await;
    add_user(&world, "ann", "viewer");
    let service = Service::start(&world);
    for next in [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "/\r\nSet-Cookie: a=b",
    ] {
        let form = form(&[
            ("name", "ann"),
            ("password", super::people::PASSWORD),
            ("next", next),
        ]);
        let response = service
            .request(Method::POST, "/login")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form)
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 303);
        assert_eq!(response.headers()["location"], "/", "{next:?}");
    }
}
