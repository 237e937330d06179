//! Progress: a bar or a counter on a terminal, a log line every ten seconds elsewhere.

use std::cell::Cell;
use std::io::{IsTerminal, stderr};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// How often a log line is written off a terminal.
const LOG_EVERY: Duration = Duration::from_secs(10);

/// The progress of one piece of work.
pub struct Progress {
    name: String,
    unit: &'static str,
    done: Cell<u64>,
    shown: Shown,
}

enum Shown {
    Bar(ProgressBar),
    Log { last: Cell<Instant> },
}

impl Progress {
    /// Starts showing. Without a known total no percentage is invented.
    pub fn new(name: &str, unit: &'static str, total: Option<u64>) -> Self {
        let shown = if stderr().is_terminal() {
            Shown::Bar(bar(name, unit, total))
        } else {
            Shown::Log {
                last: Cell::new(Instant::now()),
            }
        };
        Self {
            name: name.to_owned(),
            unit,
            done: Cell::new(0),
            shown,
        }
    }

    /// So much more is done.
    pub fn advance(&self, by: u64) {
        self.set(self.done.get() + by);
    }

    /// So much is done in all.
    pub fn set(&self, done: u64) {
        self.done.set(done);
        match &self.shown {
            Shown::Bar(bar) => bar.set_position(done),
            Shown::Log { last } if last.get().elapsed() >= LOG_EVERY => {
                last.set(Instant::now());
                tracing::info!("{}: {done} {}", self.name, self.unit);
            }
            Shown::Log { .. } => {}
        }
    }

    /// Stops showing.
    pub fn finish(&self) {
        if let Shown::Bar(bar) = &self.shown {
            bar.finish_and_clear();
        }
    }
}

fn bar(name: &str, unit: &str, total: Option<u64>) -> ProgressBar {
    let template = match total {
        Some(_) => format!(
            "{{prefix}} {{wide_bar}} {{human_pos}}/{{human_len}} {unit}, {{per_sec}}, {{eta}} left"
        ),
        None => format!("{{prefix}} {{spinner}} {{human_pos}} {unit}, {{per_sec}}, {{elapsed}}"),
    };
    let style = ProgressStyle::with_template(&template).expect("the template is our own");
    let bar = match total {
        Some(total) => ProgressBar::new(total),
        None => ProgressBar::new_spinner(),
    };
    bar.with_style(style).with_prefix(name.to_owned())
}
