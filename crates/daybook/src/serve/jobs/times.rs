//! Waits for the times of a schedule.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp, Zoned};
use tokio_postgres::types::Type;

use super::Patience;
use crate::app::App;
use crate::config::Times;
use crate::db::DatabaseError;
use crate::error::Error;
use crate::follow::Stop;

/// How often the clock is looked at while waiting: it may be set, and the machine may sleep.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// A clock that is set back by less has come to times that it has shown before: what was done then is not done again. If it is
/// set back further, it was so wrong before that nobody can wait for it to get there again.
const NOT_TWICE_WITHIN: SignedDuration = SignedDuration::from_hours(26);

/// When a command was last started by the service, whoever led it. `None` when it never was.
///
/// # Errors
/// PostgreSQL refuses.
pub async fn last_start(app: &App, command: &str) -> Result<Option<Timestamp>, Error> {
    let row = app
        .connect()
        .await?
        .query_typed_one(
            "select max(started_at) from job_runs where command = $1 and term is not null",
            &[(&command, Type::TEXT)],
        )
        .await
        .map_err(DatabaseError::statement("read the last run"))?;
    Ok(row.get(0))
}

/// Waits for the first time after an instant. One that has passed meanwhile, as when no process led, is due at once. Nothing
/// when it is time to stop, or no such time will ever come.
pub async fn wait(app: &App, times: &Times, after: &Zoned, stop: &Stop) -> Option<()> {
    let mut after = after.clone();
    loop {
        let now = app.clock.zoned();
        after = believed(after, &now);
        let due = times.after(&after)?;
        let left = due.duration_since(&now);
        let Ok(left) = Duration::try_from(left) else {
            return Some(());
        };
        if left.is_zero() {
            return Some(());
        }
        stop.or(tokio::time::sleep(left.min(LOOK_EVERY))).await?;
    }
}

/// The instant that times are counted from, when the clock may have been set back since.
fn believed(after: Zoned, now: &Zoned) -> Zoned {
    match after.duration_since(now) > NOT_TWICE_WITHIN {
        true => now.clone(),
        false => after,
    }
}

/// Does some work at the times of a schedule, the first time after an instant, until it is time to stop. Work that fails is
/// tried again after a pause.
pub async fn repeat<F>(
    app: &App,
    job: &'static str,
    times: &Times,
    mut after: Zoned,
    stop: &Stop,
    work: impl Fn() -> F,
) where
    F: Future<Output = Result<(), Error>>,
{
    let mut patience = Patience::new(job);
    while wait(app, times, &after, stop).await.is_some() {
        match stop.or(work()).await {
            None => return,
            Some(Ok(())) => {
                patience.succeeded();
                after = believed(after, &app.clock.zoned()).max(app.clock.zoned());
            }
            Some(Err(error)) => {
                if patience.after(&error, stop).await.is_none() {
                    return;
                }
            }
        }
    }
}
