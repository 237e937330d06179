//! Puts right exactly what a validation found.

use order_model::{OrderCode, OrderKey, Platform};
use serde::Serialize;

use super::{OrderDivergence, OrderProblem, Report};
use crate::aggregate::{Folder, Rebuilt, Scope, close_days, rebuild};
use crate::app::App;
use crate::error::Error;
use crate::load::{LoadCounts, Orders, reload_orders};
use crate::mark;
use crate::normalise::Forgotten;
use crate::runs::RunId;
use crate::source::Source;

/// What a repair did.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Repaired {
    /// Orders loaded again from their documents.
    pub orders: LoadCounts,
    /// Orders that the configured source has no document of.
    pub orders_elsewhere: u64,
    /// Statistics computed again.
    pub statistics: Rebuilt,
}

/// Loads the differing orders again, then marks and rebuilds the differing days.
///
/// # Errors
/// The source or PostgreSQL fails; what was not repaired stays marked.
pub async fn repair(
    app: &App,
    source: Option<&Source>,
    report: &Report,
    run: RunId,
) -> Result<Repaired, Error> {
    let mut client = app.connect().await?;
    let mut repaired = Repaired::default();
    if let (Some(source), Some(orders)) = (source, &report.orders) {
        let (keys, forgotten) = keys_of(&orders.divergences);
        let wanted = Orders {
            keys: &keys,
            forgotten: &forgotten,
        };
        let reloaded = reload_orders(app, source, &wanted, run).await?;
        repaired.orders = reloaded.counts;
        repaired.orders_elsewhere = reloaded.without_document;
    }
    let mut days = report.days();
    mark::mark_days(&client, &days).await?;
    // Orders loaded again have marked their days themselves.
    if repaired.orders != LoadCounts::default() {
        days = mark::waiting_days(&client).await?;
    }
    for batch in days.chunks(app.config.aggregate.batch_days) {
        repaired.statistics += rebuild(app, &Scope::Marked(batch.to_vec()), run).await?;
    }
    // Orders loaded again have journalled what they changed on days that needed no rebuild.
    Folder::new(&app.database, &app.clock).fold_all().await?;
    close_days(app, &mut client).await?;
    Ok(repaired)
}

/// The orders of a report, each once, and those of them that somebody has written by hand.
fn keys_of(divergences: &[OrderDivergence]) -> (Vec<OrderKey>, Vec<Forgotten>) {
    let mut keys = Vec::new();
    let mut forgotten = Vec::new();
    for divergence in divergences {
        let Some(key) = key_of(divergence) else {
            continue; // A report that was edited may name what no order can be.
        };
        if divergence.problem == OrderProblem::Changed {
            forgotten.push(Forgotten {
                key: key.clone(),
                columns: divergence.columns.clone(),
            });
        }
        keys.push(key);
    }
    keys.sort();
    keys.dedup();
    (keys, forgotten)
}

fn key_of(divergence: &OrderDivergence) -> Option<OrderKey> {
    let platform: Platform = divergence.platform.parse().ok()?;
    let code = OrderCode::new(&divergence.order_code)?;
    Some(OrderKey { platform, code })
}
