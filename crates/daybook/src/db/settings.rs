//! The settings that stored figures depend on are stored beside them.

use tokio_postgres::types::Type;
use tokio_postgres::{Client, Transaction};

use super::DatabaseError;
use crate::config::{Business, setting};

/// Stores zone and currency at the first migration, and makes the zone the database's own, so that CURRENT_DATE in
/// anybody's query is the business day.
///
/// # Errors
/// The database refuses, or holds figures made with other settings. A database whose time zone we may not set is no
/// error: `doctor` shows it.
pub async fn store_business(client: &mut Client, business: &Business) -> Result<(), DatabaseError> {
    let failed = DatabaseError::statement("store the business settings");
    let transaction = client.transaction().await.map_err(&failed)?;
    transaction
        .execute_typed(
            include_str!("store_business.sql"),
            &[
                (&business.zone_name, Type::TEXT),
                (&business.currency.as_str(), Type::TEXT),
            ],
        )
        .await
        .map_err(&failed)?;
    compare(&transaction, business).await?;
    transaction.commit().await.map_err(&failed)?;
    if let Err(error) = client
        .query_typed_one(
            include_str!("set_time_zone.sql"),
            &[(&business.zone_name, Type::TEXT)],
        )
        .await
    {
        tracing::warn!(
            error = %super::error::describe(&error),
            "the database's time zone could not be set; CURRENT_DATE may differ from the business day"
        );
    }
    Ok(())
}

/// Refuses to go on when the stored figures were made with another zone or currency.
///
/// # Errors
/// They were, or the database cannot be read.
pub async fn check_business(client: &mut Client, business: &Business) -> Result<(), DatabaseError> {
    let failed = DatabaseError::statement("read the business settings");
    let transaction = client.transaction().await.map_err(&failed)?;
    compare(&transaction, business).await
}

async fn compare(transaction: &Transaction<'_>, business: &Business) -> Result<(), DatabaseError> {
    let stored = transaction
        .query_typed_opt("select time_zone, currency from business_settings", &[])
        .await
        .map_err(DatabaseError::statement("read the business settings"))?;
    let Some(stored) = stored else { return Ok(()) };
    let pairs = [
        (
            &setting::TIMEZONE,
            business.zone_name.as_str(),
            stored.get::<_, String>(0),
        ),
        (
            &setting::CURRENCY,
            business.currency.as_str(),
            stored.get::<_, String>(1),
        ),
    ];
    for (setting, configured, stored) in pairs {
        if configured != stored {
            return Err(DatabaseError::BusinessDiffers {
                setting,
                configured: configured.to_owned(),
                stored,
            });
        }
    }
    Ok(())
}
