//! Stage 4: which business days must be computed again.
//!
//! Marks are made by the database's triggers (`migrations/V3__stats_rebuild_queue.sql`), whoever writes the orders;
//! here they are read, and added by hand. In mode incremental the triggers append what a change adds and takes instead
//! (`migrations/V7__stats_journal.sql`).

use jiff::civil::Date;
use tokio_postgres::GenericClient;
use tokio_postgres::types::Type;

use crate::db::DatabaseError;

/// The days that wait, oldest first.
///
/// # Errors
/// PostgreSQL refuses.
pub async fn waiting_days(client: &impl GenericClient) -> Result<Vec<Date>, DatabaseError> {
    let rows = client
        .query_typed(include_str!("mark/list_waiting_days.sql"), &[])
        .await
        .map_err(DatabaseError::statement("read the rebuild queue"))?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

/// How many days have stored figures that are behind, by marks or by journal entries.
///
/// # Errors
/// PostgreSQL refuses.
pub async fn count_waiting_days(client: &impl GenericClient) -> Result<u64, DatabaseError> {
    let row = client
        .query_typed_one(include_str!("mark/count_waiting_days.sql"), &[])
        .await
        .map_err(DatabaseError::statement("read what waits"))?;
    Ok(row.get::<_, i64>(0).unsigned_abs())
}

/// Marks days.
///
/// # Errors
/// PostgreSQL refuses.
pub async fn mark_days(client: &impl GenericClient, days: &[Date]) -> Result<(), DatabaseError> {
    client
        .execute_typed(
            include_str!("mark/mark_days.sql"),
            &[(&days, Type::DATE_ARRAY)],
        )
        .await
        .map_err(DatabaseError::statement("mark days"))?;
    Ok(())
}
