//! Removes what is kept for a time only.

use std::sync::Arc;

use jiff::{Timestamp, ToSpan};
use serde::Serialize;
use tokio_postgres::Client;
use tokio_postgres::types::Type;

use super::times;
use crate::access;
use crate::app::App;
use crate::config::Times;
use crate::db::DatabaseError;
use crate::error::Error;
use crate::follow::Stop;
use crate::runs::{Outcome, Run};

/// What was removed.
#[derive(Debug, Serialize)]
struct Removed {
    /// Runs, with their reports.
    runs: u64,
}

/// Works at its times, until it is time to stop.
pub async fn at_times(app: Arc<App>, schedule: Times, stop: Stop) {
    let now = app.clock.zoned();
    times::repeat(&app, "housekeeping", &schedule, now, &stop, || once(&app)).await;
}

async fn once(app: &App) -> Result<(), Error> {
    let run = Run::start(app, "housekeeping").await?;
    let removed = run.within(remove(app)).await;
    run.finish(removed.map(|removed| (removed, Outcome::Succeeded)))
        .await?;
    Ok(())
}

/// The present by our clock or the database's, whichever is earlier: what a clock that is ahead removes does not come back.
async fn earlier_clock(app: &App, client: &Client) -> Result<Timestamp, Error> {
    let row = client
        .query_typed_one("select clock_timestamp()", &[])
        .await
        .map_err(DatabaseError::statement("ask for the time"))?;
    Ok(app.clock.now().min(row.get(0)))
}

async fn remove(app: &App) -> Result<Removed, Error> {
    let keep = app.config.schedule.keep_runs_days;
    let client = app.connect().await?;
    let now = earlier_clock(app, &client).await?;
    let oldest = now
        .to_zoned(app.clock.zone().clone())
        .saturating_sub(keep.days())
        .timestamp();
    access::forget_ended(&client, now).await?;
    let runs = client
        .execute_typed(
            include_str!("remove_old_runs.sql"),
            &[(&oldest, Type::TIMESTAMPTZ)],
        )
        .await
        .map_err(DatabaseError::statement("remove old runs"))?;
    Ok(Removed { runs })
}
