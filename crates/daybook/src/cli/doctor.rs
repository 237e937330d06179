//! `daybook doctor`: names what to fix.

use anstyle::{AnsiColor, Style};
use clap::Args;

use super::Exit;
use super::options::GlobalOptions;
use super::output::Output;
use crate::clock::Clock;
use crate::doctor::{self, Finding, Verdict};
use crate::error::Error;

/// Check configuration, servers, schema and indexes, and name what to fix
#[derive(Debug, Args)]
pub struct Doctor {}

impl Doctor {
    pub async fn run(
        self,
        global: &GlobalOptions,
        clock: Clock,
        output: &Output,
    ) -> Result<Exit, Error> {
        let findings = doctor::examine(global.config(), clock).await;
        output.print(&findings, |findings| {
            findings.iter().map(line).collect::<Vec<_>>().join("\n")
        });
        Ok(Exit::needs_person(
            findings
                .iter()
                .any(|finding| finding.verdict != Verdict::Ok),
        ))
    }
}

fn line(finding: &Finding) -> String {
    let (word, color) = match finding.verdict {
        Verdict::Ok => ("ok  ", AnsiColor::Green),
        Verdict::Warn => ("warn", AnsiColor::Yellow),
        Verdict::Fail => ("fail", AnsiColor::Red),
    };
    let style = Style::new().fg_color(Some(color.into()));
    let fix = finding
        .fix
        .as_ref()
        .map(|fix| format!("\n       fix: {fix}"))
        .unwrap_or_default();
    format!("{style}{word}{style:#}  {}{fix}", finding.message)
}
