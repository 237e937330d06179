//! Keeps the stored figures fresh: one run a business day.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::Patience;
use crate::aggregate::{Folded, Keeper, StatisticsMode, read_mode};
use crate::app::App;
use crate::error::Error;
use crate::follow::Stop;
use crate::runs::{Outcome, Run};

/// How often marked days are computed in mode incremental, where only repairs and hands mark any.
const DRAIN_EVERY: Duration = Duration::from_secs(10);
/// How often it is looked whether the day has changed.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// For so long after midnight a run goes on: the day before is closed in it.
const INTO_THE_NEXT_DAY: jiff::SignedDuration = jiff::SignedDuration::from_mins(10);

/// Folds and closes until it is time to stop.
pub async fn keep(app: Arc<App>, stop: Stop) {
    let mut patience = Patience::new("fold");
    while !stop.is_due() {
        match one_day(&app, &stop).await {
            Ok(()) => patience.succeeded(),
            Err(error) => {
                if patience.after(&error, &stop).await.is_none() {
                    return;
                }
            }
        }
    }
}

async fn one_day(app: &App, stop: &Stop) -> Result<(), Error> {
    let run = Run::start(app, "fold").await?;
    let mode = read_mode(&app.connect().await?).await?;
    let total = Mutex::new(Folded::default());
    let keeper = Keeper {
        app,
        run: run.id,
        // In mode queue the schedule says when.
        drain_every: (mode == StatisticsMode::Incremental).then_some(DRAIN_EVERY),
        on_fold: &|folded| {
            *total
                .lock()
                .expect("nothing panics while it holds the lock") += folded
        },
    };
    tokio::select! {
        never = run.within(keeper.keep()) => match never {},
        () = stop.due() => {}
        () = day_is_over(app) => {}
    }
    let total = *total
        .lock()
        .expect("nothing panics while it holds the lock");
    run.finish(Ok((total, Outcome::Succeeded))).await?;
    Ok(())
}

async fn day_is_over(app: &App) {
    let day = (app.clock.zoned() - INTO_THE_NEXT_DAY).date();
    while (app.clock.zoned() - INTO_THE_NEXT_DAY).date() == day {
        tokio::time::sleep(LOOK_EVERY).await;
    }
}
