//! Which days a question is about.

use std::fmt;
use std::str::FromStr;

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use serde::Serialize;

/// A range of business days, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct Range {
    from: Date,
    to: Date,
}

/// Two days that are no range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RangeError {
    /// The range ends before it begins.
    #[error("{from} is after {to}")]
    Reversed {
        /// First day.
        from: Date,
        /// Last day.
        to: Date,
    },
    /// The range has more days than are served at once.
    #[error("{from} to {to} is {days} days; at most {most} are served at once")]
    TooLong {
        /// First day.
        from: Date,
        /// Last day.
        to: Date,
        /// Days in it.
        days: u32,
        /// Days allowed.
        most: u32,
    },
}

impl Range {
    /// Most days that daily figures are served for: three years.
    pub const MOST_DAYS: u32 = 1100;

    /// From a day to a day.
    ///
    /// # Errors
    /// The range ends before it begins, or is longer than [`Range::MOST_DAYS`].
    pub fn new(from: Date, to: Date) -> Result<Self, RangeError> {
        Self::of_at_most(from, to, Self::MOST_DAYS)
    }

    /// From a day to a day, with a limit of its own.
    ///
    /// # Errors
    /// The range ends before it begins, or has more than `most` days.
    pub fn of_at_most(from: Date, to: Date, most: u32) -> Result<Self, RangeError> {
        if from > to {
            return Err(RangeError::Reversed { from, to });
        }
        let range = Self { from, to };
        let days = range.days();
        if days > most {
            return Err(RangeError::TooLong {
                from,
                to,
                days,
                most,
            });
        }
        Ok(range)
    }

    /// A single day.
    pub fn day(day: Date) -> Self {
        Self { from: day, to: day }
    }

    /// The days that end with a day.
    fn ending(to: Date, days: u32) -> Self {
        Self {
            from: back(to, days - 1),
            to,
        }
    }

    /// First day.
    pub fn from(&self) -> Date {
        self.from
    }

    /// Last day.
    pub fn to(&self) -> Date {
        self.to
    }

    /// How many days it has; at least one.
    pub fn days(&self) -> u32 {
        let span = self.to.since(self.from).map_or(0, |span| span.get_days());
        span.unsigned_abs() + 1
    }

    /// The range of the same length so many days earlier.
    pub fn earlier(&self, days: u32) -> Self {
        Self {
            from: back(self.from, days),
            to: back(self.to, days),
        }
    }

    /// The same range, widened to whole weeks from Monday to Sunday.
    pub fn whole_weeks(&self) -> Self {
        Self {
            from: monday(self.from),
            to: forward(monday(self.to), 6),
        }
    }

    /// The same range, widened to whole calendar months.
    pub fn whole_months(&self) -> Self {
        Self {
            from: self.from.first_of_month(),
            to: self.to.last_of_month(),
        }
    }

    /// Whether a day is in it.
    pub fn contains(&self, day: Date) -> bool {
        (self.from..=self.to).contains(&day)
    }
}

// Before the first and after the last day of the calendar there is nothing to show: the ends stay where they are.
fn back(day: Date, days: u32) -> Date {
    day.saturating_sub(i64::from(days).days())
}

fn forward(day: Date, days: u32) -> Date {
    day.saturating_add(i64::from(days).days())
}

/// The Monday of a day's week. Weeks start on Monday everywhere in daybook; this is the one place that decides it.
fn monday(day: Date) -> Date {
    back(
        day,
        u32::from(day.weekday().since(Weekday::Monday).unsigned_abs()),
    )
}

macro_rules! presets {
    ($($(#[$doc:meta])* $name:ident = $word:literal;)*) => {
        /// A range that moves along with today.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Preset {
            $($(#[$doc])* $name,)*
        }

        impl Preset {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The word in URLs.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }
        }
    };
}

presets! {
    /// The business day that has not ended.
    Today = "today";
    /// The one before.
    Yesterday = "yesterday";
    /// Seven days, today the last.
    Days7 = "7d";
    /// Thirty days, today the last.
    Days30 = "30d";
    /// Ninety days, today the last.
    Days90 = "90d";
    /// From Monday to today.
    ThisWeek = "this_week";
    /// The week before, Monday to Sunday.
    LastWeek = "last_week";
    /// From the first of the month to today.
    ThisMonth = "this_month";
    /// The month before, whole.
    LastMonth = "last_month";
}

impl Preset {
    /// Its days, when today is this day.
    pub fn range(self, today: Date) -> Range {
        match self {
            Self::Today => Range::day(today),
            Self::Yesterday => Range::day(back(today, 1)),
            Self::Days7 => Range::ending(today, 7),
            Self::Days30 => Range::ending(today, 30),
            Self::Days90 => Range::ending(today, 90),
            Self::ThisWeek => Range {
                from: monday(today),
                to: today,
            },
            Self::LastWeek => Range::ending(back(monday(today), 1), 7),
            Self::ThisMonth => Range {
                from: today.first_of_month(),
                to: today,
            },
            Self::LastMonth => {
                let last = back(today.first_of_month(), 1);
                Range {
                    from: last.first_of_month(),
                    to: last,
                }
            }
        }
    }
}

impl fmt::Display for Preset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Preset {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        let known = Self::ALL.iter().copied();
        known
            .clone()
            .find(|preset| preset.as_str() == word)
            .ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::{Date, date};

    use super::{Preset, Range, RangeError};

    fn range(from: Date, to: Date) -> Range {
        Range::new(from, to).unwrap()
    }

    #[test]
    fn presets_on_a_friday() {
        let today = date(2026, 3, 20);
        for (preset, from, to) in [
            (Preset::Today, today, today),
            (Preset::Yesterday, date(2026, 3, 19), date(2026, 3, 19)),
            (Preset::Days7, date(2026, 3, 14), today),
            (Preset::Days30, date(2026, 2, 19), today),
            (Preset::Days90, date(2025, 12, 21), today),
            (Preset::ThisWeek, date(2026, 3, 16), today),
            (Preset::LastWeek, date(2026, 3, 9), date(2026, 3, 15)),
            (Preset::ThisMonth, date(2026, 3, 1), today),
            (Preset::LastMonth, date(2026, 2, 1), date(2026, 2, 28)),
        ] {
            assert_eq!(preset.range(today), range(from, to), "{preset}");
            assert_eq!(preset.as_str().parse(), Ok(preset));
        }
    }

    #[test]
    fn a_week_starts_on_monday_and_ends_on_sunday() {
        for today in [date(2026, 3, 16), date(2026, 3, 22)] {
            let week = Range::day(today).whole_weeks();
            assert_eq!(week, range(date(2026, 3, 16), date(2026, 3, 22)));
            assert_eq!(Preset::LastWeek.range(today).to(), date(2026, 3, 15));
        }
    }

    #[test]
    fn both_ends_count() {
        assert_eq!(range(date(2026, 1, 1), date(2026, 1, 1)).days(), 1);
        assert_eq!(range(date(2023, 12, 31), date(2025, 1, 1)).days(), 368);
        assert_eq!(
            range(date(2026, 3, 19), date(2026, 3, 20)).earlier(2),
            range(date(2026, 3, 17), date(2026, 3, 18))
        );
        assert_eq!(
            Range::new(date(2020, 1, 1), date(2026, 3, 20)),
            Err(RangeError::TooLong {
                from: date(2020, 1, 1),
                to: date(2026, 3, 20),
                days: 2271,
                most: 1100
            })
        );
        assert!(Range::new(date(2026, 1, 2), date(2026, 1, 1)).is_err());
    }

    #[test]
    fn the_ends_of_the_calendar_hold() {
        let first = Range::day(Date::MIN);
        assert_eq!(first.earlier(364), first);
        assert!(Range::day(Date::MAX).whole_weeks().contains(Date::MAX));
    }
}
