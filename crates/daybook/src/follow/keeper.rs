//! Keeps the stored figures fresh while orders come in, and closes each day when it has ended.

use std::convert::Infallible;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use jiff::civil::Date;

use super::{Progress, locked};
use crate::aggregate::{Folder, Scope, close_days, drain, rebuild};
use crate::app::App;
use crate::error::Error;
use crate::runs::RunId;

/// How often the journal is folded: stored figures are about as old.
const FOLD_EVERY: Duration = Duration::from_millis(250);
/// How often marked days are computed, by `repair`, by hand, or all of them in mode queue.
const DRAIN_EVERY: Duration = Duration::from_secs(10);
/// How long the last orders of an ended day are waited for before it is closed. What comes later is applied all the same.
const WAIT_FOR_LAST: Duration = Duration::from_secs(60);

/// Works until it is dropped. A failure is told and does not end it: what was not done now is done later.
pub async fn keep(app: &App, run: RunId, progress: &Mutex<Progress>) -> Infallible {
    let mut folder = Folder::new(&app.database, &app.clock);
    let mut day = app.clock.today();
    let mut drained_at = Instant::now();
    let mut ended_at: Option<Instant> = None;
    loop {
        tokio::time::sleep(FOLD_EVERY).await;
        told(folder.catch_up().await.map(drop).map_err(Error::from));

        let today = app.clock.today();
        if today != day {
            let since = *ended_at.get_or_insert_with(Instant::now);
            if !has_all_of(app, day, progress) && since.elapsed() < WAIT_FOR_LAST {
                continue;
            }
            if told(close(app, run, &mut folder, day).await) {
                (day, ended_at) = (today, None);
            }
        } else if drained_at.elapsed() >= DRAIN_EVERY {
            told(drain(app, run, &|_| {}).await.map(drop));
            drained_at = Instant::now();
        }
    }
}

/// Whether everything that was stored in the source on a day has been loaded.
fn has_all_of(app: &App, day: Date, progress: &Mutex<Progress>) -> bool {
    let midnight = day
        .tomorrow()
        .ok()
        .and_then(|next| next.to_zoned(app.clock.zone().clone()).ok());
    let through = locked(progress).complete_through;
    midnight.is_some_and(|midnight| through >= Some(midnight.timestamp()))
}

/// Closes an ended day: what waits is folded, the day is computed once more from its orders, and declared final.
async fn close(app: &App, run: RunId, folder: &mut Folder<'_>, day: Date) -> Result<(), Error> {
    folder.fold_all().await?;
    rebuild(app, &Scope::Range(Some(day), Some(day)), run).await?;
    let mut client = app.connect().await?;
    close_days(app, &mut client).await?;
    tracing::info!(%day, "the day is closed");
    Ok(())
}

/// Tells a failure. True when there was none.
fn told(result: Result<(), Error>) -> bool {
    if let Err(error) = &result {
        tracing::warn!(
            reason = error.in_one_line(),
            "the figures could not be kept fresh; trying again"
        );
    }
    result.is_ok()
}
