//! Brings a database to what this program needs: schema, business settings, mode of the statistics.

use serde::Serialize;

use crate::access::{BiRole, apply_bi_roles};
use crate::aggregate::{read_mode, switch_grains, switch_mode};
use crate::app::App;
use crate::db::{self, Migrated};
use crate::error::Error;
use crate::runs::{self, Outcome};

/// What a set-up did.
#[derive(Debug, Serialize)]
pub struct SetUp {
    /// The schema.
    #[serde(flatten)]
    pub migrated: Migrated,
    /// How figures follow the orders now: `incremental` or `queue`.
    pub statistics_mode: &'static str,
    /// Whether that was different before.
    pub mode_switched: bool,
    /// Finer grains whose figures are kept.
    pub statistics_grains: Vec<String>,
    /// Roles of the database for BI tools, which have the rights of this schema now.
    pub bi_roles: Vec<BiRole>,
}

/// Sets a database up, or brings it up to date, and creates a role for BI tools if one is named. Safe to run twice, and beside writers.
///
/// # Errors
/// The database refuses, was set up by a newer program, or holds figures made with other settings.
pub async fn set_up(app: &App, bi_role: Option<&str>) -> Result<SetUp, Error> {
    let migrated = db::migrate(&app.database).await?;
    let mut client = app.database.connect().await?;
    db::store_business(&mut client, &app.config.business).await?;
    let wanted = app.config.statistics_mode;
    let mode_switched = read_mode(&client).await? != wanted;
    if mode_switched {
        let run = runs::start(&client, "migrate", app.clock.now()).await?;
        let switched = switch_mode(app, wanted, run).await;
        let outcome = match &switched {
            Ok(_) => Outcome::Succeeded,
            Err(_) => Outcome::Failed,
        };
        let counts = serde_json::json!({ "statistics_mode": wanted.as_str() });
        let error = switched.as_ref().err().map(Error::in_one_line);
        let now = app.clock.now();
        runs::finish(&client, run, outcome, &counts, error.as_deref(), now).await?;
        switched?;
    }
    let (statistics_grains, _) =
        switch_grains(app, &mut client, &app.config.statistics_grains).await?;
    Ok(SetUp {
        migrated,
        statistics_mode: wanted.as_str(),
        mode_switched,
        statistics_grains,
        bi_roles: apply_bi_roles(&mut client, bi_role).await?,
    })
}
