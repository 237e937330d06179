//! Stage 4: which business days must be computed again.
//!
//! Marks are made by the database's triggers (`migrations/V3__stats_rebuild_queue.sql`), whoever writes the orders;
//! here they are read, and added by hand.

use jiff::civil::Date;
use tokio_postgres::GenericClient;

use crate::db::DatabaseError;

/// The days that wait, oldest first.
///
/// # Errors
/// PostgreSQL refuses.
pub async fn waiting_days(client: &impl GenericClient) -> Result<Vec<Date>, DatabaseError> {
    let rows = client
        .query(include_str!("mark/list_waiting_days.sql"), &[])
        .await
        .map_err(DatabaseError::statement("read the rebuild queue"))?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

/// Marks days.
///
/// # Errors
/// PostgreSQL refuses.
pub async fn mark_days(client: &impl GenericClient, days: &[Date]) -> Result<(), DatabaseError> {
    client
        .execute(include_str!("mark/mark_days.sql"), &[&days])
        .await
        .map_err(DatabaseError::statement("mark days"))?;
    Ok(())
}
