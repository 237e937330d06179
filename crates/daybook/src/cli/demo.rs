//! `daybook demo`: the whole job, with no server and no configuration.

use std::path::PathBuf;

use clap::Args;

use super::Exit;
use super::options::GlobalOptions;
use super::output::Output;
use crate::clock::Clock;
use crate::demo;
use crate::error::Error;

/// See the whole job on a PostgreSQL of its own and generated orders: sync, aggregate, validate
///
/// Running it again goes on from where it was.
#[derive(Debug, Args)]
pub struct Demo {
    /// Folder for the server and the raw orders [default: in the user's data folder]
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// How many orders over the 90 days of the first run
    #[arg(long, default_value_t = 50_000)]
    orders: u64,
    /// Stop the demo's PostgreSQL; its data stays
    #[arg(long, conflicts_with = "remove")]
    stop: bool,
    /// Stop the demo's PostgreSQL and delete the folder
    #[arg(long)]
    remove: bool,
}

impl Demo {
    pub async fn run(
        self,
        global: &GlobalOptions,
        clock: Clock,
        output: &Output,
    ) -> Result<Exit, Error> {
        let dir = self.dir.map_or_else(demo::default_dir, Ok)?;
        if self.stop || self.remove {
            let done = demo::end(&dir, self.remove)?;
            output.print(&done, |done| done.text());
            return Ok(Exit::Clean);
        }
        let report = demo::run(&dir, self.orders, global.overrides(), clock).await?;
        output.print(&report, demo::DemoReport::text);
        Ok(Exit::Clean)
    }
}
