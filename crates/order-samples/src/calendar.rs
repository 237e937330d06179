//! When people buy: more in the evening, at weekends, and on the sale days of the region.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use crate::Plan;

/// How much an hour of the day weighs, from midnight on.
const HOURS: [u32; 24] = [
    5, 3, 2, 1, 1, 2, 4, 7, 10, 12, 13, 15, 16, 13, 12, 12, 13, 14, 15, 20, 25, 26, 20, 12,
];

/// How much a day weighs.
fn weight(day: Date) -> u64 {
    let base = match day.weekday() {
        Weekday::Saturday | Weekday::Sunday => 125,
        _ => 100,
    };
    let (month, date) = (i32::from(day.month()), i32::from(day.day()));
    let sale = match (month, date) {
        (11, 11) | (12, 12) => 500,
        (month, date) if month == date => 300,
        (_, 15 | 25) => 200,
        _ => 100,
    };
    base * sale / 100
}

/// The days of a plan with their numbers of orders. Those of a day do not depend on where the plan ends.
pub(crate) fn days(plan: &Plan) -> impl Iterator<Item = (Date, u64)> {
    let first = plan.first_day;
    let whole: u64 = (0..plan.days)
        .map(|ahead| weight(after(first, ahead)))
        .sum();
    let orders = plan.orders;
    let last = plan.until.date();
    let mut weighed = 0_u64;
    (0..)
        .map(move |ahead| after(first, ahead))
        .take_while(move |day| *day <= last)
        .map(move |day| {
            let before = share(orders, weighed, whole);
            weighed += weight(day);
            (day, share(orders, weighed, whole) - before)
        })
}

/// The whole orders that fall on a part of the weight, rounded such that the parts add up.
fn share(orders: u64, part: u64, whole: u64) -> u64 {
    u64::try_from(u128::from(orders) * u128::from(part) / u128::from(whole)).unwrap_or(u64::MAX)
}

fn after(first: Date, days: u32) -> Date {
    first.saturating_add(i64::from(days).days())
}

/// The second of the day that a share of the day's orders has been placed at; `lot` is below [`LOTS`].
pub(crate) fn second_of_day(lot: u32) -> i64 {
    let mut left = lot;
    for (hour, weight) in HOURS.into_iter().enumerate() {
        let lots = weight * LOTS_PER_WEIGHT;
        if left < lots {
            return hour as i64 * 3_600 + i64::from(left) * 3_600 / i64::from(lots);
        }
        left -= lots;
    }
    86_399
}

const LOTS_PER_WEIGHT: u32 = 1_000;
/// How many lots there are to draw from.
pub(crate) const LOTS: u32 = 273 * LOTS_PER_WEIGHT;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hours_weigh_what_the_lots_say() {
        assert_eq!(HOURS.iter().sum::<u32>() * LOTS_PER_WEIGHT, LOTS);
    }
}
