//! What a result was measured on.

use std::process::Command;

use serde::Serialize;

/// The machine, the program and the moment.
#[derive(Debug, Serialize)]
pub struct Circumstances {
    /// When the measurement ended.
    pub at: String,
    /// Commit of the working tree, with a plus when it was changed.
    pub commit: String,
    /// Processor, as the system names it.
    pub processor: String,
    /// Processors the system has.
    pub cores: usize,
    /// Memory in GiB.
    pub memory_gib: u64,
    /// Version of PostgreSQL.
    pub postgresql: String,
}

impl Circumstances {
    /// Looks around.
    #[expect(
        clippy::disallowed_methods,
        reason = "a result is dated by the system's clock"
    )]
    pub fn now(postgresql: String) -> Self {
        let changed = !git(&["status", "--porcelain"]).is_empty();
        let commit = git(&["rev-parse", "--short", "HEAD"]) + if changed { "+" } else { "" };
        Self {
            at: jiff::Timestamp::now()
                .strftime("%Y-%m-%dT%H:%M:%SZ")
                .to_string(),
            commit,
            processor: field_of("/proc/cpuinfo", "model name"),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            memory_gib: field_of("/proc/meminfo", "MemTotal")
                .split_whitespace()
                .next()
                .and_then(|kib| kib.parse::<u64>().ok())
                .map_or(0, |kib| kib >> 20),
            postgresql,
        }
    }
}

/// How many processes wanted to run during the last minute, on average.
pub fn load_average() -> f64 {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let first = text.split_whitespace().next();
    first.and_then(|load| load.parse().ok()).unwrap_or(f64::NAN)
}

fn git(args: &[&str]) -> String {
    let output = Command::new("git").args(args).output();
    output.map_or_else(
        |_| "unknown".to_owned(),
        |output| String::from_utf8_lossy(&output.stdout).trim().to_owned(),
    )
}

fn field_of(file: &str, name: &str) -> String {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(name)?.trim_start().strip_prefix(':'));
    line.unwrap_or("unknown").trim().to_owned()
}
