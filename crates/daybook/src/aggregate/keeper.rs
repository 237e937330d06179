//! Keeps the stored figures fresh while orders come in, and closes each day when it has ended.

use std::convert::Infallible;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use jiff::civil::Date;
use tokio_postgres::types::Type;

use super::{Folded, Folder, Scope, close_days, drain, rebuild};
use crate::app::App;
use crate::db::DatabaseError;
use crate::error::Error;
use crate::runs::RunId;

/// How often the journal is folded: stored figures are about as old.
const FOLD_EVERY: Duration = Duration::from_millis(250);
/// How long the last orders of an ended day are waited for before it is closed. What comes later is applied all the same.
const WAIT_FOR_LAST: Duration = Duration::from_secs(60);
/// A stream that nobody has read for so long is not waited for.
const ABANDONED_AFTER: Duration = Duration::from_secs(300);

/// Folds, drains and closes, again and again.
pub struct Keeper<'a> {
    /// Configuration, database and clock.
    pub app: &'a App,
    /// The run it belongs to.
    pub run: RunId,
    /// How often marked days are computed: those of `repair`, those marked by hand, or all of them in mode queue. `None`
    /// when somebody else sees to it.
    pub drain_every: Option<Duration>,
    /// Learns what each fold has done that had something to do.
    pub on_fold: &'a (dyn Fn(Folded) + Sync),
}

impl Keeper<'_> {
    /// Works until it is dropped. A failure is told and does not end it: what was not done now is done later.
    pub async fn keep(&self) -> Infallible {
        let app = self.app;
        let mut folder = Folder::new(&app.database, &app.clock);
        let mut day = app.clock.today();
        let mut drained_at = Instant::now();
        let mut ended_at: Option<Instant> = None;
        loop {
            tokio::time::sleep(FOLD_EVERY).await;
            self.fold(&mut folder).await;

            let today = app.clock.today();
            if today != day {
                let since = *ended_at.get_or_insert_with(Instant::now);
                let complete = is_complete(app, day).await.unwrap_or(false);
                if !complete && since.elapsed() < WAIT_FOR_LAST {
                    continue;
                }
                if told(self.close(&mut folder, day).await) {
                    (day, ended_at) = (today, None);
                }
            } else if self
                .drain_every
                .is_some_and(|every| drained_at.elapsed() >= every)
            {
                told(drain(app, self.run, &|_| {}).await.map(drop));
                drained_at = Instant::now();
            }
        }
    }

    async fn fold(&self, folder: &mut Folder<'_>) {
        match folder.catch_up().await {
            Ok(folded) if folded == Folded::default() => {}
            Ok(folded) => (self.on_fold)(folded),
            Err(error) => drop(told(Err(error.into()))),
        }
    }

    /// Closes an ended day: what waits is folded, the day is computed once more from its orders, and declared final.
    async fn close(&self, folder: &mut Folder<'_>, day: Date) -> Result<(), Error> {
        let app = self.app;
        folder.fold_all().await?;
        rebuild(app, &Scope::Range(Some(day), Some(day)), self.run).await?;
        let mut client = app.connect().await?;
        close_days(app, &mut client).await?;
        tracing::info!(%day, "the day is closed");
        Ok(())
    }
}

/// Whether everything that was stored in the source on a day has been loaded.
async fn is_complete(app: &App, day: Date) -> Result<bool, Error> {
    let midnight = day
        .tomorrow()
        .ok()
        .and_then(|next| next.to_zoned(app.clock.zone().clone()).ok());
    let Some(midnight) = midnight else {
        return Ok(false);
    };
    let read_since = app.clock.now() - ABANDONED_AFTER;
    let row = app
        .connect()
        .await?
        .query_typed_one(
            include_str!("read_through.sql"),
            &[(&read_since, Type::TIMESTAMPTZ)],
        )
        .await
        .map_err(DatabaseError::statement("read how far the source was read"))?;
    let through: Option<Timestamp> = row.get(0);
    Ok(through.is_some_and(|through| through >= midnight.timestamp()))
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
