//! What to generate.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

/// A plan. The same plan gives the same documents; one with a later `until` tells how they went on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// About how many orders the first `days` days have.
    pub orders: u64,
    /// How many days that number is spread over.
    pub days: u32,
    /// Which of all possible worlds.
    pub seed: u64,
    /// First business day.
    pub first_day: Date,
    /// Newest moment, civil time in the zone: what happens later is not told.
    pub until: DateTime,
    /// IANA name of the business time zone.
    pub zone: String,
    /// Currency of the good orders.
    pub currency: String,
}

impl Plan {
    /// A plan for so many orders over so many days, of which the last one is that of `until`.
    ///
    /// `zone` must be a name that the time zone database knows.
    pub fn ending(
        orders: u64,
        days: u32,
        seed: u64,
        until: DateTime,
        zone: &str,
        currency: &str,
    ) -> Self {
        let days = days.max(1);
        let first_day = until.date().saturating_sub(i64::from(days - 1).days());
        Self {
            orders,
            days,
            seed,
            first_day,
            until,
            zone: zone.to_owned(),
            currency: currency.to_owned(),
        }
    }

    /// The same world, told until later.
    #[must_use]
    pub fn continued(&self, until: DateTime) -> Self {
        Self {
            until: self.until.max(until),
            ..self.clone()
        }
    }

    /// The business time zone; UTC when the name is not known.
    pub(crate) fn time_zone(&self) -> TimeZone {
        TimeZone::get(&self.zone).unwrap_or(TimeZone::UTC)
    }

    /// The newest moment as an instant.
    pub(crate) fn horizon(&self) -> Timestamp {
        self.time_zone()
            .to_timestamp(self.until)
            .unwrap_or(Timestamp::MAX)
    }
}
