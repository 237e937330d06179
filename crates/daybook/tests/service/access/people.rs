//! People with browsers, and programs with tokens.

use std::io::Write;
use std::process::Stdio;

use reqwest::{Method, RequestBuilder, Response};
use serde_json::Value;

use crate::service::Service;
use crate::world::{Ended, World};

/// Everybody's password.
pub const PASSWORD: &str = "granite teapot 19 lanterns";

/// Runs a command that reads a password.
pub fn with_password(world: &World, args: &[&str], password: &str) -> Ended {
    let mut command = world.command(args);
    let child = command
        .arg("--password-stdin")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = child.unwrap();
    writeln!(child.stdin.take().unwrap(), "{password}").unwrap();
    let output = child.wait_with_output().unwrap();
    Ended {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Adds a user.
pub fn add_user(world: &World, name: &str, role: &str) {
    with_password(world, &["user", "add", name, "--role", role], PASSWORD).exits_with(0);
}

/// Creates a token on the command line.
pub fn create_token(world: &World, role: &str) -> String {
    let created = world.json(&["token", "create", "a program", "--role", role]);
    created["token"].as_str().unwrap().to_owned()
}

/// The service where everybody has to log in.
pub fn closed(world: &World) -> Service {
    Service::start_with(world, |command| {
        command.env("DAYBOOK_OPEN_ON_LOOPBACK", "false");
    })
}

/// Sends the form of the login page, as a browser does.
pub async fn send_login(service: &Service, name: &str, password: &str) -> Response {
    login_request(service, name, password).send().await.unwrap()
}

/// The same, still to be sent.
pub fn login_request(service: &Service, name: &str, password: &str) -> RequestBuilder {
    let form = form(&[
        ("name", name),
        ("password", password),
        ("next", "/somewhere"),
    ]);
    service
        .request(Method::POST, "/login")
        .header("origin", &service.url)
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("accept", "text/html")
        .body(form)
}

/// Fields as a form sends them.
pub fn form(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}

/// The cookie that an answer sets, as a browser sends it back.
pub fn cookie_of(response: &Response) -> String {
    let cookie = response.headers()["set-cookie"].to_str().unwrap();
    cookie.split(';').next().unwrap().to_owned()
}

/// A browser in which somebody is logged in.
pub struct Browser<'a> {
    pub service: &'a Service,
    pub cookie: String,
    pub csrf: String,
}

impl<'a> Browser<'a> {
    /// Logs in.
    pub async fn log_in(service: &'a Service, name: &str) -> Self {
        let response = send_login(service, name, PASSWORD).await;
        assert_eq!(response.status(), 303, "{name}");
        Self::with_cookie(service, cookie_of(&response)).await
    }

    /// A browser that has a cookie already.
    pub async fn with_cookie(service: &'a Service, cookie: String) -> Self {
        let mut browser = Self {
            service,
            cookie,
            csrf: String::new(),
        };
        let me = browser.me().await;
        browser.csrf = me["csrf_token"].as_str().unwrap().to_owned();
        browser
    }

    /// A request with the cookie and nothing else.
    pub fn bare(&self, method: Method, path: &str) -> RequestBuilder {
        self.service
            .request(method, path)
            .header("cookie", &self.cookie)
    }

    /// A request as scripts of our own pages send it.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.bare(method, path)
            .header("origin", &self.service.url)
            .header("sec-fetch-site", "same-origin")
            .header("x-csrf-token", &self.csrf)
    }

    /// Posts a JSON body; the status.
    pub async fn post(&self, path: &str, body: &Value) -> u16 {
        let request = self.request(Method::POST, path);
        let response = json(request, body).send().await.unwrap();
        response.status().as_u16()
    }

    /// Gets a path: status and body.
    pub async fn get(&self, path: &str) -> (u16, Value) {
        answer(self.bare(Method::GET, path)).await
    }

    /// Who is logged in.
    pub async fn me(&self) -> Value {
        self.get("/api/v1/me").await.1
    }

    /// Whether anybody is logged in, where everybody has to.
    pub async fn is_logged_in(&self) -> bool {
        match self.get("/api/v1/me").await {
            (200, me) => me["kind"] == "user",
            (401, _) => false,
            other => panic!("{other:?}"),
        }
    }
}

/// Adds a JSON body to a request.
pub fn json(request: RequestBuilder, body: &Value) -> RequestBuilder {
    request
        .header("content-type", "application/json")
        .body(body.to_string())
}

/// Sends a request: status and body.
pub async fn answer(request: RequestBuilder) -> (u16, Value) {
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
    (status, body)
}

/// A request of a program with a token.
pub fn with_token(service: &Service, method: Method, path: &str, token: &str) -> RequestBuilder {
    service
        .request(method, path)
        .header("authorization", format!("Bearer {token}"))
}
