//! Processor time of a PostgreSQL server, from what Linux counts for each process.

use std::fs;
use std::time::Duration;

use anyhow::Context;
use tokio_postgres::Client;

/// Linux tells every program times in hundredths of a second.
const TICKS_A_SECOND: u64 = 100;

/// The processes of a server.
pub struct Processes {
    /// The process that starts all others, and waits for their end.
    postmaster: u32,
}

impl Processes {
    /// The server at the other end of a connection, on this machine.
    pub async fn of(client: &Client) -> anyhow::Result<Self> {
        let backend: i32 = client
            .query_one("select pg_backend_pid()", &[])
            .await?
            .get(0);
        let postmaster = Times::of(backend.unsigned_abs())
            .context("the server is not on this machine")?
            .parent;
        Ok(Self { postmaster })
    }

    /// What all processes of the server have used since it started, those that have ended included.
    pub fn used(&self) -> Duration {
        let of_postmaster = Times::of(self.postmaster);
        let ended_and_own = of_postmaster.map_or(0, |times| times.own + times.of_ended_children);
        let of_children: u64 = fs::read_dir("/proc")
            .into_iter()
            .flatten()
            .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
            .filter_map(Times::of)
            .filter(|times| times.parent == self.postmaster)
            .map(|times| times.own)
            .sum();
        let ticks = ended_and_own + of_children;
        Duration::from_millis(ticks * 1_000 / TICKS_A_SECOND)
    }
}

/// Ticks that a process has used, in its own code and in the system's.
struct Times {
    parent: u32,
    own: u64,
    of_ended_children: u64,
}

impl Times {
    /// `None` when the process has ended.
    fn of(process: u32) -> Option<Self> {
        let text = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
        // The name, in parentheses, may hold anything.
        let (_, fields) = text.rsplit_once(')')?;
        let fields: Vec<&str> = fields.split_whitespace().collect();
        let number = |index: usize| fields.get(index)?.parse::<u64>().ok();
        Some(Self {
            parent: u32::try_from(number(1)?).ok()?,
            own: number(11)? + number(12)?,
            of_ended_children: number(13)? + number(14)?,
        })
    }
}
