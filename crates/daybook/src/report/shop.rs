//! Figures of a range by seller account.

use super::error::ReportError;
use super::filter::{Filter, Scope};
use super::measures::{Measures, figures};
use super::range::Range;
use super::reader::Reader;

/// The figures of a seller account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShopRow {
    /// Marketplace.
    pub platform: String,
    /// The account; `None` where the documents do not name it.
    pub shop_id: Option<String>,
    /// The figures.
    pub measures: Measures,
    /// Whether all days with orders are final.
    pub is_final: bool,
}

impl Reader<'_> {
    /// Figures of the range per marketplace and seller account, the largest GMV first. Every order is in one row.
    ///
    /// # Errors
    /// PostgreSQL refuses, or figures per shop are not kept.
    pub async fn by_shop(
        &self,
        range: &Range,
        filter: &Filter,
    ) -> Result<Vec<ShopRow>, ReportError> {
        self.require_grain("shop").await?;
        let failed = ReportError::statement("read figures per shop");
        let rows = self
            .transaction
            .query_typed(
                figures!(
                    "shops.sql",
                    "f.gross_merchandise_value desc, f.platform, f.shop_id"
                ),
                &Scope::new(range, filter).with(&[]),
            )
            .await
            .map_err(&failed)?;
        rows.iter()
            .map(|row| {
                Ok(ShopRow {
                    platform: row.try_get("platform")?,
                    shop_id: row.try_get("shop_id")?,
                    measures: Measures::from_row(row)?,
                    is_final: row.try_get("is_final")?,
                })
            })
            .collect::<Result<_, _>>()
            .map_err(&failed)
    }
}
