//! Names the setting, index, permission or server feature to fix. Every check runs, whatever the ones before found.

mod postgres;
mod source;

use serde::Serialize;

use crate::app::App;
use crate::clock::Clock;
use crate::config::Config;
use crate::error::Error;

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// As it should be.
    Ok,
    /// It works, but not as well as it could.
    Warn,
    /// Something does not work.
    Fail,
}

/// One check.
#[derive(Debug, Serialize)]
pub struct Finding {
    /// How it ended.
    pub verdict: Verdict,
    /// What was looked at, and what was seen.
    pub message: String,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix: Option<String>,
}

impl Finding {
    fn ok(message: impl Into<String>) -> Self {
        Self {
            verdict: Verdict::Ok,
            message: message.into(),
            fix: None,
        }
    }

    fn warn(message: impl Into<String>, fix: impl Into<String>) -> Self {
        Self {
            verdict: Verdict::Warn,
            message: message.into(),
            fix: Some(fix.into()),
        }
    }

    fn fail(message: impl Into<String>, fix: impl Into<String>) -> Self {
        Self {
            verdict: Verdict::Fail,
            message: message.into(),
            fix: Some(fix.into()),
        }
    }

    fn error(error: &Error) -> Self {
        Self {
            verdict: Verdict::Fail,
            message: error.in_one_line(),
            fix: error.hint(),
        }
    }

    /// `ok` when something holds, else a warning.
    fn check(holds: bool, good: impl Into<String>, bad: impl Into<String>, fix: &str) -> Self {
        if holds {
            Self::ok(good)
        } else {
            Self::warn(bad, fix)
        }
    }
}

/// Runs every check.
pub async fn examine(config: Result<Config, Error>, clock: Clock) -> Vec<Finding> {
    let config = match config {
        Ok(config) => config,
        Err(error) => return vec![configuration_fault(&error)],
    };
    let mut findings = vec![Finding::ok(match &config.file {
        Some(file) => format!("configuration: {}", file.display()),
        None => "configuration: no file, environment and flags only".to_owned(),
    })];
    findings.extend(source::examine(&config).await);
    match App::new(config, clock) {
        Ok(app) => findings.extend(postgres::examine(&app).await),
        Err(error) => findings.push(Finding::error(&error)),
    }
    findings
}

fn configuration_fault(error: &Error) -> Finding {
    Finding::fail(
        format!("configuration: {error}"),
        "`daybook config check` lists every fault",
    )
}
