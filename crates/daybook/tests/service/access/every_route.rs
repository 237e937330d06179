//! Every route, asked by everybody. A route that is not in the table fails a test.

use std::fs;
use std::path::{Path, PathBuf};

use reqwest::{Method, RequestBuilder};

use super::people::{Browser, add_user, closed, create_token, json, with_token};
use crate::service::Service;
use crate::world::World;

/// Who may call a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Least {
    /// Whoever there is, without a login.
    Anybody,
    Viewer,
    /// Whoever is logged in; being on this machine is not enough.
    LoggedIn,
    Operator,
    Admin,
}

use Least::{Admin, Anybody, LoggedIn, Operator, Viewer};

const GET: Method = Method::GET;
const POST: Method = Method::POST;

/// Method, route as the code has it, and an address of that route. Where something could be changed, the address names
/// nothing that exists, or no body is sent: what is asked is whether the guard lets it through, not whether it works.
#[rustfmt::skip]
const ROUTES: &[(Method, &str, &str, Least)] = &[
    // Logging in and out, and what watches the service.
    (GET, "/login", "/login", Anybody),
    (POST, "/login", "/login", Anybody),
    (POST, "/logout", "/logout", LoggedIn),
    (GET, "/healthz", "/healthz", Anybody),
    (GET, "/readyz", "/readyz", Anybody),
    (GET, "/metrics", "/metrics", Viewer),
    // Pages.
    (GET, "/", "/", Viewer),
    (GET, "/trends", "/trends", Viewer),
    (GET, "/platforms", "/platforms", Viewer),
    (GET, "/categories", "/categories", Viewer),
    (GET, "/regions", "/regions", Viewer),
    (GET, "/shops", "/shops", Viewer),
    (GET, "/day/{day}", "/day/2026-03-01", Viewer),
    (GET, "/orders", "/orders", Viewer),
    (GET, "/orders/{platform}/{code}", "/orders/shopee/X", Viewer),
    (GET, "/search", "/search?q=X", Viewer),
    (GET, "/operations", "/operations", Viewer),
    (GET, "/definitions", "/definitions", Viewer),
    (GET, "/settings", "/settings", Viewer),
    (GET, "/settings/users", "/settings/users", Admin),
    (GET, "/settings/tokens", "/settings/tokens", LoggedIn),
    (GET, "/settings/alerts", "/settings/alerts", Admin),
    (GET, "/docs/problems", "/docs/problems", Viewer),
    (GET, "/docs/problems/{kind}", "/docs/problems/forbidden", Viewer),
    (GET, "/docs/api", "/docs/api", Viewer),
    (GET, "/assets/{name}", "/assets/app.css", Anybody),
    (GET, "/favicon.ico", "/favicon.ico", Anybody),
    // Figures, and what lies behind them.
    (GET, "/api/v1/daily", "/api/v1/daily", Viewer),
    (GET, "/api/v1/weekly", "/api/v1/weekly", Viewer),
    (GET, "/api/v1/monthly", "/api/v1/monthly", Viewer),
    (GET, "/api/v1/totals", "/api/v1/totals", Viewer),
    (GET, "/api/v1/platforms", "/api/v1/platforms", Viewer),
    (GET, "/api/v1/shops", "/api/v1/shops", Viewer),
    (GET, "/api/v1/regions", "/api/v1/regions", Viewer),
    (GET, "/api/v1/categories", "/api/v1/categories", Viewer),
    (GET, "/api/v1/orders", "/api/v1/orders", Viewer),
    (GET, "/api/v1/changes", "/api/v1/changes", Viewer),
    (GET, "/api/v1/runs", "/api/v1/runs", Viewer),
    (GET, "/api/v1/queue", "/api/v1/queue", Viewer),
    (GET, "/api/v1/quarantine", "/api/v1/quarantine", Viewer),
    (GET, "/api/v1/health", "/api/v1/health", Viewer),
    (GET, "/api/v1/definitions", "/api/v1/definitions", Viewer),
    (GET, "/api/v1/openapi.json", "/api/v1/openapi.json", Viewer),
    (GET, "/api/v1/events", "/api/v1/events", Viewer),
    (GET, "/api/v1/alerts", "/api/v1/alerts", Viewer),
    (GET, "/api/v1/me", "/api/v1/me", Viewer),
    (GET, "/api/v1/orders/{platform}/{code}", "/api/v1/orders/shopee/X", Viewer),
    (GET, "/api/v1/search", "/api/v1/search?q=X", Viewer),
    (GET, "/api/v1/runs/{id}", "/api/v1/runs/0", Viewer),
    // Actions.
    (POST, "/operations/start", "/operations/start", Operator),
    (POST, "/api/v1/actions/sync", "/api/v1/actions/sync", Operator),
    (POST, "/api/v1/actions/rebuild", "/api/v1/actions/rebuild", Operator),
    (POST, "/api/v1/actions/validate", "/api/v1/actions/validate", Operator),
    (POST, "/api/v1/actions/repair", "/api/v1/actions/repair", Operator),
    (POST, "/api/v1/actions/replay", "/api/v1/actions/replay", Operator),
    (POST, "/api/v1/alerts/test", "/api/v1/alerts/test", Admin),
    // Users, tokens, the log of actions.
    (POST, "/settings/users", "/settings/users", Admin),
    (POST, "/settings/tokens", "/settings/tokens", LoggedIn),
    (POST, "/settings/alerts/test", "/settings/alerts/test", Admin),
    (POST, "/api/v1/password", "/api/v1/password", LoggedIn),
    (GET, "/api/v1/users", "/api/v1/users", Admin),
    (POST, "/api/v1/users", "/api/v1/users", Admin),
    (POST, "/api/v1/users/{name}/role", "/api/v1/users/nobody/role", Admin),
    (POST, "/api/v1/users/{name}/disable", "/api/v1/users/nobody/disable", Admin),
    (POST, "/api/v1/users/{name}/enable", "/api/v1/users/nobody/enable", Admin),
    (POST, "/api/v1/users/{name}/password", "/api/v1/users/nobody/password", Admin),
    (GET, "/api/v1/tokens", "/api/v1/tokens", LoggedIn),
    (GET, "/api/v1/tokens", "/api/v1/tokens?all=true", Admin),
    (POST, "/api/v1/tokens", "/api/v1/tokens", LoggedIn),
    (POST, "/api/v1/tokens/{id}/revoke", "/api/v1/tokens/0/revoke", LoggedIn),
    (GET, "/api/v1/actions-log", "/api/v1/actions-log", Admin),
];

/// What is no part of the service for whoever is not logged in: not even whether it exists.
const NOWHERE: &[&str] = &["/", "/nowhere", "/api/v1/nowhere", "/metrics"];

const ROLES: [(&str, Least); 3] = [("viewer", Viewer), ("operator", Operator), ("admin", Admin)];

/// Whether a status says that the guard let a request through.
fn is_let_through(status: u16) -> bool {
    status != 401 && status != 403
}

async fn status(request: RequestBuilder) -> u16 {
    request.send().await.unwrap().status().as_u16()
}

/// Under which addresses the code puts the routes of its folders.
const NESTS: [&str; 3] = ["", "/api/v1", "/api/v1/actions"];

#[test]
fn every_route_of_the_code_is_in_the_table() {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let routes = routes_below(&sources);
    assert!(routes.len() > 10, "the routes are not found any more");
    let missing: Vec<_> = routes
        .iter()
        .filter(|(file, route)| {
            // A page and a resource of the API may have the same name.
            let nests = if file.starts_with(sources.join("web")) {
                &NESTS[..1]
            } else {
                &NESTS[..]
            };
            !ROUTES
                .iter()
                .any(|(_, known, ..)| nests.iter().any(|nest| *known == format!("{nest}{route}")))
        })
        .collect();
    assert!(missing.is_empty(), "who may call these? {missing:?}");
}

/// The first argument of every `.route(` in the files of a folder.
fn routes_below(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut routes = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            routes.extend(routes_below(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            for after in text.split(".route(").skip(1) {
                let argument = after.trim_start();
                let literal = argument.strip_prefix('"').unwrap_or_else(|| {
                    panic!(
                        "{}: a route that is no literal: {argument:.40}",
                        path.display()
                    )
                });
                let route = literal.split('"').next().unwrap().to_owned();
                routes.push((path.clone(), route));
            }
        }
    }
    routes
}

#[tokio::test]
async fn nobody_in_particular_may_read_on_loopback_and_nothing_more() {
    let world = World::migrated().await;
    let service = Service::start(&world);
    for (method, _, path, least) in ROUTES {
        let status = status(service.request(method.clone(), path)).await;
        assert_eq!(
            is_let_through(status),
            *least <= Viewer,
            "{method} {path}: {status}"
        );
        if *least > Viewer {
            assert_eq!(status, 401, "{method} {path}");
        }
    }
}

#[tokio::test]
async fn nobody_in_particular_may_do_nothing_elsewhere() {
    let world = World::migrated().await;
    add_user(&world, "ann", "admin");
    let service = closed(&world);
    for (method, _, path, least) in ROUTES {
        let status = status(service.request(method.clone(), path)).await;
        assert_eq!(
            is_let_through(status),
            *least == Anybody,
            "{method} {path}: {status}"
        );
    }
    for path in NOWHERE {
        assert_eq!(
            status(service.request(Method::GET, path)).await,
            401,
            "{path}"
        );
        assert_eq!(
            status(service.request(Method::POST, path)).await,
            401,
            "{path}"
        );
        let page = service
            .request(Method::GET, path)
            .header("accept", "text/html");
        let response = page.send().await.unwrap();
        assert_eq!(response.status(), 303, "{path}");
        let next: String = form_urlencoded::byte_serialize(path.as_bytes()).collect();
        assert_eq!(
            response.headers()["location"],
            format!("/login?next={next}").as_str()
        );
    }
}

#[tokio::test]
async fn each_role_may_what_it_may_and_no_more() {
    let world = World::migrated().await;
    for (role, _) in ROLES {
        add_user(&world, role, role);
    }
    let service = closed(&world);
    for (role, rank) in ROLES {
        let mut browser = Browser::log_in(&service, role).await;
        let token = create_token(&world, role);
        for (method, route, path, least) in ROUTES {
            let wanted = *least <= rank || *least == LoggedIn;
            let asked = status(browser.request(method.clone(), path)).await;
            assert_eq!(
                is_let_through(asked),
                wanted,
                "{role}: {method} {path}: {asked}"
            );
            if *route == "/logout" {
                browser = Browser::log_in(&service, role).await;
            }
            let by_token = status(with_token(&service, method.clone(), path, &token)).await;
            if *least == LoggedIn {
                // For people, or about one's own: a token of the command line is nobody's.
                assert_ne!(by_token, 401, "{role}: {method} {path}");
            } else {
                assert_eq!(
                    is_let_through(by_token),
                    wanted,
                    "{role} by token: {method} {path}: {by_token}"
                );
            }
        }
    }
}

#[tokio::test]
async fn a_page_of_another_site_may_change_nothing_with_the_cookie_of_an_admin() {
    let world = World::migrated().await;
    add_user(&world, "ann", "admin");
    for service in [Service::start(&world), closed(&world)] {
        let browser = Browser::log_in(&service, "ann").await;
        let foreign: [&[(&str, &str)]; 5] = [
            &[("origin", "https://evil.example")],
            &[("origin", "null")],
            &[("origin", "http://localhost:1")],
            &[
                ("sec-fetch-site", "cross-site"),
                ("sec-fetch-mode", "no-cors"),
            ],
            &[("sec-fetch-site", "same-site"), ("sec-fetch-mode", "cors")],
        ];
        // Health is asked for from everywhere, and says nothing.
        let guarded = ROUTES
            .iter()
            .filter(|(_, path, ..)| !["/healthz", "/readyz"].contains(path));
        for (method, _, path, _) in guarded {
            for headers in foreign {
                // Even with the token of the login, should it have leaked.
                let mut request = browser
                    .bare(method.clone(), path)
                    .header("x-csrf-token", &browser.csrf);
                for (name, value) in headers {
                    request = request.header(*name, *value);
                }
                assert_eq!(status(request).await, 403, "{method} {path} {headers:?}");
            }
        }
        assert!(
            browser.is_logged_in().await,
            "a foreign page has logged somebody out"
        );
        // A link from elsewhere is followed; a form from elsewhere is not taken.
        let link = |method, path| {
            browser
                .bare(method, path)
                .header("sec-fetch-site", "cross-site")
                .header("sec-fetch-mode", "navigate")
                .header("sec-fetch-dest", "document")
        };
        assert_eq!(status(link(Method::GET, "/api/v1/me")).await, 200);
        assert_eq!(status(link(Method::POST, "/logout")).await, 403);
        let frame = browser
            .bare(Method::GET, "/api/v1/me")
            .header("sec-fetch-site", "cross-site")
            .header("sec-fetch-mode", "navigate")
            .header("sec-fetch-dest", "iframe");
        assert_eq!(status(frame).await, 403);
    }
}

#[tokio::test]
async fn a_change_without_the_token_of_the_login_is_refused() {
    let world = World::migrated().await;
    add_user(&world, "ann", "admin");
    let service = Service::start(&world);
    let browser = Browser::log_in(&service, "ann").await;
    let other = Browser::log_in(&service, "ann").await;
    for (method, _, path, _) in ROUTES
        .iter()
        .filter(|(method, path, ..)| *method != Method::GET && *path != "/login")
    {
        for token in [None, Some("rubbish"), Some(other.csrf.as_str())] {
            let mut request = browser
                .bare(method.clone(), path)
                .header("origin", &service.url)
                .header("sec-fetch-site", "same-origin");
            if let Some(token) = token {
                request = request.header("x-csrf-token", token);
            }
            let request = json(request, &serde_json::json!({}));
            assert_eq!(status(request).await, 403, "{method} {path} {token:?}");
        }
    }
    assert!(browser.is_logged_in().await);
}
