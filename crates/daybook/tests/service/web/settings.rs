//! The pages under Settings: users, tokens and alerts, changed by forms as a browser sends them.

use reqwest::{Method, Response, StatusCode};

use crate::access::people::{Browser, PASSWORD, add_user, form, send_login, with_token};
use crate::service::Service;
use crate::world::World;

/// Sends a form of our own page.
async fn send(browser: &Browser<'_>, path: &str, fields: &[(&str, &str)]) -> Response {
    let mut all = vec![("csrf", browser.csrf.as_str())];
    all.extend(fields);
    browser
        .bare(Method::POST, path)
        .header("origin", &browser.service.url)
        .header("sec-fetch-site", "same-origin")
        .header("accept", "text/html")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form(&all))
        .send()
        .await
        .unwrap()
}

async fn page(browser: &Browser<'_>, path: &str) -> String {
    let request = browser.bare(Method::GET, path);
    let response = request.header("accept", "text/html").send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK, "{path}");
    response.text().await.unwrap()
}

#[tokio::test]
async fn users_are_added_changed_and_locked_out() {
    let world = World::migrated().await;
    add_user(&world, "ann", "admin");
    let service = Service::start(&world);
    let ann = Browser::log_in(&service, "ann").await;
    let users = "/settings/users";

    let bob = [
        ("action", "add"),
        ("name", "Bob"),
        ("role", "viewer"),
        ("password", PASSWORD),
    ];
    assert_eq!(
        send(&ann, users, &bob).await.status(),
        StatusCode::SEE_OTHER
    );
    let shown = page(&ann, users).await;
    assert!(shown.contains("<strong>bob</strong>"), "{shown}");
    assert_eq!(
        send_login(&service, "bob", PASSWORD).await.status(),
        StatusCode::SEE_OTHER
    );

    let operator = [("action", "role"), ("name", "bob"), ("role", "operator")];
    assert_eq!(
        send(&ann, users, &operator).await.status(),
        StatusCode::SEE_OTHER
    );
    let bob = Browser::log_in(&service, "bob").await;
    assert_eq!(bob.me().await["role"], "operator");
    // Who is no admin finds no way to these pages.
    let settings = page(&bob, "/settings").await;
    assert!(settings.contains("/settings/tokens") && !settings.contains("/settings/users"));

    let other = "quartz marmalade 44 ladders";
    let password = [("action", "password"), ("name", "bob"), ("password", other)];
    assert_eq!(
        send(&ann, users, &password).await.status(),
        StatusCode::SEE_OTHER
    );
    assert!(!bob.is_logged_in().await, "a login outlived its password");
    assert_eq!(
        send_login(&service, "bob", other).await.status(),
        StatusCode::SEE_OTHER
    );

    let disable = [("action", "disable"), ("name", "bob")];
    assert_eq!(
        send(&ann, users, &disable).await.status(),
        StatusCode::SEE_OTHER
    );
    assert!(page(&ann, users).await.contains("Đã khóa"));
    assert_eq!(
        send_login(&service, "bob", other).await.status(),
        StatusCode::UNAUTHORIZED
    );
    let enable = [("action", "enable"), ("name", "bob")];
    assert_eq!(
        send(&ann, users, &enable).await.status(),
        StatusCode::SEE_OTHER
    );
    assert_eq!(
        send_login(&service, "bob", other).await.status(),
        StatusCode::SEE_OTHER
    );
}

#[tokio::test]
async fn what_does_not_fit_is_told_above_the_list() {
    let world = World::migrated().await;
    add_user(&world, "ann", "admin");
    let service = Service::start(&world);
    let ann = Browser::log_in(&service, "ann").await;
    let add = |name, password| {
        [
            ("action", "add"),
            ("name", name),
            ("role", "viewer"),
            ("password", password),
        ]
    };
    let told = [
        (
            send(&ann, "/settings/users", &add("ann", PASSWORD)).await,
            409,
            "Đã có người dùng tên này.",
        ),
        (
            send(&ann, "/settings/users", &add("a b", PASSWORD)).await,
            422,
            "Tên gồm 1 đến 64",
        ),
        (
            send(&ann, "/settings/users", &add("bob", "short")).await,
            422,
            "Mật khẩu cần ít nhất 12 ký tự",
        ),
        (
            send(
                &ann,
                "/settings/users",
                &[("action", "disable"), ("name", "ann")],
            )
            .await,
            409,
            "quản trị viên cuối cùng",
        ),
        (
            send(
                &ann,
                "/settings/users",
                &[("action", "enable"), ("name", "zoe")],
            )
            .await,
            404,
            "Không có người dùng tên này.",
        ),
    ];
    for (response, status, says) in told {
        assert_eq!(response.status().as_u16(), status, "{says}");
        let html = response.text().await.unwrap();
        let alert = html.split("role=\"alert\">").nth(1).unwrap_or_default();
        assert!(
            alert.starts_with(says) || alert[..200].contains(says),
            "{says}: {html}"
        );
        assert!(
            html.contains("<strong>ann</strong>"),
            "the list is gone: {html}"
        );
    }
    assert!(ann.is_logged_in().await);
}

#[tokio::test]
async fn a_token_is_shown_once_works_and_ends() {
    let world = World::migrated().await;
    add_user(&world, "oscar", "operator");
    let service = Service::start(&world);
    let oscar = Browser::log_in(&service, "oscar").await;
    let tokens = "/settings/tokens";
    assert!(
        !page(&oscar, tokens).await.contains("value=\"admin\""),
        "no more than oneself"
    );

    let wanted = [
        ("action", "create"),
        ("name", "nightly <report>"),
        ("role", "viewer"),
        ("days", "30"),
    ];
    let created = send(&oscar, tokens, &wanted).await;
    assert_eq!(created.status(), StatusCode::OK);
    assert_eq!(created.headers()["cache-control"], "no-store");
    let html = created.text().await.unwrap();
    let token = html
        .split("dbk_")
        .nth(1)
        .unwrap()
        .split('<')
        .next()
        .unwrap();
    let token = format!("dbk_{token}");
    let me = || with_token(&service, Method::GET, "/api/v1/me", &token).send();
    assert_eq!(me().await.unwrap().status(), StatusCode::OK);

    let list = page(&oscar, tokens).await;
    assert!(!list.contains(&token), "shown twice");
    assert!(list.contains("nightly &#60;report&#62;"));
    let id = list
        .split("name=\"id\" value=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let revoked = send(&oscar, tokens, &[("action", "revoke"), ("id", id)]).await;
    assert_eq!(revoked.status(), StatusCode::SEE_OTHER);
    assert_eq!(me().await.unwrap().status(), StatusCode::UNAUTHORIZED);
    assert!(page(&oscar, tokens).await.contains("Đã thu hồi"));

    let too_much = [
        ("action", "create"),
        ("name", "x"),
        ("role", "admin"),
        ("days", ""),
    ];
    assert_eq!(
        send(&oscar, tokens, &too_much).await.status(),
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn alerts_say_what_is_watched_and_try_their_channels() {
    let world = World::migrated().await;
    add_user(&world, "ann", "admin");
    let quiet = Service::start(&world);
    let ann = Browser::log_in(&quiet, "ann").await;
    let shown = page(&ann, "/settings/alerts").await;
    assert!(shown.contains("Hơn 100 ngày chờ tính lại") && shown.contains("alerts.queue_days"));
    assert_eq!(shown.matches("Bình thường").count(), 11);
    assert!(
        !shown.contains("action=\"/settings/alerts/test\""),
        "nobody would be told"
    );
    drop(quiet);

    // Nothing listens there, and the page says so.
    let service = Service::start_with(&world, |command| {
        command
            .env("DAYBOOK_ALERTS_WEBHOOK_URL", "http://127.0.0.1:9/hook")
            .env("DAYBOOK_ALERTS_ALLOW_HOSTS", "127.0.0.1");
    });
    let ann = Browser::log_in(&service, "ann").await;
    let shown = page(&ann, "/settings/alerts").await;
    assert!(shown.contains("action=\"/settings/alerts/test\""));
    assert!(
        !shown.contains("/hook"),
        "a channel's address may hold its secret"
    );
    let tested = send(&ann, "/settings/alerts/test", &[]).await;
    assert_eq!(tested.status(), StatusCode::OK);
    let html = tested.text().await.unwrap();
    assert!(
        html.contains("Kết quả gửi thử") && html.contains("badge failed"),
        "{html}"
    );
    let logged = ann.get("/api/v1/actions-log").await.1;
    assert!(logged.to_string().contains("alerts.test"), "{logged}");
}
