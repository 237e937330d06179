//! Counts the buckets of the finer grains anew, from the orders themselves.

mod helpers;

use futures_util::TryStreamExt;
use tokio_postgres::Transaction;
use tokio_postgres::types::Type;

pub use self::helpers::Helpers;
use super::stretch::Stretch;
use super::tally::{Amount, Columns, Lines, Order, OrderFacts, Sums, Tally};
use crate::db::OpenDate;

/// What the orders of a stretch come to, in the transaction's snapshot. Holds as much as the orders differ, not the orders.
///
/// # Errors
/// PostgreSQL refuses.
async fn recount(
    transaction: &Transaction<'_>,
    stretch: Stretch,
) -> Result<Columns, tokio_postgres::Error> {
    let mut tally = Tally::default();
    let scope: [(OpenDate, Type); 2] = [(stretch.from, Type::DATE), (stretch.to, Type::DATE)];
    let rows = transaction
        .query_typed_raw(include_str!("orders.sql"), scope)
        .await?;
    let mut rows = std::pin::pin!(rows);
    while let Some(row) = rows.try_next().await? {
        let group = tally.group(row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        let amount = |column| row.try_get(column).map(|Amount(hundredths)| hundredths);
        let order = Order {
            sums: Sums {
                orders: 1,
                total_amount: amount(3)?,
                discount_amount: amount(4)?,
                final_amount: amount(5)?,
            },
            facts: row.try_get::<_, OrderFacts<'_>>(6)?,
        };
        let lines: Lines<'_> = row.try_get(7)?;
        tally.add(group, 1, &order, lines.as_slice());
    }
    tally.look_up(transaction).await?;
    Ok(tally.settle())
}
