//! Log lines. `DAYBOOK_LOG` takes a filter such as `daybook=debug`; without it, `-v` and `-vv` choose the level.
//!
//! A line carries the spans it belongs to: `request` with the id that the answer has in its header, `run` with the number that
//! `daybook status` shows.

use std::io::{IsTerminal, stderr};

use clap::ValueEnum;
use tracing_subscriber::EnvFilter;

/// Form of the log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON document a line, for programs that gather logs.
    Json,
}

/// Starts logging to stderr.
pub fn start_logging(verbose: u8, format: LogFormat) {
    let level = match verbose {
        0 => "daybook=info",
        1 => "daybook=debug,info",
        _ => "daybook=trace,debug",
    };
    let filter = EnvFilter::try_from_env("DAYBOOK_LOG").unwrap_or_else(|_| EnvFilter::new(level));
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(stderr)
        .with_target(false);
    match format {
        LogFormat::Text => lines
            .with_ansi(stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none())
            .init(),
        // Whole spans, outermost first: a list says all that the innermost alone would.
        LogFormat::Json => lines.json().with_current_span(false).init(),
    }
}
