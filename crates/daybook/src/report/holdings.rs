//! What there are figures of at all: days and seller accounts.

use jiff::civil::Date;
use tokio_postgres::types::Type;

use super::error::ReportError;
use super::filter::Filter;
use super::reader::Reader;

/// Most seller accounts that are listed.
const MOST_SHOPS: i64 = 500;

/// A seller account that has orders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shop {
    /// Marketplace.
    pub platform: String,
    /// The account; `None` where the documents do not name it.
    pub shop_id: Option<String>,
}

impl Reader<'_> {
    /// First and last business day that has orders of these marketplaces; `None` where none has. Shops are not told apart.
    ///
    /// # Errors
    /// PostgreSQL refuses.
    pub async fn days_with_orders(
        &self,
        filter: &Filter,
    ) -> Result<Option<(Date, Date)>, ReportError> {
        let failed = ReportError::statement("read which days have orders");
        let row = self
            .transaction
            .query_typed_one(
                include_str!("days_with_orders.sql"),
                &[(&filter.platform_names(), Type::TEXT_ARRAY)],
            )
            .await
            .map_err(&failed)?;
        let first: Option<Date> = row.try_get("first_day").map_err(&failed)?;
        let last: Option<Date> = row.try_get("last_day").map_err(&failed)?;
        Ok(first.zip(last))
    }

    /// The seller accounts that have orders; none where figures per shop are not kept.
    ///
    /// # Errors
    /// PostgreSQL refuses.
    pub async fn shops(&self) -> Result<Vec<Shop>, ReportError> {
        let failed = ReportError::statement("read which shops there are");
        let rows = self
            .transaction
            .query_typed(
                include_str!("shops_with_orders.sql"),
                &[(&MOST_SHOPS, Type::INT8)],
            )
            .await
            .map_err(&failed)?;
        rows.iter()
            .map(|row| {
                Ok(Shop {
                    platform: row.try_get("platform")?,
                    shop_id: row.try_get("shop_id")?,
                })
            })
            .collect::<Result<_, _>>()
            .map_err(&failed)
    }
}
