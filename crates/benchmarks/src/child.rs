//! A program that runs beside the benchmark, and what it uses.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};

use crate::processor::Times;
use crate::results::thousandths;

/// How often the program is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// What a program used.
#[derive(Debug, Clone, Copy, Default)]
pub struct Used {
    /// From its start to its end.
    pub elapsed: Duration,
    /// Processor time of its own, in its code and in the system's.
    pub processor: Duration,
    /// The most memory that was resident, in bytes.
    pub most_memory: u64,
}

impl Used {
    /// The most memory that was resident, in MiB.
    pub fn most_memory_mib(&self) -> f64 {
        mib(self.most_memory)
    }
}

/// Bytes in MiB, to three decimals.
pub fn mib(bytes: u64) -> f64 {
    thousandths(bytes as f64 / f64::from(1 << 20))
}

impl std::ops::Add for Used {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            elapsed: self.elapsed + other.elapsed,
            processor: self.processor + other.processor,
            most_memory: self.most_memory.max(other.most_memory),
        }
    }
}

/// Runs a program to its end, which must be a good one: one of these exit codes.
pub fn run(command: &mut Command, good: &[i32]) -> anyhow::Result<Used> {
    let log = tempfile::NamedTempFile::new()?;
    let started = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(log.reopen()?)
        .stderr(log.reopen()?)
        .spawn()
        .with_context(|| format!("{} cannot be started", command.get_program().display()))?;
    let mut used = Used::default();
    let status = loop {
        if let Some(times) = Times::of(child.id()) {
            used.processor = times.own();
        }
        used.most_memory = most_memory(child.id()).unwrap_or(used.most_memory);
        match child.try_wait()? {
            Some(status) => break status,
            None => std::thread::sleep(LOOK_EVERY),
        }
    };
    used.elapsed = started.elapsed();
    ensure!(
        status.code().is_some_and(|code| good.contains(&code)),
        "{command:?} failed: {}",
        std::fs::read_to_string(log.path())?
    );
    Ok(used)
}

/// The high-water mark of a process's resident memory.
pub fn most_memory(process: u32) -> Option<u64> {
    let status =
        std::fs::read_to_string(Path::new("/proc").join(process.to_string()).join("status"));
    let status = status.ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kib * 1_024)
}
