//! `daybook migrate`: creates or upgrades the schema.

use clap::Args;

use super::Exit;
use super::output::Output;
use crate::app::App;
use crate::error::Error;
use crate::setup::{SetUp, set_up};

/// Create or upgrade the schema; safe to run twice, and beside a running older version
#[derive(Debug, Args)]
pub struct Migrate {}

impl Migrate {
    pub async fn run(self, app: &App, output: &Output) -> Result<Exit, Error> {
        output.print(&set_up(app).await?, text);
        Ok(Exit::Clean)
    }
}

fn text(done: &SetUp) -> String {
    let SetUp {
        migrated,
        statistics_mode,
        mode_switched,
        statistics_grains,
    } = done;
    let grains = match statistics_grains.as_slice() {
        [] => "by day".to_owned(),
        names => format!("by day and {}", names.join(", ")),
    };
    let mode = match mode_switched {
        true => format!("statistics are now kept {grains} in mode {statistics_mode}"),
        false => format!("statistics are kept {grains} in mode {statistics_mode}"),
    };
    match migrated.applied.as_slice() {
        [] => format!("schema {} is current; {mode}", migrated.version),
        applied => format!(
            "schema {} is current; applied {}; {mode}\nnext: daybook sync",
            migrated.version,
            applied.join(", ")
        ),
    }
}
