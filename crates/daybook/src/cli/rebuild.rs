//! `daybook rebuild`: computes all days, or a range, whether they are marked or not.

use clap::{ArgGroup, Args};
use jiff::civil::Date;

use super::Exit;
use super::output::Output;
use super::table::{count, plural};
use crate::aggregate::{Rebuilt, Scope, close_days, rebuild};
use crate::app::App;
use crate::error::Error;
use crate::runs::{Run, RunId};

/// Recompute statistics from orders; readers see the old figures until the new ones are complete
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("scope").args(["all", "from"]).required(true))]
pub struct Rebuild {
    /// All business days
    #[arg(long)]
    all: bool,
    /// First business day, as 2026-03-01
    #[arg(long, value_name = "DAY", requires = "to")]
    from: Option<Date>,
    /// Last business day
    #[arg(long, value_name = "DAY", requires = "from")]
    to: Option<Date>,
}

impl Rebuild {
    pub async fn run(self, app: &App, output: &Output) -> Result<Exit, Error> {
        if let (Some(from), Some(to)) = (self.from, self.to)
            && from > to
        {
            return Err(Error::Usage(format!("--from {from} is after --to {to}")));
        }
        let run = Run::start(app, "rebuild").await?;
        let result = self.rebuild(app, run.id).await;
        let (rebuilt, exit) = run
            .finish(result.map(|rebuilt| (rebuilt, Exit::Clean)))
            .await?;
        output.print(&rebuilt, |rebuilt| {
            format!(
                "{} with orders computed, {} of statistics changed, {} removed",
                plural(rebuilt.days, "day", "days"),
                plural(rebuilt.rows_changed, "row", "rows"),
                count(rebuilt.rows_removed),
            )
        });
        Ok(exit)
    }

    async fn rebuild(&self, app: &App, run: RunId) -> Result<Rebuilt, Error> {
        let mut client = app.connect().await?;
        let scope = Scope::Range(self.from, self.to);
        let rebuilt = rebuild(app, &scope, run).await?;
        close_days(app, &mut client).await?;
        Ok(rebuilt)
    }
}
