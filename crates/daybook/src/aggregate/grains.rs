//! The finer grains: regions, shops, and what else `order_buckets()` lists.
//!
//! Each has its buckets in `daily_grain_statistics` and its changes in `grain_journal`; nothing in here knows any of them by
//! name. Everything is done within the transaction that does the same for the days.

use jiff::civil::Date;
use tokio_postgres::Transaction;

use super::rebuild::Bounds;
use crate::clock::BusinessClock;

/// Moves a bounded number of journal entries into the figures. Returns how many.
pub(super) async fn fold(
    transaction: &Transaction<'_>,
    floor: &str,
    most_entries: i64,
    clock: &BusinessClock,
) -> Result<u64, tokio_postgres::Error> {
    let row = transaction
        .query_one(
            include_str!("grains/fold.sql"),
            &[&floor, &most_entries, &clock.civil()],
        )
        .await?;
    let empty: Vec<Date> = row.get("days_with_empty_buckets");
    if !empty.is_empty() {
        transaction
            .query_one(include_str!("grains/drop_empty.sql"), &[&empty])
            .await?;
    }
    Ok(row.get::<_, i64>("entries").unsigned_abs())
}

/// Computes some days again: takes their journal entries and replaces their figures. Returns rows written and removed.
pub(super) async fn rebuild(
    transaction: &Transaction<'_>,
    bounds: Bounds,
    days: Option<&[Date]>,
    clock: &BusinessClock,
) -> Result<(u64, u64), tokio_postgres::Error> {
    let Bounds { from, to } = bounds;
    transaction
        .execute(
            include_str!("grains/take_journal.sql"),
            &[&from, &to, &days],
        )
        .await?;
    match days {
        Some(days) => {
            transaction
                .execute(include_str!("grains/compute_days.sql"), &[&days])
                .await?
        }
        None => {
            transaction
                .execute(include_str!("grains/compute_range.sql"), &[&from, &to])
                .await?
        }
    };
    let row = transaction
        .query_one(
            include_str!("grains/replace.sql"),
            &[&from, &to, &days, &clock.civil()],
        )
        .await?;
    let count = |column| row.get::<_, i64>(column).unsigned_abs();
    Ok((count(0), count(1)))
}
