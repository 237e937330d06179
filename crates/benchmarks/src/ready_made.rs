//! psql loads the rows of a loaded database, ready-made, into the same tables of another. What PostgreSQL can do when somebody
//! else has read, decoded and normalised everything.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use tempfile::TempDir;
use tokio_postgres::Client;

/// Rows of a transaction.
const CHUNK: u64 = 20_000;

/// The rows of a loaded database, in files.
pub struct ReadyMade {
    columns: String,
    chunks: Vec<PathBuf>,
    folder: TempDir,
    /// How many there are.
    pub rows: u64,
}

impl ReadyMade {
    /// Writes all rows of `orders` into files of 20,000 each, in the order in which they were loaded.
    pub async fn of(client: &Client, url: &str) -> anyhow::Result<Self> {
        let columns: String = client
            .query_one(include_str!("ready_made/columns.sql"), &[])
            .await?
            .get(0);
        let rows = client
            .query_one("select count(*) from orders", &[])
            .await?
            .get::<_, i64>(0)
            .unsigned_abs();
        let folder = tempfile::tempdir()?;
        let mut chunks = Vec::new();
        for first in (0..rows).step_by(CHUNK as usize) {
            let chunk = folder.path().join(format!("{first}.copy"));
            let copy = format!(
                "\\copy (select {columns} from orders order by id offset {first} limit {CHUNK}) to '{}'",
                chunk.display()
            );
            psql(url, &["-c", &copy])?;
            chunks.push(chunk);
        }
        Ok(Self {
            columns,
            chunks,
            folder,
            rows,
        })
    }

    /// Copies them straight into the tables of an empty database, with their indexes and triggers.
    pub fn copy(&self, url: &str) -> anyhow::Result<()> {
        for chunk in &self.chunks {
            let copy = format!(
                "\\copy orders ({}) from '{}'",
                self.columns,
                chunk.display()
            );
            psql(url, &["-c", &copy])?;
        }
        Ok(())
    }

    /// Loads them into an empty database, as rows that may be there already.
    pub fn load(&self, url: &str) -> anyhow::Result<Duration> {
        let script = self.folder.path().join("upsert.sql");
        std::fs::write(&script, include_str!("ready_made/upsert.sql"))?;
        let started = Instant::now();
        for chunk in &self.chunks {
            self.load_chunk(url, &script, chunk)?;
        }
        Ok(started.elapsed())
    }

    fn load_chunk(&self, url: &str, script: &Path, chunk: &Path) -> anyhow::Result<()> {
        let columns = format!("columns={}", self.columns);
        let chunk = format!("chunk={}", chunk.display());
        let script = script.display().to_string();
        psql(url, &["-v", &columns, "-v", &chunk, "-f", &script])
    }
}

fn psql(url: &str, arguments: &[&str]) -> anyhow::Result<()> {
    let output = Command::new("psql")
        .args([url, "-X", "-q", "-v", "ON_ERROR_STOP=1"])
        .args(arguments)
        .output()
        .context("psql cannot be run; it comes with PostgreSQL's client package")?;
    ensure!(
        output.status.success(),
        "psql failed: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(())
}
