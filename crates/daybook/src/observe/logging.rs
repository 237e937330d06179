//! Log lines. `DAYBOOK_LOG` takes a filter such as `daybook=debug`; without it, `-v` and `-vv` choose the level.

use std::io::{IsTerminal, stderr};

use tracing_subscriber::EnvFilter;

/// Starts logging to stderr.
pub fn start_logging(verbose: u8) {
    let level = match verbose {
        0 => "daybook=info",
        1 => "daybook=debug,info",
        _ => "daybook=trace,debug",
    };
    let filter = EnvFilter::try_from_env("DAYBOOK_LOG").unwrap_or_else(|_| EnvFilter::new(level));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(stderr)
        .with_ansi(stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none())
        .with_target(false)
        .init();
}
