//! `daybook serve`: scheduler, API, dashboard, metrics and alerts in one process.

use std::sync::Arc;

use clap::Args;

use super::Exit;
use super::output::Output;
use crate::app::App;
use crate::error::Error;
use crate::follow::Stop;
use crate::serve::serve;

/// Run the service: scheduler, API, dashboard, metrics and alerts, until stopped by SIGTERM or SIGINT
#[derive(Debug, Args)]
pub struct Serve {}

impl Serve {
    pub async fn run(self, app: App, output: &Output) -> Result<Exit, Error> {
        let stop = Stop::at_signals();
        serve(Arc::new(app), stop, |address| {
            if output.is_text() {
                tracing::info!("listening on http://{address}");
            } else {
                output.print_line(&serde_json::json!({ "listening": address }));
            }
        })
        .await?;
        Ok(Exit::Clean)
    }
}
