//! Works off the rebuild queue: in batches of days, several at the same time.

use backon::{ExponentialBuilder, Retryable};
use futures_util::stream::{self, StreamExt, TryStreamExt};
use jiff::civil::Date;
use serde::Serialize;

use super::{Rebuilt, Scope, close_days, rebuild};
use crate::app::App;
use crate::db::{DatabaseError, is_transient};
use crate::error::Error;
use crate::mark;

/// What draining the queue did.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Drained {
    /// What was rebuilt.
    #[serde(flatten)]
    pub rebuilt: Rebuilt,
    /// Rows of statistics that became final, or open again.
    pub rows_closed: u64,
}

/// Computes every day that waits at the start. Days marked meanwhile are left to the next call, so that it ends however
/// fast orders come in. Declares ended days final.
///
/// # Errors
/// PostgreSQL refuses; days not computed keep their marks.
pub async fn drain(app: &App, on_batch: &dyn Fn(Rebuilt)) -> Result<Drained, Error> {
    let client = app.connect().await?;
    let days = mark::waiting_days(&client).await?;
    let settings = app.config.aggregate;
    let batches: Vec<Vec<Date>> = days
        .chunks(settings.batch_days)
        .map(<[_]>::to_vec)
        .collect();

    let mut rebuilt = Rebuilt::default();
    let mut results = stream::iter(batches)
        .map(|days| rebuild_batch(app, days))
        .buffer_unordered(settings.workers);
    while let Some(batch) = results.try_next().await? {
        rebuilt += batch;
        on_batch(batch);
    }
    let rows_closed = close_days(&client, &app.clock).await?;
    Ok(Drained {
        rebuilt,
        rows_closed,
    })
}

/// One batch on a connection of its own; tried again after a passing failure.
async fn rebuild_batch(app: &App, days: Vec<Date>) -> Result<Rebuilt, DatabaseError> {
    let scope = Scope::Marked(days);
    let attempt = || async {
        let mut client = app.database.connect().await?;
        rebuild(&mut client, &scope, &app.clock).await
    };
    attempt
        .retry(
            ExponentialBuilder::default()
                .with_max_times(5)
                .with_jitter(),
        )
        .when(|error| error.driver().is_some_and(is_transient))
        .notify(|error, _| tracing::warn!(%error, "rebuilding the batch again"))
        .await
}
