//! What a batch does to `orders`.

use jiff::civil::DateTime;
use tokio_postgres::types::Type;
use tokio_postgres::{Error, Transaction};

use super::document_hashes::DocumentHashes;
use super::newcomers::{self, KnownOrders};
use super::standing::Standing;
use super::{Incoming, LoadCounts, OrderTypes};
use crate::db::OrderKeys;
use crate::normalise::{Forgotten, NormalisedOrder};

/// Brings orders into the table: those that are not in it straight, the others by merging. `now` is civil time in the business
/// zone.
pub(super) async fn put(
    transaction: &Transaction<'_>,
    types: &OrderTypes,
    known: Option<&KnownOrders>,
    orders: &[NormalisedOrder],
    now: DateTime,
) -> Result<LoadCounts, Error> {
    let may_be_there = |order: &&NormalisedOrder| {
        known.is_none_or(|known| known.may_hold(&order.state.newest().key))
    };
    let (told, new): (Vec<_>, Vec<_>) = orders.iter().partition(may_be_there);
    let mut counts = merge(transaction, types, &told, now).await?;
    if !new.is_empty() {
        counts.inserted += newcomers::insert(transaction, types, &new, now).await?;
    }
    Ok(counts)
}

/// For the rest of a transaction, orders of a batch are looked up by their key.
///
/// # Errors
/// PostgreSQL fails.
pub async fn look_up_by_key(transaction: &Transaction<'_>) -> Result<(), Error> {
    transaction
        .batch_execute(include_str!("look_up_by_key.sql"))
        .await
}

/// Lets documents decide again over rows that were changed by hand.
pub(super) async fn forget_versions(
    transaction: &Transaction<'_>,
    orders: &[Forgotten],
) -> Result<(), Error> {
    let keys: OrderKeys<'_> = orders.iter().map(|order| &order.key).collect();
    let columns: Vec<_> = orders.iter().map(|order| order.columns.join(",")).collect();
    transaction
        .execute_typed(
            include_str!("forget_versions.sql"),
            &[
                (&keys.platforms, Type::TEXT_ARRAY),
                (&keys.codes, Type::TEXT_ARRAY),
                (&columns, Type::TEXT_ARRAY),
            ],
        )
        .await?;
    Ok(())
}

/// Merges orders into the table.
async fn merge(
    transaction: &Transaction<'_>,
    types: &OrderTypes,
    orders: &[&NormalisedOrder],
    now: DateTime,
) -> Result<LoadCounts, Error> {
    if orders.is_empty() {
        return Ok(LoadCounts::default());
    }
    look_up_by_key(transaction).await?;
    let Standing {
        newer,
        recollected,
        mut telling,
        stale,
    } = Standing::of(transaction, types, orders).await?;
    if !recollected.is_empty() {
        refresh_ingest_time(transaction, types, &recollected).await?;
    }
    let mut counts = LoadCounts {
        stale,
        ..LoadCounts::default()
    };
    if !newer.is_empty() {
        let (inserted, updated) = upsert_newer(transaction, types, &newer, now).await?;
        counts.inserted = inserted;
        counts.updated = updated;
        if inserted + updated < newer.len() as u64 {
            // Somebody else brought newer versions of them meanwhile; they may still have something to tell.
            telling.extend(newer);
        }
    }
    if !telling.is_empty() {
        counts.updated += absorb_older(transaction, types, &telling, now).await?;
    }
    counts.unchanged = orders.len() as u64 - counts.inserted - counts.updated - stale;
    Ok(counts)
}

async fn refresh_ingest_time(
    transaction: &Transaction<'_>,
    types: &OrderTypes,
    orders: &[&NormalisedOrder],
) -> Result<(), Error> {
    let hashes = DocumentHashes::of(orders);
    transaction
        .execute_typed(
            include_str!("refresh_ingest_time.sql"),
            &[
                (&Incoming(orders), types.incoming()),
                (&hashes.deciding, Type::INT8_ARRAY),
                (&hashes.older, Type::TEXT_ARRAY),
            ],
        )
        .await?;
    Ok(())
}

/// Returns how many were inserted, and how many rows were updated.
async fn upsert_newer(
    transaction: &Transaction<'_>,
    types: &OrderTypes,
    orders: &[&NormalisedOrder],
    now: DateTime,
) -> Result<(u64, u64), Error> {
    let hashes = DocumentHashes::of(orders);
    let row = transaction
        .query_typed_one(
            include_str!("upsert_newer.sql"),
            &[
                (&now, Type::TIMESTAMP),
                (&Incoming(orders), types.incoming()),
                (&hashes.deciding, Type::INT8_ARRAY),
                (&hashes.older, Type::TEXT_ARRAY),
            ],
        )
        .await?;
    Ok((count(&row, "inserted"), count(&row, "updated")))
}

/// Returns how many rows learned something.
async fn absorb_older(
    transaction: &Transaction<'_>,
    types: &OrderTypes,
    orders: &[&NormalisedOrder],
    now: DateTime,
) -> Result<u64, Error> {
    let hashes = DocumentHashes::of(orders);
    let row = transaction
        .query_typed_one(
            include_str!("absorb_older.sql"),
            &[
                (&now, Type::TIMESTAMP),
                (&Incoming(orders), types.incoming()),
                (&hashes.deciding, Type::INT8_ARRAY),
                (&hashes.older, Type::TEXT_ARRAY),
            ],
        )
        .await?;
    Ok(count(&row, "updated"))
}

fn count(row: &tokio_postgres::Row, column: &str) -> u64 {
    row.get::<_, i64>(column).unsigned_abs()
}
