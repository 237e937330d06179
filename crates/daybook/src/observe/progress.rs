//! Progress: a bar or a counter on a terminal, a log line every ten seconds elsewhere.

use std::io::{IsTerminal, stderr};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// How often a log line is written off a terminal.
const LOG_EVERY: Duration = Duration::from_secs(10);

/// The progress of one piece of work.
pub struct Progress {
    name: String,
    unit: &'static str,
    done: AtomicU64,
    shown: Shown,
}

enum Shown {
    Bar(ProgressBar),
    Log { last: Mutex<Instant> },
}

impl Progress {
    /// Starts showing. Without a known total no percentage is invented.
    pub fn new(name: &str, unit: &'static str, total: Option<u64>) -> Self {
        let shown = if stderr().is_terminal() {
            Shown::Bar(bar(name, unit, total))
        } else {
            Shown::Log {
                last: Mutex::new(Instant::now()),
            }
        };
        Self {
            name: name.to_owned(),
            unit,
            done: AtomicU64::new(0),
            shown,
        }
    }

    /// So much more is done.
    pub fn advance(&self, by: u64) {
        self.show(self.done.fetch_add(by, Ordering::Relaxed) + by);
    }

    /// So much is done in all.
    pub fn set(&self, done: u64) {
        self.done.store(done, Ordering::Relaxed);
        self.show(done);
    }

    fn show(&self, done: u64) {
        match &self.shown {
            Shown::Bar(bar) => bar.set_position(done),
            Shown::Log { last } => {
                let mut last = last.lock().expect("nothing panics while it holds the lock");
                if last.elapsed() >= LOG_EVERY {
                    *last = Instant::now();
                    tracing::info!("{}: {done} {}", self.name, self.unit);
                }
            }
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
