//! One wrong figure, so that Operations has something to show, and Repair something to do.

use jiff::ToSpan;
use jiff::civil::Date;
use tokio_postgres::Client;
use tokio_postgres::types::Type;

use crate::app::App;
use crate::db::DatabaseError;
use crate::error::Error;
use crate::runs::Run;
use crate::serve::review;

/// How many days ago the wrong figure is.
const DAYS_AGO: i64 = 12;

/// In the first run, plants a wrong figure and has the figures reviewed, which finds it. The day, if one was planted.
pub async fn divergence(app: &App, client: &Client) -> Result<Option<Date>, Error> {
    let day = app.clock.today().saturating_sub(DAYS_AGO.days());
    let reviewed_before = client
        .query_typed_opt("select from validation_reports limit 1", &[])
        .await
        .map_err(DatabaseError::statement("read the reviews"))?;
    if reviewed_before.is_some() {
        return Ok(None);
    }
    let planted = client
        .execute_typed(include_str!("plant_divergence.sql"), &[(&day, Type::DATE)])
        .await
        .map_err(DatabaseError::statement("plant a wrong figure"))?;
    let run = Run::start(app, "validate").await?;
    let from = app.clock.today().saturating_sub(34.days());
    let reviewed = review(app, Some(from), Some(app.clock.today()), run.id).await;
    run.finish(reviewed).await?;
    Ok((planted > 0).then_some(day))
}
