//! A plan with everything looked up that its orders need.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

use crate::Plan;

/// How many days before the plan's first end the spike of cancellations is.
const SPIKE_DAYS_BEFORE_END: i64 = 10;

/// A plan, its zone, and its moments as instants.
#[derive(Debug)]
pub(crate) struct World {
    pub plan: Plan,
    zone: TimeZone,
    /// The moments the world is told at; the newest is the last.
    pub moments: Vec<Timestamp>,
    /// The day on which far more orders are cancelled than usual, which somebody should notice. It
    /// stays where it is when the plan is continued.
    pub spike: Date,
}

impl World {
    /// A zone that is not known is taken as UTC.
    pub fn new(plan: &Plan) -> Self {
        let zone = TimeZone::get(&plan.zone).unwrap_or(TimeZone::UTC);
        let ahead = i64::from(plan.days) - 1 - SPIKE_DAYS_BEFORE_END;
        let told = plan.told_before.iter().chain([&plan.until]);
        let mut moments: Vec<_> = told.map(|moment| instant(*moment, &zone)).collect();
        moments.sort_unstable();
        Self {
            moments,
            spike: plan.first_day.saturating_add(ahead.days()),
            zone,
            plan: plan.clone(),
        }
    }

    /// The instant a business day begins.
    pub fn midnight(&self, day: Date) -> Timestamp {
        instant(day.at(0, 0, 0, 0), &self.zone)
    }

    /// An instant as civil time in the business zone, to the second.
    pub fn civil(&self, time: Timestamp) -> DateTime {
        let whole = time - SignedDuration::from_nanos(i64::from(time.subsec_nanosecond()));
        self.zone.to_datetime(whole)
    }

    /// The newest moment.
    pub fn horizon(&self) -> Timestamp {
        self.moments.last().copied().unwrap_or(Timestamp::MIN)
    }
}

fn instant(moment: DateTime, zone: &TimeZone) -> Timestamp {
    zone.to_timestamp(moment).unwrap_or(Timestamp::MAX)
}
