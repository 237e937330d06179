//! Every route, asked by everybody. A route that is not in the table fails a test.

use std::fs;
use std::path::Path;

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

/// Method, route as the code has it, and an address of that route. Where something could be changed, the address names
/// nothing that exists, or no body is sent: what is asked is whether the guard lets it through, not whether it works.
const ROUTES: &[(Method, &str, &str, Least)] = &[
    (Method::GET, "/login", "/login", Anybody),
    (Method::POST, "/login", "/login", Anybody),
    (Method::POST, "/logout", "/logout", LoggedIn),
    (Method::GET, "/api/v1/me", "/api/v1/me", Viewer),
    (
        Method::POST,
        "/api/v1/password",
        "/api/v1/password",
        LoggedIn,
    ),
    (Method::GET, "/api/v1/users", "/api/v1/users", Admin),
    (Method::POST, "/api/v1/users", "/api/v1/users", Admin),
    (
        Method::POST,
        "/api/v1/users/{name}/role",
        "/api/v1/users/nobody/role",
        Admin,
    ),
    (
        Method::POST,
        "/api/v1/users/{name}/disable",
        "/api/v1/users/nobody/disable",
        Admin,
    ),
    (
        Method::POST,
        "/api/v1/users/{name}/enable",
        "/api/v1/users/nobody/enable",
        Admin,
    ),
    (
        Method::POST,
        "/api/v1/users/{name}/password",
        "/api/v1/users/nobody/password",
        Admin,
    ),
    (Method::GET, "/api/v1/tokens", "/api/v1/tokens", LoggedIn),
    (
        Method::GET,
        "/api/v1/tokens",
        "/api/v1/tokens?all=true",
        Admin,
    ),
    (Method::POST, "/api/v1/tokens", "/api/v1/tokens", LoggedIn),
    (
        Method::POST,
        "/api/v1/tokens/{id}/revoke",
        "/api/v1/tokens/0/revoke",
        LoggedIn,
    ),
    (
        Method::GET,
        "/api/v1/actions-log",
        "/api/v1/actions-log",
        Admin,
    ),
    (
        Method::POST,
        "/api/v1/actions/sync",
        "/api/v1/actions/sync",
        Operator,
    ),
    (
        Method::POST,
        "/api/v1/actions/rebuild",
        "/api/v1/actions/rebuild",
        Operator,
    ),
    (
        Method::POST,
        "/api/v1/actions/validate",
        "/api/v1/actions/validate",
        Operator,
    ),
    (
        Method::POST,
        "/api/v1/actions/repair",
        "/api/v1/actions/repair",
        Operator,
    ),
    (
        Method::POST,
        "/api/v1/actions/replay",
        "/api/v1/actions/replay",
        Operator,
    ),
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

#[test]
fn every_route_of_the_code_is_in_the_table() {
    let mut missing = Vec::new();
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = 0;
    for route in routes_below(&sources) {
        found += 1;
        let nested = format!("/api/v1{route}");
        if !ROUTES
            .iter()
            .any(|(_, known, ..)| *known == route || *known == nested)
        {
            missing.push(route);
        }
    }
    assert!(found > 10, "the routes of the code are not found any more");
    assert!(missing.is_empty(), "who may call these? {missing:?}");
}

/// The first argument of every `.route(` in the files of a folder.
fn routes_below(folder: &Path) -> Vec<String> {
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
                routes.push(literal.split('"').next().unwrap().to_owned());
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
        for (method, _, path, _) in ROUTES {
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
