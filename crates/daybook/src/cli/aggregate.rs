//! `daybook aggregate`: computes the days that wait.

use clap::Args;

use super::Exit;
use super::output::Output;
use super::table::{count, plural};
use crate::aggregate::{Drained, drain};
use crate::app::App;
use crate::error::Error;
use crate::observe::Progress;
use crate::runs::Run;

/// Fold the journal, compute the business days that wait in the rebuild queue, and declare ended days final
#[derive(Debug, Args)]
pub struct Aggregate {}

impl Aggregate {
    pub async fn run(self, app: &App, output: &Output) -> Result<Exit, Error> {
        let run = Run::start(app, "aggregate").await?;
        let progress = Progress::new("aggregate", "days", None);
        let result = drain(app, run.id, &|batch| progress.advance(batch.days)).await;
        progress.finish();
        let (drained, exit) = run
            .finish(result.map(|drained| (drained, Exit::Clean)))
            .await?;
        output.print(&drained, text);
        Ok(exit)
    }
}

fn text(drained: &Drained) -> String {
    let rebuilt = &drained.rebuilt;
    format!(
        "{} folded into {}; {} computed, {} of statistics changed, {} removed; {} closed or reopened",
        plural(drained.folded.entries, "journal entry", "journal entries"),
        plural(drained.folded.rows_changed, "row", "rows"),
        plural(rebuilt.days, "day", "days"),
        plural(rebuilt.rows_changed, "row", "rows"),
        count(rebuilt.rows_removed),
        count(drained.rows_closed),
    )
}
