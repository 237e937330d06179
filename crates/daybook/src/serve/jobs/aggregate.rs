//! Computes the marked days in mode queue, as the specification has it: every hour.

use std::sync::Arc;

use super::times;
use crate::aggregate::{StatisticsMode, drain, read_mode};
use crate::app::App;
use crate::config::Times;
use crate::error::Error;
use crate::follow::Stop;
use crate::runs::{Outcome, Run};

/// Works at its times, until it is time to stop.
pub async fn at_times(app: Arc<App>, schedule: Times, stop: Stop) {
    let now = app.clock.zoned();
    times::repeat(&app, "aggregate", &schedule, now, &stop, || once(&app)).await;
}

async fn once(app: &App) -> Result<(), Error> {
    if read_mode(&app.connect().await?).await? != StatisticsMode::Queue {
        return Ok(());
    }
    let run = Run::start(app, "aggregate").await?;
    let drained = run.within(drain(app, run.id, &|_| {})).await;
    run.finish(drained.map(|drained| (drained, Outcome::Succeeded)))
        .await?;
    Ok(())
}
