//! Where requests may come from, on loopback and elsewhere.

use std::io::{Read, Write};
use std::net::TcpStream;

use reqwest::Method;

use super::people::{add_user, answer, closed, create_token, with_token};
use crate::service::Service;
use crate::world::World;

/// Sends bytes as they are; the answer's status and text.
pub fn raw(service: &Service, request: &str) -> (u16, String) {
    let address = service.url.trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let status = answer
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    (
        status.unwrap_or_else(|| panic!("no answer: {answer:?}")),
        answer,
    )
}

fn get(service: &Service, headers: &str) -> (u16, String) {
    raw(
        service,
        &format!("GET /api/v1/me HTTP/1.1\r\nConnection: close\r\n{headers}\r\n"),
    )
}

#[tokio::test]
async fn on_loopback_other_names_are_refused() {
    let world = World::migrated().await;
    let service = Service::start(&world);
    for ours in [
        "localhost",
        "LOCALHOST:8420",
        "127.0.0.1",
        "127.0.0.1:1",
        "[::1]:8420",
    ] {
        assert_eq!(get(&service, &format!("Host: {ours}\r\n")).0, 200, "{ours}");
    }
    for foreign in [
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "192.168.1.7:8420",
        "0.0.0.0:8420",
    ] {
        let (status, answer) = get(&service, &format!("Host: {foreign}\r\n"));
        assert_eq!(status, 421, "{foreign}");
        assert!(answer.contains("serve.hosts"), "{answer}");
    }
    for wrong in [
        "",
        "Host: localhost\r\nHost: evil.example\r\n",
        "Host: a@localhost\r\n",
        "Host: \r\n",
    ] {
        assert_eq!(get(&service, wrong).0, 400, "{wrong:?}");
    }
    let in_line = "GET http://evil.example/api/v1/me HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    assert_eq!(raw(&service, in_line).0, 400);
}

#[tokio::test]
async fn on_loopback_whatever_a_proxy_passed_on_is_refused() {
    let world = World::migrated().await;
    let token = create_token(&world, "admin");
    let service = Service::start(&world);
    for header in [
        "X-Forwarded-For: 203.0.113.9",
        "X-Forwarded-Host: stats.example.com",
        "X-Forwarded-Proto: https",
        "X-Forwarded-Prefix: /stats",
        "Forwarded: for=203.0.113.9",
        "Via: 1.1 proxy",
        "X-Real-IP: 203.0.113.9",
        "CF-Connecting-IP: 203.0.113.9",
        "Sec-Fetch-Site: same-origin\r\nReferer: https://stats.example.com/",
    ] {
        let (status, answer) = get(&service, &format!("Host: localhost\r\n{header}\r\n"));
        assert_eq!(status, 403, "{header}");
        assert!(answer.contains("access.open_on_loopback"), "{answer}");
        let with_token =
            format!("Host: localhost\r\nAuthorization: Bearer {token}\r\n{header}\r\n");
        assert_eq!(get(&service, &with_token).0, 403, "{header}");
    }
    // What nginx sends unless it is told otherwise.
    let old = "GET /api/v1/me HTTP/1.0\r\nHost: localhost\r\n\r\n";
    assert_eq!(raw(&service, old).0, 403);
    // Our own page's requests come with where it is.
    let own = format!(
        "Host: localhost\r\nSec-Fetch-Site: same-origin\r\nReferer: http://localhost:{}/\r\n",
        service.url.rsplit(':').next().unwrap()
    );
    assert_eq!(get(&service, &own).0, 200);
    // Health is asked for through proxies, and says nothing.
    let health = "GET /healthz HTTP/1.0\r\nHost: lb.example\r\nVia: 1.0 lb\r\n\r\n";
    assert!(![403, 421].contains(&raw(&service, health).0));
}

#[tokio::test]
async fn behind_a_proxy_everybody_logs_in_under_its_name() {
    let world = World::migrated().await;
    add_user(&world, "ann", "admin");
    let token = create_token(&world, "viewer");
    let service = Service::start_with(&world, |command| {
        command
            .env("DAYBOOK_OPEN_ON_LOOPBACK", "false")
            .env("DAYBOOK_HOSTS", "stats.example.com, other.example.com");
    });
    let bearer = format!("Authorization: Bearer {token}\r\nX-Forwarded-For: 203.0.113.9\r\n");
    assert_eq!(
        get(&service, &format!("Host: stats.example.com\r\n{bearer}")).0,
        200
    );
    assert_eq!(
        get(
            &service,
            &format!("Host: other.example.com:443\r\n{bearer}")
        )
        .0,
        200
    );
    assert_eq!(get(&service, "Host: stats.example.com\r\n").0, 401);
    assert_eq!(
        get(&service, &format!("Host: evil.example\r\n{bearer}")).0,
        421
    );

    // The browser's origin is the proxy's, over TLS.
    let log_in = |origin: &str| {
        let form = super::people::form(&[("name", "ann"), ("password", super::people::PASSWORD)]);
        raw(
            &service,
            &format!(
                "POST /login HTTP/1.1\r\nHost: stats.example.com\r\nOrigin: {origin}\r\nConnection: close\r\n\
                 Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
                form.len()
            ),
        )
    };
    assert_eq!(log_in("https://stats.example.com").0, 303);
    assert_eq!(log_in("https://other.example.com").0, 403);
    // Over plain HTTP a browser would drop the cookie; the page says why nothing happens.
    let (status, page) = log_in("http://stats.example.com");
    assert_eq!(status, 400);
    assert!(page.contains("https://"), "{page}");
}

#[tokio::test]
async fn a_token_that_does_not_hold_is_told_so_even_where_reading_is_open() {
    let world = World::migrated().await;
    let service = Service::start(&world);
    for wrong in ["dbk_AAAA", "", "Basic YTpi"] {
        let request = with_token(&service, Method::GET, "/api/v1/me", wrong);
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 401, "{wrong}");
        assert!(response.headers().contains_key("www-authenticate"));
    }
    assert_eq!(service.get("/api/v1/me").await.1["kind"], "loopback");
    let basic = service
        .request(Method::GET, "/api/v1/me")
        .header("authorization", "Basic YTpi");
    assert_eq!(answer(basic).await.0, 401);
}

#[tokio::test]
async fn every_answer_carries_the_headers_that_keep_browsers_from_harm() {
    let world = World::migrated().await;
    add_user(&world, "ann", "admin");
    for service in [Service::start(&world), closed(&world)] {
        for (path, accept) in [
            ("/login", "text/html"),
            ("/api/v1/me", "application/json"),
            ("/nowhere", "text/html"),
            ("/nowhere", "application/json"),
            ("/assets/../../etc/passwd", "text/html"),
        ] {
            let request = service.request(Method::GET, path).header("accept", accept);
            let response = request.send().await.unwrap();
            let headers = response.headers();
            let policy = headers["content-security-policy"].to_str().unwrap();
            assert!(
                policy.starts_with("default-src 'none'; script-src 'self';"),
                "{policy}"
            );
            assert!(
                policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"),
                "{policy}"
            );
            for (name, value) in [
                ("x-content-type-options", "nosniff"),
                ("x-frame-options", "DENY"),
                ("referrer-policy", "same-origin"),
                ("cross-origin-opener-policy", "same-origin"),
                ("cross-origin-resource-policy", "same-origin"),
                ("cache-control", "no-store"),
            ] {
                assert_eq!(headers[name], value, "{path}");
            }
            assert!(headers.contains_key("permissions-policy"));
            assert!(!headers.contains_key("access-control-allow-origin"));
            assert!(!headers.contains_key("server"));
        }
    }
}

#[tokio::test]
async fn the_page_to_log_in_speaks_two_languages_and_holds_no_script() {
    let world = World::migrated().await;
    let service = Service::start(&world);
    let page = async |path: &str, language: &str| {
        let request = service
            .request(Method::GET, path)
            .header("accept-language", language);
        request.send().await.unwrap().text().await.unwrap()
    };
    let vietnamese = page("/login", "").await;
    assert!(vietnamese.contains(r#"<html lang="vi">"#) && vietnamese.contains("Mật khẩu"));
    // Nobody can log in yet, and on this machine somebody can do something about it.
    assert!(vietnamese.contains("daybook user add"));
    let english = page("/login", "en-GB,en;q=0.9").await;
    assert!(english.contains(r#"<html lang="en">"#) && english.contains("Password"));
    assert_eq!(page("/login?lang=en", "vi").await, english);
    for page in [&vietnamese, &english] {
        for inline in ["<script", "<style", "style=", "onclick", "javascript:"] {
            assert!(!page.contains(inline), "{inline}");
        }
    }
    let hostile = page(
        "/login?lang=en&next=/%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
        "en",
    )
    .await;
    assert!(!hostile.contains("<script"), "{hostile}");
    add_user(&world, "ann", "admin");
    assert!(!page("/login", "").await.contains("daybook user add"));
}
