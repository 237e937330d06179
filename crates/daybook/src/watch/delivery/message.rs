//! What is told about an alert, and the generic JSON it is told in (docs/alerts.md).

use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

/// Version of the generic JSON. Fields may be added under the same number; none changes its meaning or goes away.
const VERSION: u32 = 1;

/// Why something is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// An alert fired.
    Fired,
    /// It was resolved.
    Resolved,
    /// Somebody tries the channel.
    Test,
}

impl Event {
    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fired => "fired",
            Self::Resolved => "resolved",
            Self::Test => "test",
        }
    }
}

/// Something in both languages.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = TwoLanguages)]
pub struct Both {
    /// English.
    pub en: String,
    /// Vietnamese.
    pub vi: String,
}

/// What is told.
#[derive(Debug, Clone)]
pub struct Message {
    /// Why.
    pub event: Event,
    /// The alert's key.
    pub key: String,
    /// Its kind.
    pub kind: String,
    /// How bad it is.
    pub severity: String,
    /// What it is about.
    pub subject: Option<String>,
    /// What was measured last.
    pub value: f64,
    /// What it was compared with.
    pub threshold: f64,
    /// Unit of both.
    pub unit: String,
    /// What is the matter.
    pub message: Both,
    /// What to do.
    pub hint: Both,
    /// Page of the dashboard.
    pub link_path: String,
    /// When the condition was first seen.
    pub began_at: Timestamp,
    /// When it fired.
    pub fired_at: Option<Timestamp>,
    /// When it was resolved.
    pub resolved_at: Option<Timestamp>,
}

#[derive(Serialize)]
struct Payload<'a> {
    version: u32,
    event: Event,
    key: &'a str,
    kind: &'a str,
    severity: &'a str,
    subject: Option<&'a str>,
    value: f64,
    threshold: f64,
    unit: &'a str,
    message: &'a Both,
    hint: &'a Both,
    link: String,
    began_at: Timestamp,
    fired_at: Option<Timestamp>,
    resolved_at: Option<Timestamp>,
    sender: &'static str,
}

impl Message {
    /// A message that tries a channel.
    pub fn test(now: Timestamp) -> Self {
        Self {
            event: Event::Test,
            key: "test".to_owned(),
            kind: "test".to_owned(),
            severity: "warning".to_owned(),
            subject: None,
            value: 0.0,
            threshold: 0.0,
            unit: "runs".to_owned(),
            message: Both {
                en: "This is a test: alerts of daybook arrive here".to_owned(),
                vi: "Đây là tin thử: cảnh báo của daybook sẽ đến đây".to_owned(),
            },
            hint: Both {
                en: "nothing is to be done".to_owned(),
                vi: "không cần làm gì".to_owned(),
            },
            link_path: "/operations".to_owned(),
            began_at: now,
            fired_at: Some(now),
            resolved_at: None,
        }
    }

    /// The generic JSON. Links are relative when nobody said where the dashboard is.
    pub fn json(&self, dashboard_url: Option<&str>) -> String {
        let payload = Payload {
            version: VERSION,
            event: self.event,
            key: &self.key,
            kind: &self.kind,
            severity: &self.severity,
            subject: self.subject.as_deref(),
            value: self.value,
            threshold: self.threshold,
            unit: &self.unit,
            message: &self.message,
            hint: &self.hint,
            link: format!("{}{}", dashboard_url.unwrap_or_default(), self.link_path),
            began_at: self.began_at,
            fired_at: self.fired_at,
            resolved_at: self.resolved_at,
            sender: concat!("daybook/", env!("CARGO_PKG_VERSION")),
        };
        serde_json::to_string(&payload).expect("a message is plain data")
    }

    /// The same for every attempt at telling the same thing.
    pub fn idempotency_key(&self) -> String {
        let told = format!("{}\n{}\n{}", self.key, self.began_at, self.event.as_str());
        let hash = Sha256::digest(told.as_bytes());
        hash.iter()
            .take(16)
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}
