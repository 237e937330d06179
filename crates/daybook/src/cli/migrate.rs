//! `daybook migrate`: creates or upgrades the schema.

use clap::Args;

use super::Exit;
use super::output::Output;
use crate::app::App;
use crate::db;
use crate::error::Error;

/// Create or upgrade the schema; safe to run twice, and beside a running older version
#[derive(Debug, Args)]
pub struct Migrate {}

impl Migrate {
    pub async fn run(self, app: &App, output: &Output) -> Result<Exit, Error> {
        let migrated = db::migrate(&app.database).await?;
        let mut client = app.database.connect().await?;
        db::store_business(&mut client, &app.config.business).await?;
        output.print(&migrated, |migrated| match migrated.applied.as_slice() {
            [] => format!("schema {} is current; nothing to do", migrated.version),
            applied => format!(
                "schema {} is current; applied {}\nnext: daybook sync",
                migrated.version,
                applied.join(", ")
            ),
        });
        Ok(Exit::Clean)
    }
}
