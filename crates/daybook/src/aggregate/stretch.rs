//! Ranges of days with a bounded number of orders, for work that holds what it has counted.

use jiff::civil::Date;

use super::rebuild::Bounds;
use crate::db::OpenDate;

/// Orders after which a stretch ends, with the day that reaches it.
const ENOUGH_ORDERS: i64 = 100_000;
/// Days with orders after which a stretch ends: each has some hundred buckets, however few its orders are.
const ENOUGH_DAYS: u32 = 31;

/// Days that follow each other, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// The first day.
    pub from: OpenDate,
    /// The last day.
    pub to: OpenDate,
}

/// A day, and how many orders it has.
pub type DayCount = (OpenDate, i64);

impl Stretch {
    /// Cuts a scope into stretches that together hold exactly its days: all within the bounds, or those of the list.
    /// The counts are of the days that have orders, in order.
    pub fn cut(bounds: Bounds, days: Option<&[Date]>, counts: &[DayCount]) -> Vec<Self> {
        let Bounds { from, to } = bounds;
        let scopes = days.map_or_else(|| vec![Self { from, to }], Self::neighbours);
        let mut stretches = Vec::new();
        let mut counts = counts.iter().peekable();
        for scope in scopes {
            let mut rest = scope;
            let (mut orders, mut days) = (0, 0);
            while let Some((day, count)) = counts.next_if(|(day, _)| *day <= scope.to) {
                if *day < scope.from {
                    continue;
                }
                orders += count;
                days += 1;
                if (orders >= ENOUGH_ORDERS || days >= ENOUGH_DAYS) && *day < scope.to {
                    stretches.push(Self {
                        from: rest.from,
                        to: *day,
                    });
                    rest.from = day.next();
                    (orders, days) = (0, 0);
                }
            }
            stretches.push(rest);
        }
        stretches
    }

    /// Days, those that follow each other together.
    fn neighbours(days: &[Date]) -> Vec<Self> {
        let mut days: Vec<_> = days.iter().map(|day| OpenDate::of(*day)).collect();
        days.sort();
        let mut found: Vec<Self> = Vec::new();
        for day in days {
            match found.last_mut() {
                Some(last) if day <= last.to.next() => last.to = day,
                _ => found.push(Self { from: day, to: day }),
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;
    use jiff::civil::date;

    use super::*;

    fn day(day: i8) -> OpenDate {
        OpenDate::of(date(2026, 3, day))
    }

    fn stretch(from: OpenDate, to: OpenDate) -> Stretch {
        Stretch { from, to }
    }

    const ALL: Option<Date> = None;

    fn bounds(from: Option<Date>, to: Option<Date>) -> Bounds {
        Bounds {
            from: OpenDate::from(from),
            to: OpenDate::until(to),
        }
    }

    #[test]
    fn a_range_is_covered_without_a_gap_or_an_overlap() {
        let counts = [
            (day(3), 60_000),
            (day(9), 60_000),
            (day(10), 1),
            (day(12), 99_999),
            (day(20), 5),
        ];
        let (first, last) = (OpenDate::from(ALL), OpenDate::until(ALL));
        assert_eq!(
            Stretch::cut(bounds(ALL, ALL), None, &counts),
            [
                stretch(first, day(9)),
                stretch(day(10), day(12)),
                stretch(day(13), last)
            ]
        );
        let inner = bounds(Some(date(2026, 3, 9)), Some(date(2026, 3, 12)));
        assert_eq!(
            Stretch::cut(inner, None, &counts),
            [stretch(day(9), day(12))]
        );
        assert_eq!(
            Stretch::cut(bounds(ALL, ALL), None, &[]),
            [stretch(first, last)]
        );
    }

    #[test]
    fn a_stretch_has_a_month_at_the_most() {
        let counts: Vec<_> = (0..40_i64)
            .map(|ago| (OpenDate::of(date(2026, 3, 1) + ago.days()), 1))
            .collect();
        let cut = Stretch::cut(bounds(ALL, ALL), None, &counts);
        assert_eq!(cut.len(), 2);
        assert_eq!(cut[0].to, OpenDate::of(date(2026, 3, 31)));
    }

    #[test]
    fn listed_days_are_covered_and_no_others() {
        let days = [
            date(2026, 3, 7),
            date(2026, 3, 4),
            date(2026, 3, 5),
            date(2026, 3, 5),
        ];
        let counts = [
            (day(4), 150_000),
            (day(5), 1),
            (day(6), 1),
            (day(7), 1),
            (day(8), 1),
        ];
        assert_eq!(
            Stretch::cut(bounds(ALL, ALL), Some(&days), &counts),
            [
                stretch(day(4), day(4)),
                stretch(day(5), day(5)),
                stretch(day(7), day(7))
            ]
        );
    }
}
