//! What a batch does to `orders`.

use jiff::civil::DateTime;
use tokio_postgres::types::Type;
use tokio_postgres::{Error, Transaction};

use super::newcomers::{self, KnownOrders};
use super::{LineType, LoadCounts, incoming};
use crate::normalise::{Forgotten, NormalisedOrder};

/// Brings orders into the table: those that are not in it straight, the others by merging. `now` is civil time in the business
/// zone.
pub(super) async fn put(
    transaction: &Transaction<'_>,
    lines: &LineType,
    known: Option<&KnownOrders>,
    orders: &[NormalisedOrder],
    now: DateTime,
) -> Result<LoadCounts, Error> {
    let may_be_there = |order: &&NormalisedOrder| {
        known.is_none_or(|known| known.may_hold(&order.state.newest().key))
    };
    let (told, new): (Vec<_>, Vec<_>) = orders.iter().partition(may_be_there);
    let mut counts = merge(transaction, lines, &told, now).await?;
    if !new.is_empty() {
        counts.inserted += newcomers::insert(transaction, lines, &new, now).await?;
    }
    Ok(counts)
}

/// Lets documents decide again over rows that were changed by hand.
pub(super) async fn forget_versions(
    transaction: &Transaction<'_>,
    orders: &[Forgotten],
) -> Result<(), Error> {
    let keys = orders.iter().map(|order| &order.key);
    let platforms: Vec<_> = keys.clone().map(|key| key.platform.as_str()).collect();
    let codes: Vec<_> = keys.map(|key| key.code.as_str()).collect();
    let columns: Vec<_> = orders.iter().map(|order| order.columns.join(",")).collect();
    transaction
        .execute_typed(
            include_str!("forget_versions.sql"),
            &[
                (&platforms, Type::TEXT_ARRAY),
                (&codes, Type::TEXT_ARRAY),
                (&columns, Type::TEXT_ARRAY),
            ],
        )
        .await?;
    Ok(())
}

/// Merges orders into the table.
async fn merge(
    transaction: &Transaction<'_>,
    lines: &LineType,
    orders: &[&NormalisedOrder],
    now: DateTime,
) -> Result<LoadCounts, Error> {
    if orders.is_empty() {
        return Ok(LoadCounts::default());
    }
    incoming::copy(transaction, lines, orders).await?;
    let count = |row: &tokio_postgres::Row, column| row.get::<_, i64>(column).unsigned_abs();

    let known = transaction
        .query_typed_one(include_str!("drop_known.sql"), &[])
        .await?;
    let (stale, dropped) = (count(&known, 0), count(&known, 1));
    transaction
        .execute_typed(include_str!("refresh_ingest_time.sql"), &[])
        .await?;
    let upserted = transaction
        .query_typed_one(include_str!("upsert_newer.sql"), &[(&now, Type::TIMESTAMP)])
        .await?;
    let inserted = count(&upserted, 0);
    let mut updated = count(&upserted, 1);
    // What was neither known nor newer is older, and may still have something to tell.
    if dropped + inserted + updated < orders.len() as u64 {
        let learned = transaction
            .query_typed_one(include_str!("absorb_older.sql"), &[(&now, Type::TIMESTAMP)])
            .await?;
        updated += count(&learned, 0);
    }
    let unchanged = orders.len() as u64 - inserted - updated - stale;
    Ok(LoadCounts {
        inserted,
        updated,
        stale,
        unchanged,
        ..LoadCounts::default()
    })
}
