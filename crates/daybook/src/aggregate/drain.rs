//! Works off what waits: folds the journal, and computes the marked days in batches, several at the same time.

use futures_util::stream::{self, StreamExt, TryStreamExt};
use jiff::civil::Date;
use serde::Serialize;

use super::{Folded, Folder, Rebuilt, Scope, close_days, rebuild};
use crate::app::App;
use crate::db::DatabaseError;
use crate::error::Error;
use crate::mark;
use crate::runs::RunId;

/// Folds that run side by side. Each holds what its entries add up to.
const MOST_FOLDS: usize = 2;

/// What draining did.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Drained {
    /// What was folded.
    pub folded: Folded,
    /// What was rebuilt.
    #[serde(flatten)]
    pub rebuilt: Rebuilt,
    /// Rows of statistics that became final, or open again.
    pub rows_closed: u64,
}

/// Folds the journal and computes every day that waits at the start. What arrives meanwhile is left to the next call, so
/// that it ends however fast orders come in. Declares ended days final.
///
/// # Errors
/// PostgreSQL refuses; days not computed keep their marks.
pub async fn drain(
    app: &App,
    run: RunId,
    on_batch: &(dyn Fn(Rebuilt) + Sync),
) -> Result<Drained, Error> {
    let mut client = app.connect().await?;
    let folded = fold_side_by_side(app).await?;
    let days = mark::waiting_days(&client).await?;
    let settings = app.config.aggregate;
    let batches: Vec<Vec<Date>> = days
        .chunks(settings.batch_days)
        .map(<[_]>::to_vec)
        .collect();

    let mut rebuilt = Rebuilt::default();
    let mut results = stream::iter(batches)
        .map(|days| async move { rebuild(app, &Scope::Marked(days), run).await })
        .buffer_unordered(settings.workers);
    while let Some(batch) = results.try_next().await? {
        rebuilt += batch;
        on_batch(batch);
    }
    let rows_closed = close_days(app, &mut client).await?;
    Ok(Drained {
        folded,
        rebuilt,
        rows_closed,
    })
}

/// Folds everything that is there, over two connections if it may: each takes entries that the other does not hold.
async fn fold_side_by_side(app: &App) -> Result<Folded, DatabaseError> {
    let connections = app.config.aggregate.workers.min(MOST_FOLDS);
    stream::iter(0..connections)
        .map(|_| async { Folder::new(&app.database, &app.clock).fold_all().await })
        .buffer_unordered(connections)
        .try_fold(Folded::default(), async |mut all, folded| {
            all += folded;
            Ok(all)
        })
        .await
}
