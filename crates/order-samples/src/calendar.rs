//! When people buy: more in the evening, at weekends, on the sale days of the region, and a little
//! more every week.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use crate::Plan;

/// How much an hour of the day weighs, from midnight on.
const HOURS: [u32; 24] = [
    5, 3, 2, 1, 1, 2, 4, 7, 10, 12, 13, 15, 16, 13, 12, 12, 13, 14, 15, 20, 25, 26, 20, 12,
];

/// After so many days there are twice as many orders.
const DAYS_TO_DOUBLE: u64 = 1_000;

/// How much a day weighs, so many days after the first.
fn weight(first: Date, ahead: u32) -> u64 {
    let day = after(first, ahead);
    let base = match day.weekday() {
        Weekday::Saturday | Weekday::Sunday => 125,
        _ => 100,
    };
    let sale = match (day.month(), day.day()) {
        (11, 11) | (12, 12) => 5,
        (month, date) if month == date => 3,
        (_, 15 | 25) => 2,
        _ => 1,
    };
    base * sale * (DAYS_TO_DOUBLE + u64::from(ahead))
}

/// The days of a plan with their numbers of orders, which do not depend on where the plan ends.
pub(crate) fn days(plan: &Plan) -> impl Iterator<Item = (Date, u64)> + use<> {
    let (first, last, orders) = (plan.first_day, plan.until.date(), plan.orders);
    let whole: u64 = (0..plan.days).map(|ahead| weight(first, ahead)).sum();
    let mut weighed = 0;
    (0..)
        .take_while(move |ahead| after(first, *ahead) <= last)
        .map(move |ahead| {
            let before = share(orders, weighed, whole);
            weighed += weight(first, ahead);
            (after(first, ahead), share(orders, weighed, whole) - before)
        })
}

/// The orders that fall on a part of the weight, rounded such that the parts add up.
fn share(orders: u64, part: u64, whole: u64) -> u64 {
    let share = u128::from(orders) * u128::from(part) / u128::from(whole.max(1));
    u64::try_from(share).unwrap_or(u64::MAX)
}

fn after(first: Date, days: u32) -> Date {
    first.saturating_add(i64::from(days).days())
}

/// The second of the day that a share of the day's orders has been placed at; `lot` is below
/// [`LOTS`].
pub(crate) fn second_of_day(lot: u32) -> i64 {
    let mut left = lot;
    for (hour, weight) in (0_i64..).zip(HOURS) {
        let lots = weight * LOTS_PER_WEIGHT;
        if left < lots {
            return hour * 3_600 + i64::from(left) * 3_600 / i64::from(lots);
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
    use jiff::civil::date;

    use super::*;

    fn plan(orders: u64, days: u32, until: Date) -> Plan {
        Plan::ending(orders, days, 1, until.at(12, 0, 0, 0), "UTC", "VND")
    }

    #[test]
    fn the_hours_weigh_what_the_lots_say() {
        assert_eq!(HOURS.iter().sum::<u32>() * LOTS_PER_WEIGHT, LOTS);
        assert_eq!(second_of_day(0), 0);
        assert_eq!(second_of_day(LOTS - 1) / 3_600, 23);
    }

    #[test]
    fn the_days_have_all_orders_between_them() {
        for orders in [0, 1, 7, 100_003] {
            let plan = plan(orders, 37, date(2026, 11, 20));
            assert_eq!(days(&plan).map(|(_, count)| count).sum::<u64>(), orders);
        }
    }

    #[test]
    fn sale_days_stand_out() {
        let counts: Vec<_> = days(&plan(60_000, 30, date(2026, 11, 20))).collect();
        let of = |day| {
            counts
                .iter()
                .find(|(date, _)| *date == day)
                .expect("in the plan")
                .1
        };
        assert!(of(date(2026, 11, 11)) > 4 * of(date(2026, 11, 10)));
        assert!(
            of(date(2026, 11, 14)) > of(date(2026, 11, 13)),
            "a Saturday"
        );
    }

    #[test]
    fn a_later_end_leaves_the_days_before_alone() {
        let plan = plan(5_000, 20, date(2026, 11, 20));
        let later = plan.continued(date(2026, 12, 24).at(9, 0, 0, 0));
        let told: Vec<_> = days(&plan).collect();
        assert_eq!(told, days(&later).take(told.len()).collect::<Vec<_>>());
        assert_eq!(days(&later).count(), told.len() + 34);
    }
}
