//! The time of day, passed in from `main`, so that any hour of any day can be tested.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, Zoned};

/// Where the program takes the time from.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The system's clock.
    System,
    /// Always the same instant.
    Standing(Timestamp),
    /// The system's clock, set forward by so many seconds: what somebody who sets the clock of a running program does to it.
    Shifted(Arc<AtomicI64>),
}

impl Clock {
    /// The present instant.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that asks the system for the time"
    )]
    pub fn now(&self) -> Timestamp {
        match self {
            Clock::System => Timestamp::now(),
            Clock::Standing(instant) => *instant,
            Clock::Shifted(seconds) => {
                let shift = SignedDuration::from_secs(seconds.load(Relaxed));
                Clock::System
                    .now()
                    .saturating_add(shift)
                    .unwrap_or(Timestamp::MAX)
            }
        }
    }
}

/// A clock on the wall of the business: civil times and days in its time zone.
#[derive(Debug, Clone)]
pub struct BusinessClock {
    clock: Clock,
    zone: TimeZone,
}

impl BusinessClock {
    /// A business clock for a zone.
    pub fn new(clock: Clock, zone: TimeZone) -> Self {
        Self { clock, zone }
    }

    /// The present instant.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The present instant, with the business zone.
    pub fn zoned(&self) -> Zoned {
        self.now().to_zoned(self.zone.clone())
    }

    /// The present civil time in the business zone, to the microsecond PostgreSQL keeps.
    pub fn civil(&self) -> DateTime {
        microseconds(self.zoned().datetime())
    }

    /// Today: the business day that has not ended.
    pub fn today(&self) -> Date {
        self.zoned().date()
    }

    /// The business time zone.
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }
}

/// A civil time without the digits below a microsecond.
fn microseconds(time: DateTime) -> DateTime {
    let kept = time.subsec_nanosecond() / 1000 * 1000;
    time.with()
        .subsec_nanosecond(kept)
        .build()
        .expect("fewer digits of the same second are valid")
}
