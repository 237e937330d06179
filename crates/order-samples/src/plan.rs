//! What to generate.

use jiff::ToSpan;
use jiff::civil::{Date, DateTime, date};
use serde::{Deserialize, Serialize};

/// The earliest day of orders; a day later than that of plausible times begins anywhere on earth.
const EARLIEST: Date = date(2010, 1, 2);

/// A plan. The same plan gives the same documents, whatever the machine and the time of day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// About how many orders the first `days` days have. Those of the last day that are placed
    /// after `until` are missing.
    pub orders: u64,
    /// How many days that number is spread over.
    pub days: u32,
    /// Which of all possible worlds.
    pub seed: u64,
    /// First business day.
    pub first_day: Date,
    /// Newest moment, civil time in the zone: what is stored later is not told.
    pub until: DateTime,
    /// IANA name of the business time zone.
    pub zone: String,
    /// Currency of the good orders, an ISO 4217 code. Amounts are those of Vietnamese đồng.
    pub currency: String,
    /// Earlier moments that the same world was told at. What it told then, it tells again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub told_before: Vec<DateTime>,
    /// Where Lazada orders have their items.
    #[serde(default)]
    pub lazada_items: LazadaItems,
}

/// Where a collector stores the items of Lazada orders (platforms.md 7).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LazadaItems {
    /// In the order's document.
    #[default]
    Embedded,
    /// All in the collection `lazada_order_items`, one document a unit. A collector that works like
    /// this replaces orders and items in place, so of a Lazada order only the latest state is told.
    Sibling,
}

impl Plan {
    /// A plan for so many orders over so many days, of which the last one is that of `until`.
    ///
    /// No day is before 2010, when none of the marketplaces was there: `days` is less then.
    /// `zone` should be a name that the time zone database knows: [`write`](crate::write()) refuses
    /// any other.
    pub fn ending(
        orders: u64,
        days: u32,
        seed: u64,
        until: DateTime,
        zone: &str,
        currency: &str,
    ) -> Self {
        let last_day = until.date();
        let before = i64::from(days.saturating_sub(1));
        let first_day = last_day.saturating_sub(before.days()).max(EARLIEST);
        let before = last_day.duration_since(first_day).as_hours() / 24;
        let days = u32::try_from(before).map_or(1, |before| before + 1);
        Self {
            orders,
            days,
            seed,
            first_day,
            until,
            zone: zone.to_owned(),
            currency: currency.to_owned(),
            told_before: Vec::new(),
            lazada_items: LazadaItems::Embedded,
        }
    }

    /// The same world, told until later; an earlier `until` changes nothing.
    ///
    /// Its documents are those of this plan, unchanged, and those that have come since: new orders,
    /// and newer versions of orders that were still open. Loading both plans one after the other
    /// gives the same rows as loading the continued one alone.
    #[must_use]
    pub fn continued(&self, until: DateTime) -> Self {
        let mut plan = self.clone();
        if until > self.until {
            plan.told_before.push(self.until);
            plan.until = until;
        }
        plan
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ending(days: u32, until: Date) -> Plan {
        Plan::ending(1, days, 1, until.at(12, 0, 0, 0), "UTC", "VND")
    }

    #[test]
    fn the_last_day_is_that_of_the_end() {
        let plan = ending(3, date(2026, 3, 1));
        assert_eq!((plan.first_day, plan.days), (date(2026, 2, 27), 3));
        assert_eq!(ending(0, date(2026, 3, 1)), ending(1, date(2026, 3, 1)));
    }

    #[test]
    fn no_day_is_before_the_marketplaces() {
        let plan = ending(36_500, date(2010, 1, 10));
        assert_eq!((plan.first_day, plan.days), (date(2010, 1, 2), 9));
        assert_eq!(ending(5, date(1999, 1, 1)).days, 1);
    }
}
