//! Prints why a command failed: the error, what lies beneath, which setting, and what to do.

use anstyle::{AnsiColor, Style};
use serde::Serialize;

use super::output::Output;
use crate::config::setting::Setting;
use crate::config::{Config, ConfigError, Fault, Overrides};
use crate::error::Error;

const ERROR: Style = AnsiColor::Red.on_default().bold();

/// A failure, in parts.
#[derive(Debug, Serialize)]
struct Failure {
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    setting: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    faults: Vec<FaultText>,
}

#[derive(Debug, Serialize)]
struct FaultText {
    message: String,
    origin: String,
    hint: String,
}

#[derive(Serialize)]
struct Wrapped {
    error: Failure,
}

/// Prints an error: as text on stderr, as JSON on stdout.
pub fn report(error: &Error, overrides: &Overrides, output: &Output) {
    let failure = Failure::of(error, overrides);
    if output.is_text() {
        anstream::eprintln!("{}", failure.text());
    } else {
        output.print(&Wrapped { error: failure }, |_| String::new());
    }
}

impl Failure {
    fn of(error: &Error, overrides: &Overrides) -> Self {
        let faults = match error {
            Error::Config(ConfigError::Faulty(faults)) => {
                faults.iter().map(FaultText::of).collect()
            }
            _ => Vec::new(),
        };
        Self {
            message: error.to_string(),
            cause: error.cause(),
            setting: error
                .setting()
                .map(|setting| match origin_of(setting, overrides) {
                    Some(origin) => format!("{}, from {origin}", setting.key),
                    None => setting.key.to_owned(),
                }),
            hint: error.hint(),
            faults,
        }
    }

    fn text(&self) -> String {
        let mut lines = vec![format!("{ERROR}error:{ERROR:#} {}", self.message)];
        let parts = [
            ("caused by:", &self.cause),
            ("setting:  ", &self.setting),
            ("hint:     ", &self.hint),
        ];
        for (label, part) in parts {
            lines.extend(part.as_ref().map(|part| format!("  {label} {part}")));
        }
        for fault in &self.faults {
            lines.push(format!("  {}: {}", fault.origin, fault.message));
            lines.push(format!("    hint: {}", fault.hint));
        }
        lines.join("\n")
    }
}

impl FaultText {
    fn of(fault: &Fault) -> Self {
        Self {
            message: fault.message.clone(),
            origin: fault.origin.to_string(),
            hint: fault.hint.clone(),
        }
    }
}

/// Where a setting was set. The configuration is read once more, because an error does not carry it.
fn origin_of(setting: &Setting, overrides: &Overrides) -> Option<String> {
    let config = Config::load(overrides, std::env::vars()).ok()?;
    Some(config.value(setting)?.origin.to_string())
}
