//! Orders by their number.

use std::collections::BTreeSet;

use jiff::civil::DateTime;
use order_model::Platform;
use tokio_postgres::types::Type;

use super::error::ReportError;
use super::reader::Reader;

/// An order that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundOrder {
    /// Marketplace.
    pub platform: String,
    /// The marketplace's number.
    pub order_code: String,
    /// When it was placed: civil time in the business zone.
    pub order_date: DateTime,
    /// `pending`, `completed` or `cancelled`.
    pub status: String,
}

impl Reader<'_> {
    /// Orders of any marketplace whose number is the text or begins with it, in the case given or in capitals; an exact match
    /// first, then the shortest. Spaces around the text do not matter; without text nothing is found.
    ///
    /// # Errors
    /// PostgreSQL refuses.
    pub async fn find_orders(
        &self,
        text: &str,
        limit: u32,
    ) -> Result<Vec<FoundOrder>, ReportError> {
        let text = text.trim();
        if text.is_empty() || text.contains('\0') {
            return Ok(Vec::new());
        }
        let beginnings: BTreeSet<_> = [text.to_owned(), text.to_uppercase()].into();
        let beginnings: Vec<_> = beginnings.into_iter().collect();
        let platforms = Platform::ALL.map(Platform::as_str).to_vec();
        let failed = ReportError::statement("look for orders");
        let rows = self
            .transaction
            .query_typed(
                include_str!("find.sql"),
                &[
                    (&beginnings, Type::TEXT_ARRAY),
                    (&platforms, Type::TEXT_ARRAY),
                    (&i64::from(limit), Type::INT8),
                ],
            )
            .await
            .map_err(&failed)?;
        rows.iter()
            .map(|row| {
                Ok(FoundOrder {
                    platform: row.try_get("platform")?,
                    order_code: row.try_get("order_code")?,
                    order_date: row.try_get("order_date")?,
                    status: row.try_get("status")?,
                })
            })
            .collect::<Result<_, _>>()
            .map_err(&failed)
    }
}
