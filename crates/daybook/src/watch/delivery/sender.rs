//! Sends one message over HTTP. What goes wrong is told in words of our own: a client's errors quote addresses, and addresses
//! here are secrets.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;
use reqwest::header::{CONTENT_TYPE, HeaderValue};

use super::address::is_public;
use super::resolver::{Forbidden, Guard, Lookup, is_listed};
use crate::db;
use crate::secret::Secret;

/// A message ready to be sent.
#[derive(Debug)]
pub struct Outgoing {
    /// Where to.
    pub url: Secret,
    /// The same for every attempt at one message, so that a receiver can tell a repetition.
    pub idempotency_key: String,
    /// JSON.
    pub body: String,
}

/// Why a message was not taken. Never with an address, a token, or anything the receiver said.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// The address may not be sent to.
    #[error("not sent: {0}")]
    Refused(&'static str),
    /// No answer in time.
    #[error("no answer in time")]
    Timeout,
    /// No connection.
    #[error("the host cannot be reached")]
    Unreachable,
    /// The answer was no success.
    #[error("the receiver answered {0}{reason}", reason = reason(*.0))]
    Status(u16),
    /// The connection broke.
    #[error("the connection broke")]
    Broken,
}

fn reason(status: u16) -> &'static str {
    match status {
        300..=399 => ", and redirects are not followed",
        401 | 403 => ": is the token right?",
        404 | 410 => ": is the address or the token right?",
        429 => ": too many messages",
        _ => "",
    }
}

/// Not listed in `alerts.allow_hosts`.
const PLAIN: &str = "the address is not https, and its host is not in alerts.allow_hosts";
const PRIVATE: &str = "the host is at a private address, and is not in alerts.allow_hosts";

/// Sends messages to public hosts, and to those that are listed.
pub struct Sender {
    client: reqwest::Client,
    allow_hosts: Arc<BTreeSet<String>>,
}

impl Sender {
    /// A sender that looks hosts up in a way, and waits so long for an answer.
    pub fn new(allow_hosts: BTreeSet<String>, lookup: Arc<dyn Lookup>, patience: Duration) -> Self {
        let allow_hosts = Arc::new(allow_hosts);
        let guard = Guard {
            lookup,
            allow_hosts: allow_hosts.clone(),
        };
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(db::public_tls())
            .dns_resolver(guard)
            // A proxy would look the host up by itself, and connect to whatever it finds.
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            // Messages are rare: a connection kept open would only be stale, and skip the check.
            .pool_max_idle_per_host(0)
            .connect_timeout(patience / 2)
            .timeout(patience)
            .user_agent(concat!("daybook/", env!("CARGO_PKG_VERSION")))
            .build()
            .expect("the settings are our own");
        Self {
            client,
            allow_hosts,
        }
    }

    /// Sends a message once.
    ///
    /// # Errors
    /// It was not taken.
    pub async fn send(&self, message: &Outgoing) -> Result<(), SendError> {
        let url = Url::parse(message.url.expose())
            .map_err(|_| SendError::Refused("the address cannot be read"))?;
        self.check(&url)?;
        let response = self
            .client
            .post(url)
            .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
            .header("Idempotency-Key", &message.idempotency_key)
            .body(message.body.clone())
            .send()
            .await
            .map_err(|error| understood(&error))?;
        match response.status() {
            status if status.is_success() => Ok(()),
            status => Err(SendError::Status(status.as_u16())),
        }
    }

    /// Checks what the resolver does not see: the scheme, and hosts that are addresses themselves.
    fn check(&self, url: &Url) -> Result<(), SendError> {
        let host = url.host_str().unwrap_or_default();
        if is_listed(&self.allow_hosts, host) {
            return Ok(());
        }
        if url.scheme() != "https" {
            return Err(SendError::Refused(PLAIN));
        }
        match host.trim_matches(['[', ']']).parse::<IpAddr>() {
            Ok(address) if !is_public(address) => Err(SendError::Refused(PRIVATE)),
            _ => Ok(()),
        }
    }
}

fn understood(error: &reqwest::Error) -> SendError {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(inner) = cause {
        if inner.is::<Forbidden>() {
            return SendError::Refused(PRIVATE);
        }
        cause = inner.source();
    }
    match error {
        error if error.is_timeout() => SendError::Timeout,
        error if error.is_connect() => SendError::Unreachable,
        _ => SendError::Broken,
    }
}
