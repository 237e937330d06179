//! Whether anything grows: memory, open files and threads of the service, connections and table sizes in PostgreSQL.
//!
//! What was sampled after the warm-up is cut into thirds, and the middles of the first and the last compared. Tables are
//! filled and emptied in turns, and memory moves to and fro; what leaks does neither.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use serde::Serialize;
use tokio::task::JoinHandle;
use tokio_postgres::Client;

use crate::results::{median, thousandths};

const EVERY: Duration = Duration::from_secs(10);
/// Caches and tables reach their usual size first.
const WARM_UP: Duration = Duration::from_secs(180);
/// Fewer samples say nothing.
const FEWEST: usize = 30;

/// What may move by how much: a share of the level, and an amount that means nothing by itself.
const ALLOWED: [(&str, f64, f64); 13] = [
    ("memory_bytes", 0.10, 4e6),
    ("open_files", 0.0, 8.0),
    ("threads", 0.0, 2.0),
    ("connections", 0.0, 2.0),
    ("stats_journal", 0.25, 8e6),
    ("grain_journal", 0.25, 8e6),
    ("stats_rebuild_marks", 0.25, 1e6),
    ("daily_order_statistics", 0.25, 4e6),
    ("daily_grain_statistics", 0.25, 8e6),
    ("sync_state", 0.25, 1e6),
    ("job_runs", 0.25, 1e6),
    ("alerts", 0.25, 1e6),
    ("orders", 0.25, 8e6),
];

type Sample = BTreeMap<&'static str, f64>;

/// A watch over a running service.
pub struct Growth {
    stop: Arc<AtomicBool>,
    task: JoinHandle<anyhow::Result<Vec<Sample>>>,
}

/// How one thing moved.
#[derive(Debug, Serialize)]
pub struct Judged {
    pub what: &'static str,
    pub samples: usize,
    /// The middle of the first third, and of the last.
    pub first: f64,
    pub last: f64,
    pub largest: f64,
    pub grows: bool,
}

impl Growth {
    /// Begins to look at a process and its database.
    pub fn watch(process: u32, client: Client) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let task = tokio::spawn(async move {
            let began = Instant::now();
            let mut ticks = tokio::time::interval(EVERY);
            let mut samples = Vec::new();
            while !stopped.load(Relaxed) {
                ticks.tick().await;
                let sample = sample(process, &client).await?;
                eprintln!("{:>5} s {sample:?}", began.elapsed().as_secs());
                if began.elapsed() >= WARM_UP {
                    samples.push(sample);
                }
            }
            Ok(samples)
        });
        Self { stop, task }
    }

    /// Ends it, and says how everything moved.
    pub async fn judge(self) -> anyhow::Result<Vec<Judged>> {
        self.stop.store(true, Relaxed);
        let samples = self.task.await??;
        ensure!(
            samples.len() >= FEWEST,
            "{} samples after the warm-up say nothing about growth: give it more seconds",
            samples.len()
        );
        Ok(ALLOWED
            .iter()
            .map(|allowed| judge(allowed, &samples))
            .collect())
    }
}

fn judge(&(what, share, amount): &(&'static str, f64, f64), samples: &[Sample]) -> Judged {
    let values: Vec<f64> = samples.iter().map(|sample| sample[what]).collect();
    let third = values.len() / 3;
    let first = median(values[..third].to_vec());
    let last = median(values[values.len() - third..].to_vec());
    Judged {
        what,
        samples: values.len(),
        first: thousandths(first),
        last: thousandths(last),
        largest: values.iter().copied().fold(f64::NAN, f64::max),
        grows: last > first * (1.0 + share) + amount,
    }
}

async fn sample(process: u32, client: &Client) -> anyhow::Result<Sample> {
    let folder = format!("/proc/{process}");
    let status = std::fs::read_to_string(format!("{folder}/status"))?;
    let number = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let digits = line.and_then(|line| line.split_whitespace().next());
        digits
            .and_then(|digits| digits.parse::<f64>().ok())
            .with_context(|| format!("{folder}/status has no {name}"))
    };
    let mut sample = Sample::from([
        ("memory_bytes", number("VmRSS:")? * 1_024.0),
        ("threads", number("Threads:")?),
        (
            "open_files",
            std::fs::read_dir(format!("{folder}/fd"))?.count() as f64,
        ),
    ]);
    let row = client.query_one(include_str!("growth.sql"), &[]).await?;
    for (what, ..) in ALLOWED {
        if !sample.contains_key(what) {
            sample.insert(what, row.get::<_, i64>(what) as f64);
        }
    }
    Ok(sample)
}

#[cfg(test)]
mod tests {
    use super::{Sample, judge};

    fn grows(values: impl Iterator<Item = f64>) -> bool {
        let samples: Vec<_> = values.map(|value| Sample::from([("x", value)])).collect();
        judge(&("x", 0.10, 5.0), &samples).grows
    }

    #[test]
    fn a_leak_is_told_from_moving_to_and_fro() {
        let to_and_fro = |at: usize| 100.0 + [0.0, 60.0, 10.0][at % 3];
        assert!(!grows((0..90).map(to_and_fro)));
        assert!(grows((0..90).map(|at| to_and_fro(at) + at as f64)));
        assert!(!grows((0..90).map(|at| 200.0 - at as f64)));
    }
}
