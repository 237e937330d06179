//! A batch's own table, against which `orders` is brought up to date.

use tokio_postgres::Transaction;

use super::copy::CopyWriter;
use super::lines::LineType;
use super::order_row::{self, Naming};
use crate::normalise::NormalisedOrder;

/// Fills the transaction's `incoming_orders`.
///
/// # Errors
/// PostgreSQL refuses a value, or fails.
pub async fn copy(
    transaction: &Transaction<'_>,
    lines: &LineType,
    orders: &[&NormalisedOrder],
) -> Result<(), tokio_postgres::Error> {
    transaction
        .batch_execute(include_str!("create_incoming.sql"))
        .await?;
    let types = order_row::types(lines);
    let mut writer =
        CopyWriter::begin(transaction, include_str!("copy_incoming.sql"), &types).await?;
    for order in orders {
        order_row::write(&mut writer, order, Naming::Always, &[]).await?;
    }
    writer.finish().await?;
    Ok(())
}
