//! `daybook serve` as a process of its own, as it runs in production.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, ensure};
use serde_json::Value;

/// The running service. It ends with this.
pub struct Service {
    child: Child,
    address: SocketAddr,
}

impl Service {
    /// Starts it, and waits until it listens.
    pub fn start(program: Option<PathBuf>, database: &str, source: &str) -> anyhow::Result<Self> {
        let program = match program {
            Some(program) => program,
            None => std::env::current_exe()?.with_file_name("daybook"),
        };
        ensure!(
            program.exists(),
            "{} is missing: run `cargo build --release --locked -p daybook`, or give --daybook",
            program.display()
        );
        let mut child = Command::new(program)
            .args(["serve", "--listen", "127.0.0.1:0", "--format", "json"])
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("DATABASE_URL", database)
            .env("DAYBOOK_SOURCE", source)
            .env("RUST_LOG", "warn")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()?;
        let output = child.stdout.take().context("its output is piped")?;
        let mut lines = BufReader::new(output).lines();
        let first = lines.next().context("the service ended at once")??;
        // A full pipe would stop it.
        std::thread::spawn(move || lines.for_each(drop));
        let told: Value = serde_json::from_str(&first)?;
        let address = told["listening"].as_str().context(first.clone())?.parse()?;
        Ok(Self { child, address })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The process.
    pub fn process_id(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to stop, and waits until it has.
    pub fn stop(mut self) -> anyhow::Result<()> {
        let id = self.child.id().to_string();
        Command::new("kill").args(["-TERM", &id]).status()?;
        let status = self.child.wait()?;
        ensure!(status.success(), "the service ended with {status}");
        Ok(())
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
