//! Declares ended days final.

use tokio_postgres::Client;
use tokio_postgres::types::Type;

use crate::app::App;
use crate::db::DatabaseError;

/// Declares the days final that have ended by both clocks and have nothing waiting. Returns how many rows changed.
///
/// # Errors
/// PostgreSQL refuses.
pub async fn close_days(app: &App, client: &mut Client) -> Result<u64, DatabaseError> {
    let failed = DatabaseError::statement("close the ended days");
    let transaction = client.transaction().await.map_err(&failed)?;
    app.database
        .limit_idling(&transaction)
        .await
        .map_err(&failed)?;
    transaction
        .batch_execute(include_str!("gate_fold.sql"))
        .await
        .map_err(&failed)?;
    let row = transaction
        .query_typed_one(
            include_str!("close_days.sql"),
            &[
                (&app.clock.today(), Type::DATE),
                (&app.clock.civil(), Type::TIMESTAMP),
                (&app.config.business.zone_name, Type::TEXT),
            ],
        )
        .await
        .map_err(&failed)?;
    app.database
        .require_lead(&transaction)
        .await
        .map_err(&failed)?;
    transaction.commit().await.map_err(&failed)?;
    Ok(row.get::<_, i64>(0).unsigned_abs())
}
