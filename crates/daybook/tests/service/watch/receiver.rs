//! A receiver of webhooks that notes what it got, and answers as the test wants.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use tokio::net::TcpListener;

/// How it answers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Manner {
    /// 200.
    Takes,
    /// With a status, and a body that repeats everything it was told.
    Answers(u16),
    /// Not at all.
    Hangs,
    /// Points elsewhere: at itself, under another path.
    Redirects,
}

/// One request.
#[derive(Debug, Clone)]
pub struct Received {
    pub path: String,
    pub headers: HeaderMap,
    pub body: Value,
}

/// A receiver on a port of its own.
#[derive(Clone)]
pub struct Receiver {
    pub address: SocketAddr,
    inner: Arc<Mutex<Inner>>,
}

struct Inner {
    manner: Manner,
    received: Vec<Received>,
}

impl Receiver {
    pub async fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self::on(listener, manner)
    }

    pub fn on(listener: TcpListener, manner: Manner) -> Self {
        let inner = Inner {
            manner,
            received: Vec::new(),
        };
        let receiver = Self {
            address: listener.local_addr().unwrap(),
            inner: Arc::new(Mutex::new(inner)),
        };
        let router = Router::new().fallback(take).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        receiver
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn becomes(&self, manner: Manner) {
        self.inner.lock().unwrap().manner = manner;
    }

    /// What it got since it was last asked.
    pub fn received(&self) -> Vec<Received> {
        std::mem::take(&mut self.inner.lock().unwrap().received)
    }

    /// Which events it got since it was last asked, with the alert's key.
    pub fn events(&self) -> Vec<String> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let told =
            |one: Received| format!("{} {}", text(&one.body["event"]), text(&one.body["key"]));
        self.received().into_iter().map(told).collect()
    }
}

async fn take(State(receiver): State<Receiver>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    let path = parts.uri.path().to_owned();
    let manner = {
        let mut inner = receiver.inner.lock().unwrap();
        inner.received.push(Received {
            path: path.clone(),
            headers: parts.headers,
            body: serde_json::from_slice(&body).unwrap_or(Value::Null),
        });
        inner.manner
    };
    match manner {
        Manner::Takes => StatusCode::OK.into_response(),
        Manner::Answers(status) => {
            let said = format!("{path} {}", String::from_utf8_lossy(&body));
            (StatusCode::from_u16(status).unwrap(), said).into_response()
        }
        Manner::Hangs => {
            tokio::time::sleep(Duration::from_secs(30)).await;
            StatusCode::OK.into_response()
        }
        Manner::Redirects => (
            StatusCode::TEMPORARY_REDIRECT,
            [(header::LOCATION, "/elsewhere")],
        )
            .into_response(),
    }
}
