//! Puts right exactly what a validation found.

use std::collections::BTreeMap;

use order_model::{OrderCode, OrderKey, Platform};
use serde::Serialize;

use super::{OrderDivergence, OrderProblem, Report};
use crate::aggregate::{Folder, Rebuilt, Scope, close_days, rebuild};
use crate::app::App;
use crate::error::Error;
use crate::load::{LoadCounts, Reload, reload};
use crate::mark;
use crate::runs::RunId;
use crate::source::Source;

/// What a repair did.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Repaired {
    /// Orders loaded again from their documents.
    pub orders: LoadCounts,
    /// Orders of streams that the configured source does not have.
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
        reload_orders(app, source, &orders.divergences, run, &mut repaired).await?;
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

async fn reload_orders(
    app: &App,
    source: &Source,
    divergences: &[OrderDivergence],
    run: RunId,
    repaired: &mut Repaired,
) -> Result<(), Error> {
    let mut by_stream: BTreeMap<&str, Vec<&OrderDivergence>> = BTreeMap::new();
    for divergence in divergences {
        by_stream
            .entry(&divergence.stream)
            .or_default()
            .push(divergence);
    }
    let streams = source.streams();
    for (name, divergences) in by_stream {
        let Some(stream) = streams.iter().find(|stream| stream.name == name) else {
            repaired.orders_elsewhere += divergences.len() as u64;
            continue;
        };
        let locators: Vec<_> = divergences.iter().map(|d| d.locator.clone()).collect();
        let changed: Vec<_> = divergences.iter().filter_map(|d| changed_key(d)).collect();
        let work = Reload {
            stream,
            locators: &locators,
            forgotten: &changed,
        };
        repaired.orders += reload(app, source, &work, run, repaired.orders).await?;
    }
    Ok(())
}

/// The key of an order that somebody has written by hand.
fn changed_key(divergence: &OrderDivergence) -> Option<OrderKey> {
    if divergence.problem != OrderProblem::Changed {
        return None;
    }
    let platform: Platform = divergence.platform.parse().ok()?;
    let code = OrderCode::new(&divergence.order_code)?;
    Some(OrderKey { platform, code })
}
