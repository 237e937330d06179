//! A condition that needs a person, as it was found this time.

use super::kind::Kind;

/// Something said in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// English.
    pub en: String,
    /// Vietnamese.
    pub vi: String,
}

impl Text {
    /// The same thing in both languages.
    pub fn new(en: impl Into<String>, vi: impl Into<String>) -> Self {
        Self {
            en: en.into(),
            vi: vi.into(),
        }
    }
}

/// A condition that holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// Kind.
    pub kind: Kind,
    /// What it is about, where there can be several: a marketplace, a stream, a command.
    pub subject: Option<String>,
    /// What was measured.
    pub value: f64,
    /// What it was compared with.
    pub threshold: f64,
    /// Unit of both.
    pub unit: &'static str,
    /// What is the matter.
    pub message: Text,
    /// What to do.
    pub hint: Text,
}

impl Condition {
    /// What the alert is known by.
    pub fn key(&self) -> String {
        match &self.subject {
            Some(subject) => format!("{}:{subject}", self.kind.as_str()),
            None => self.kind.as_str().to_owned(),
        }
    }
}
