//! Through when the figures are complete.

use jiff::Timestamp;
use order_model::Platform;
use serde::Serialize;
use tokio_postgres::types::Type;

use super::error::ReportError;
use super::reader::Reader;

/// How fresh the figures are.
#[derive(Debug, Clone, PartialEq)]
pub struct Freshness {
    /// Every change that was committed by then is in the figures.
    pub as_of: Timestamp,
    /// Each marketplace that is loaded from somewhere.
    pub platforms: Vec<PlatformFreshness>,
}

/// How fresh a marketplace's orders are.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PlatformFreshness {
    /// Marketplace.
    pub platform: String,
    /// Everything stored in the source before this instant has been loaded; `None` before the first whole pass.
    pub complete_through: Option<Timestamp>,
    /// Newest ingest time among the documents read.
    pub newest_document: Option<Timestamp>,
    /// Seconds since `complete_through`.
    pub lag_seconds: Option<i64>,
}

impl Reader<'_> {
    /// Through when the figures are complete, per marketplace.
    ///
    /// # Errors
    /// PostgreSQL refuses.
    pub async fn freshness(&self) -> Result<Freshness, ReportError> {
        let failed = ReportError::statement("read how fresh the figures are");
        let known = Platform::ALL.map(Platform::as_str).to_vec();
        let rows = self
            .transaction
            .query_typed(include_str!("freshness.sql"), &[(&known, Type::TEXT_ARRAY)])
            .await
            .map_err(&failed)?;
        let platforms = rows
            .iter()
            .map(|row| {
                let complete_through: Option<Timestamp> = row.try_get("complete_through")?;
                Ok(PlatformFreshness {
                    platform: row.try_get("platform")?,
                    complete_through,
                    newest_document: row.try_get("newest_document")?,
                    lag_seconds: complete_through
                        .map(|through| self.as_of().duration_since(through).as_secs().max(0)),
                })
            })
            .collect::<Result<_, _>>()
            .map_err(&failed)?;
        Ok(Freshness {
            as_of: self.as_of(),
            platforms,
        })
    }
}
