//! What the leader does: loading, folding, watching, what the schedule says, and what people ask for.

mod aggregate;
mod figures;
mod housekeeping;
mod requests;
mod source_in_use;
mod sync;
mod times;
mod validate;

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;

use self::source_in_use::SourceInUse;
pub use self::validate::review;
use crate::app::App;
use crate::config::SyncSchedule;
use crate::error::Error;
use crate::follow::Stop;
use crate::watch::{Watch, alerts};

/// Pauses after failures grow from the first to the second of these.
const PAUSES: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));

/// Works until it is told to stop. Dropped, it stops at once.
pub async fn work(app: Arc<App>, watching: Arc<Watch>, stop: Stop) {
    let schedule = &app.config.schedule;
    let source = Arc::new(SourceInUse::default());
    let mut jobs = JoinSet::new();
    // Each marketplace by itself: one that fails, or is slow, does not hold up the others.
    for part in sync::parts(&app) {
        let (app, source, stop) = (Arc::clone(&app), Arc::clone(&source), stop.clone());
        match schedule.sync.clone() {
            SyncSchedule::Follow => drop(jobs.spawn(sync::follow(app, part, source, stop))),
            SyncSchedule::At(times) => {
                jobs.spawn(sync::at_times(app, part, source, *times, stop));
            }
            SyncSchedule::Off => {}
        }
    }
    jobs.spawn(figures::keep(Arc::clone(&app), stop.clone()));
    if let Some(times) = schedule.aggregate.clone() {
        jobs.spawn(aggregate::at_times(Arc::clone(&app), times, stop.clone()));
    }
    if let Some(times) = schedule.validate.clone() {
        jobs.spawn(validate::at_times(Arc::clone(&app), times, stop.clone()));
    }
    if let Some(times) = schedule.housekeeping.clone() {
        jobs.spawn(housekeeping::at_times(
            Arc::clone(&app),
            times,
            stop.clone(),
        ));
    }
    jobs.spawn(alerts::keep(Arc::clone(&app), watching, stop.clone()));
    jobs.spawn(requests::serve(Arc::clone(&app), source, stop.clone()));
    while let Some(ended) = jobs.join_next().await {
        if let Err(error) = ended {
            // A defect of ours. The lead is given up with everything, and taken anew by whoever is first.
            std::panic::resume_unwind(error.into_panic());
        }
    }
}

/// Tells why a job failed, and waits before it is tried again: longer each time.
struct Patience {
    job: &'static str,
    pause: Duration,
}

impl Patience {
    fn new(job: &'static str) -> Self {
        Self {
            job,
            pause: PAUSES.0,
        }
    }

    fn succeeded(&mut self) {
        self.pause = PAUSES.0;
    }

    /// Nothing when it is time to stop.
    async fn after(&mut self, error: &Error, stop: &Stop) -> Option<()> {
        tracing::warn!(
            job = self.job,
            reason = error.in_one_line(),
            pause_seconds = self.pause.as_secs(),
            "a job failed; it is tried again"
        );
        let pause = self.pause;
        self.pause = (pause * 2).min(PAUSES.1);
        stop.or(tokio::time::sleep(pause)).await
    }
}
