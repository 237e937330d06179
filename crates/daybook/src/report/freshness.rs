//! Through when the figures are complete.

use std::time::Duration;

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
    /// Set while nothing was stored for longer than is usual at that hour.
    pub silence: Option<Silence>,
}

/// A silence that is longer than usual.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Silence {
    /// How long it has lasted.
    pub seconds: i64,
    /// From how long on it is unusual, by what is usual at the hour in which it began.
    pub limit_seconds: i64,
}

impl PlatformFreshness {
    /// Up to when there is data, for a marketplace that is behind: because it is silent, or because loading it lags by more
    /// than `most_lag`. `None` for one that is not behind, and for one that was never loaded.
    pub fn ends_at(&self, most_lag: Duration) -> Option<Timestamp> {
        let most_lag = i64::try_from(most_lag.as_secs()).unwrap_or(i64::MAX);
        let lags = self.lag_seconds.is_some_and(|lag| lag > most_lag);
        let loaded = self.complete_through.filter(|_| lags);
        let heard = self.newest_document.filter(|_| self.silence.is_some());
        match (loaded, heard) {
            (Some(loaded), Some(heard)) => Some(loaded.min(heard)),
            (loaded, heard) => loaded.or(heard),
        }
    }
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
                    silence: row
                        .try_get::<_, Option<i64>>("silent_seconds")?
                        .zip(row.try_get("silence_limit_seconds")?)
                        .map(|(seconds, limit_seconds)| Silence {
                            seconds,
                            limit_seconds,
                        }),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(1_790_000_000 + minute * 60).unwrap()
    }

    /// A marketplace as it is in minute 100.
    fn fresh(complete_through: i64, newest_document: i64, is_silent: bool) -> PlatformFreshness {
        PlatformFreshness {
            platform: "lazada".to_owned(),
            complete_through: Some(at(complete_through)),
            newest_document: Some(at(newest_document)),
            lag_seconds: Some((100 - complete_through) * 60),
            silence: is_silent.then_some(Silence {
                seconds: (complete_through - newest_document) * 60,
                limit_seconds: 1_800,
            }),
        }
    }

    #[test]
    fn a_marketplace_ends_where_loading_or_its_collector_stopped() {
        let lag = Duration::from_secs(45 * 60);
        for (through, newest, is_silent, end) in [
            (99, 98, false, None),
            // A quiet night is not silence.
            (99, 20, false, None),
            (99, 20, true, Some(20)),
            (55, 54, false, None),
            (54, 53, false, Some(54)),
            (50, 10, true, Some(10)),
        ] {
            let ends_at = fresh(through, newest, is_silent).ends_at(lag);
            assert_eq!(ends_at, end.map(at), "{through} {newest} {is_silent}");
        }
    }
}
