//! Orders of three years, as if they had been there before daybook.

use daybook::aggregate::{Scope, rebuild};
use daybook::app::App;
use daybook::runs;
use tokio_postgres::Client;

/// Days that the orders lie on.
pub const DAYS: usize = 1_082;

/// Loads orders with all triggers off, so that nothing is counted yet.
pub async fn fill(client: &Client, orders: i64) -> anyhow::Result<()> {
    const AT_ONCE: i64 = 200_000;
    client
        .batch_execute(include_str!("history/products.sql"))
        .await?;
    client
        .batch_execute("alter table orders disable trigger all")
        .await?;
    for first in (1..=orders).step_by(AT_ONCE as usize) {
        let last = orders.min(first + AT_ONCE - 1);
        add(client, first, last, orders).await?;
    }
    client
        .batch_execute("alter table orders enable trigger all")
        .await?;
    client.batch_execute("vacuum analyze").await?;
    Ok(())
}

/// Adds those of these numbers, out of so many in all.
pub async fn add(client: &Client, first: i64, last: i64, of: i64) -> anyhow::Result<()> {
    let insert = include_str!("history/orders.sql");
    client.execute(insert, &[&first, &last, &of]).await?;
    Ok(())
}

/// Counts all of it anew.
pub async fn count(app: &App, client: &Client) -> anyhow::Result<()> {
    let run = runs::start(client, "rebuild", app.clock.now()).await?;
    rebuild(app, &Scope::Range(None, None), run).await?;
    Ok(())
}
