//! daybook as a program of its own, on a database and a source.

use std::path::PathBuf;
use std::process::Command;

use anyhow::ensure;

use crate::child::{self, Used};

/// The program beside this one, made by the same build.
pub struct Daybook(PathBuf);

impl Daybook {
    /// Finds it.
    ///
    /// # Errors
    /// It is not built.
    pub fn find() -> anyhow::Result<Self> {
        let path = std::env::current_exe()?.with_file_name("daybook");
        ensure!(
            path.exists(),
            "the program to measure is not built: cargo build --release --locked -p daybook"
        );
        Ok(Self(path))
    }

    /// Runs a command to its end.
    ///
    /// # Errors
    /// It fails.
    pub fn run(&self, database: &str, source: &str, arguments: &[&str]) -> anyhow::Result<Used> {
        child::run(
            Command::new(&self.0)
                .args(arguments)
                .env("DATABASE_URL", database)
                .env("DAYBOOK_SOURCE", source),
            // 1 says that some documents are in quarantine, and some generated ones belong there.
            &[0, 1],
        )
    }
}
