//! `daybook demo`: the whole job, with no server and no configuration.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use super::Exit;
use super::options::GlobalOptions;
use super::output::Output;
use crate::clock::Clock;
use crate::demo;
use crate::error::Error;
use crate::follow::Stop;
use crate::serve::serve;

/// See the whole job on a PostgreSQL of its own and generated orders: sync, aggregate, validate, then the dashboard
///
/// Serves the dashboard, with orders arriving, until Ctrl-C; that stops PostgreSQL as well. Running it again goes on from
/// where it was.
#[derive(Debug, Args)]
pub struct Demo {
    /// Folder for the server and the raw orders [default: in the user's data folder]
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// How many orders over the 90 days of the first run
    #[arg(long, default_value_t = 50_000)]
    orders: u64,
    /// End when the job is done; PostgreSQL goes on running, to look around in
    #[arg(long)]
    no_serve: bool,
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
        let (app, report) = demo::run(&dir, self.orders, global.overrides(), clock).await?;
        output.print(&report, |report| report.text(!self.no_serve));
        if self.no_serve {
            return Ok(Exit::Clean);
        }
        let stop = Stop::at_signals();
        let app = Arc::new(app);
        let served = tokio::try_join!(
            serve(Arc::clone(&app), stop.clone(), |address| {
                tracing::info!("the dashboard is at http://{address} until Ctrl-C");
            }),
            demo::keep_arriving(&app, &dir, &stop),
        );
        demo::end(&dir, false)?;
        served?;
        Ok(Exit::Clean)
    }
}
