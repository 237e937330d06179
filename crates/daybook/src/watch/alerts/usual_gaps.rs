//! How long each marketplace is usually silent at each hour of the day.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokio_postgres::Transaction;
use tokio_postgres::types::Type;

use crate::clock::BusinessClock;
use crate::db::DatabaseError;

/// With fewer days than this behind it, a usual gap is a guess and nobody is told.
const FEWEST_DAYS: i64 = 7;

/// What was learnt.
#[derive(Debug, Default, Clone)]
pub struct UsualGaps {
    platforms: BTreeMap<String, Gaps>,
}

/// What was learnt about one marketplace.
#[derive(Debug, Default, Clone)]
struct Gaps {
    /// Seconds, by the hour in which the silence begins.
    by_hour: BTreeMap<i8, f64>,
    /// Seconds, whatever the hour.
    of_day: Option<f64>,
    last_seen: Option<Timestamp>,
}

impl UsualGaps {
    /// Learns from the orders of the last four weeks. It reads all of them, so it is for once an hour.
    ///
    /// # Errors
    /// PostgreSQL refuses, or takes too long.
    pub async fn learn(
        transaction: &Transaction<'_>,
        clock: &BusinessClock,
        zone_name: &str,
    ) -> Result<Self, DatabaseError> {
        let rows = transaction
            .query_typed(
                include_str!("usual_gaps.sql"),
                &[(&clock.now(), Type::TIMESTAMPTZ), (&zone_name, Type::TEXT)],
            )
            .await
            .map_err(DatabaseError::statement("learn the usual gaps"))?;
        let mut learnt = Self::default();
        for row in &rows {
            let platform: String = row.get("platform");
            let gaps = learnt.platforms.entry(platform).or_default();
            gaps.last_seen = row.get("last_seen");
            if row.get::<_, i64>("days") < FEWEST_DAYS {
                continue;
            }
            let seconds: f64 = row.get("usual_seconds");
            match row.get::<_, Option<i32>>("hour") {
                Some(hour) => {
                    let hour = i8::try_from(hour).expect("an hour of the day");
                    gaps.by_hour.insert(hour, seconds);
                }
                None => gaps.of_day = Some(seconds),
            }
        }
        Ok(learnt)
    }

    /// Learns when marketplaces were last heard of.
    ///
    /// # Errors
    /// PostgreSQL refuses.
    pub async fn hear(
        &mut self,
        transaction: &Transaction<'_>,
        clock: &BusinessClock,
        zone_name: &str,
    ) -> Result<(), DatabaseError> {
        let rows = transaction
            .query_typed(
                include_str!("last_signs.sql"),
                &[(&clock.now(), Type::TIMESTAMPTZ), (&zone_name, Type::TEXT)],
            )
            .await
            .map_err(DatabaseError::statement("read the last signs of life"))?;
        for row in &rows {
            let platform: String = row.get("platform");
            let gaps = self.platforms.entry(platform).or_default();
            gaps.last_seen = gaps.last_seen.max(row.get("last_seen"));
        }
        Ok(())
    }

    /// Marketplaces that were heard of lately.
    pub fn platforms(&self) -> impl Iterator<Item = &str> {
        self.platforms.keys().map(String::as_str)
    }

    /// When a marketplace was last heard of, as of the learning.
    pub fn last_seen(&self, platform: &str) -> Option<Timestamp> {
        self.platforms.get(platform)?.last_seen
    }

    /// The usual gap in seconds after a sign of life at an instant; `None` while too little is known. Where an hour is too
    /// rarely used to be known, the whole day's longest gap stands for it.
    pub fn gap_after(&self, platform: &str, sign: Timestamp, zone: &TimeZone) -> Option<f64> {
        let gaps = self.platforms.get(platform)?;
        let hour = sign.to_zoned(zone.clone()).hour();
        gaps.by_hour.get(&hour).copied().or(gaps.of_day)
    }
}
