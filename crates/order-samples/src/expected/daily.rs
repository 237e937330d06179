//! The statistics of days.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Outcome, Status, decimal};
use crate::Marketplace;

/// The figures of a business day and platform, under the names of the columns of
/// `daily_order_statistics`. Amounts are decimal texts with two places.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DailyFigures {
    /// Day in the business zone on which the orders were placed.
    pub stat_date: Date,
    /// Marketplace.
    pub platform: Marketplace,
    /// Orders of every state.
    pub total_orders: u64,
    /// Completed ones among them.
    pub completed_orders: u64,
    /// Cancelled ones among them.
    pub cancelled_orders: u64,
    /// Open ones among them.
    pub pending_orders: u64,
    /// What all of them would cost without discounts.
    pub gross_merchandise_value: String,
    /// What the buyers of the completed ones pay.
    pub total_revenue: String,
    /// What was taken off all of them.
    pub total_discount: String,
    /// Cancelled orders per hundred, two places, halves away from zero.
    pub cancellation_rate: String,
    /// Revenue per completed order, two places, halves away from zero; `None` without any.
    pub avg_order_value: Option<String>,
    /// Whether the day is over at the plan's newest moment.
    pub is_final: bool,
}

/// Sums of a day and platform, amounts in đồng.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    orders: u64,
    completed: u64,
    cancelled: u64,
    gross: i128,
    revenue: i128,
    discount: i128,
}

/// The sums of all days and platforms.
#[derive(Debug, Default)]
pub(super) struct Daily {
    sums: BTreeMap<(Date, Marketplace), Sums>,
}

impl Daily {
    pub fn add(&mut self, order: &Outcome) {
        let key = (order.placed_at.date(), order.marketplace);
        let sums = self.sums.entry(key).or_default();
        sums.orders += 1;
        sums.gross += i128::from(order.paid + order.discount);
        sums.discount += i128::from(order.discount);
        match order.status {
            Status::Completed => {
                sums.completed += 1;
                sums.revenue += i128::from(order.paid);
            }
            Status::Cancelled => sums.cancelled += 1,
            Status::Pending => {}
        }
    }

    /// By day and platform, as seen on a day.
    pub fn figures(&self, today: Date) -> Vec<DailyFigures> {
        let figures = |(key, sums): (&(Date, Marketplace), &Sums)| figures(*key, sums, today);
        self.sums.iter().map(figures).collect()
    }
}

fn figures((stat_date, platform): (Date, Marketplace), sums: &Sums, today: Date) -> DailyFigures {
    let rate = rounded(i128::from(sums.cancelled) * 10_000, i128::from(sums.orders));
    let average = || rounded(sums.revenue * 100, i128::from(sums.completed));
    DailyFigures {
        stat_date,
        platform,
        total_orders: sums.orders,
        completed_orders: sums.completed,
        cancelled_orders: sums.cancelled,
        pending_orders: sums.orders - sums.completed - sums.cancelled,
        gross_merchandise_value: decimal(sums.gross * 100),
        total_revenue: decimal(sums.revenue * 100),
        total_discount: decimal(sums.discount * 100),
        cancellation_rate: decimal(rate),
        avg_order_value: (sums.completed > 0).then(average).map(decimal),
        is_final: stat_date < today,
    }
}

/// A quotient of numbers that are not negative; halves are rounded up.
fn rounded(numerator: i128, denominator: i128) -> i128 {
    (numerator * 2 + denominator) / (denominator * 2)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn sums(orders: u64, completed: u64, cancelled: u64, revenue: i128) -> Sums {
        Sums {
            orders,
            completed,
            cancelled,
            gross: revenue + 5,
            revenue,
            discount: 5,
        }
    }

    fn of(sums: Sums) -> DailyFigures {
        figures(
            (date(2026, 3, 14), Marketplace::Shopee),
            &sums,
            date(2026, 3, 15),
        )
    }

    #[test]
    fn halves_are_rounded_up() {
        assert_eq!(decimal(rounded(10_000, 8)), "12.50");
        assert_eq!(decimal(rounded(10_000, 800)), "0.13");
        assert_eq!(decimal(rounded(200_000, 3)), "666.67");
    }

    #[test]
    fn figures_worked_out_by_hand() {
        let day = of(sums(7, 3, 2, 1_000_000));
        assert_eq!(day.pending_orders, 2);
        assert_eq!(day.gross_merchandise_value, "1000005.00");
        assert_eq!(day.total_revenue, "1000000.00");
        assert_eq!(day.total_discount, "5.00");
        assert_eq!(day.cancellation_rate, "28.57");
        assert_eq!(day.avg_order_value.as_deref(), Some("333333.33"));
        assert!(day.is_final);
    }

    #[test]
    fn a_day_without_a_completed_order_has_no_average() {
        let day = of(sums(8, 0, 8, 0));
        assert_eq!(day.avg_order_value, None);
        assert_eq!(day.cancellation_rate, "100.00");
    }

    #[test]
    fn the_present_day_is_not_final() {
        let today = date(2026, 3, 14);
        let figures = figures((today, Marketplace::Lazada), &sums(1, 1, 0, 9), today);
        assert!(!figures.is_final);
    }
}
