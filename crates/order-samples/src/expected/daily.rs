//! The statistics of days, and of provinces, shops, weeks and months.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Outcome, Status, decimal};
use crate::{Marketplace, category};

/// The figures of a business day and platform, or of a week or month that begins with it, under the
/// names of the columns of `daily_order_statistics`. Amounts are decimal texts with two places.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DailyFigures {
    /// Day in the business zone on which the orders were placed; of a week its Monday, of a month its
    /// first day.
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
    /// Whether the day, week or month is over at the plan's newest moment.
    pub is_final: bool,
}

/// The figures of a province, shop or category on a business day and platform.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BucketFigures {
    /// Province as in `orders.region`, account as in `orders.shop_id`, or id of a category; `None` when not known.
    pub key: Option<String>,
    /// The figures.
    #[serde(flatten)]
    pub figures: DailyFigures,
}

/// Sums of a day and platform, amounts in hundredths of a đồng.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    orders: u64,
    completed: u64,
    cancelled: u64,
    gross: i128,
    revenue: i128,
    discount: i128,
}

impl Sums {
    fn add(&mut self, order: &Outcome) {
        self.add_part(
            order.status,
            hundredths(order.paid),
            hundredths(order.discount),
        );
    }

    /// Counts an order that is in the bucket with a part of its amounts.
    fn add_part(&mut self, status: Status, paid: i128, discount: i128) {
        self.orders += 1;
        self.gross += paid + discount;
        self.discount += discount;
        match status {
            Status::Completed => {
                self.completed += 1;
                self.revenue += paid;
            }
            Status::Cancelled => self.cancelled += 1,
            Status::Pending => {}
        }
    }
}

fn hundredths(dong: i64) -> i128 {
    i128::from(dong) * 100
}

/// An order's amounts by category, paid and discount: spread over its lines in proportion to their list values, each part
/// rounded down and the rest with the last (platforms.md 5.2).
fn parts(order: &Outcome) -> BTreeMap<Option<&'static str>, (i128, i128)> {
    let (paid, discount) = (hundredths(order.paid), hundredths(order.discount));
    let value: i128 = order
        .lines
        .iter()
        .map(|(_, value)| i128::from(*value))
        .sum();
    let mut parts: BTreeMap<_, (i128, i128)> = BTreeMap::new();
    let mut left = (paid, discount);
    if let Some((last, others)) = order.lines.split_last() {
        for (product, part) in others.iter().filter(|_| value > 0) {
            let of = |amount: i128| amount * i128::from(*part) / value;
            let (paid, discount) = (of(paid), of(discount));
            left = (left.0 - paid, left.1 - discount);
            let sums = parts.entry(category::of_product(*product, order.marketplace));
            let sums = sums.or_default();
            *sums = (sums.0 + paid, sums.1 + discount);
        }
        // Lines that are worth nothing are lines all the same.
        for (product, _) in others {
            parts
                .entry(category::of_product(*product, order.marketplace))
                .or_default();
        }
        let sums = parts.entry(category::of_product(last.0, order.marketplace));
        let sums = sums.or_default();
        *sums = (sums.0 + left.0, sums.1 + left.1);
    } else {
        parts.insert(None, left);
    }
    parts
}

type Bucket = (Date, Marketplace, Option<&'static str>);

/// The sums of all days and platforms, and of what they are split into and add up to.
#[derive(Debug, Default)]
pub(super) struct Daily {
    days: BTreeMap<(Date, Marketplace), Sums>,
    regions: BTreeMap<Bucket, Sums>,
    shops: BTreeMap<Bucket, Sums>,
    categories: BTreeMap<Bucket, Sums>,
    weeks: BTreeMap<(Date, Marketplace), Sums>,
    months: BTreeMap<(Date, Marketplace), Sums>,
}

impl Daily {
    pub fn add(&mut self, order: &Outcome) {
        let (day, platform) = (order.placed_at.date(), order.marketplace);
        self.days.entry((day, platform)).or_default().add(order);
        let regions = self.regions.entry((day, platform, order.region));
        regions.or_default().add(order);
        let shops = self.shops.entry((day, platform, Some(order.shop)));
        shops.or_default().add(order);
        for (category, (paid, discount)) in parts(order) {
            let categories = self.categories.entry((day, platform, category));
            categories
                .or_default()
                .add_part(order.status, paid, discount);
        }
        let weeks = self.weeks.entry((monday(day), platform));
        weeks.or_default().add(order);
        let months = self.months.entry((day.first_of_month(), platform));
        months.or_default().add(order);
    }

    /// By day and platform, as seen on a day.
    pub fn figures(&self, today: Date) -> Vec<DailyFigures> {
        let figures =
            |(key, sums): (&(Date, Marketplace), &Sums)| figures(*key, sums, key.0 < today);
        self.days.iter().map(figures).collect()
    }

    /// By week and platform.
    pub fn weeks(&self, today: Date) -> Vec<DailyFigures> {
        let is_over = |first: Date| monday(today) > first;
        let figures =
            |(key, sums): (&(Date, Marketplace), &Sums)| figures(*key, sums, is_over(key.0));
        self.weeks.iter().map(figures).collect()
    }

    /// By month and platform.
    pub fn months(&self, today: Date) -> Vec<DailyFigures> {
        let is_over = |first: Date| today.first_of_month() > first;
        let figures =
            |(key, sums): (&(Date, Marketplace), &Sums)| figures(*key, sums, is_over(key.0));
        self.months.iter().map(figures).collect()
    }

    /// By day, platform and province.
    pub fn regions(&self, today: Date) -> Vec<BucketFigures> {
        buckets(&self.regions, today)
    }

    /// By day, platform and category; an order counts in each that it touches.
    pub fn categories(&self, today: Date) -> Vec<BucketFigures> {
        buckets(&self.categories, today)
    }

    /// By day, platform and shop.
    pub fn shops(&self, today: Date) -> Vec<BucketFigures> {
        buckets(&self.shops, today)
    }
}

fn buckets(sums: &BTreeMap<Bucket, Sums>, today: Date) -> Vec<BucketFigures> {
    let of = |((day, platform, key), sums): (&Bucket, &Sums)| BucketFigures {
        key: key.map(str::to_owned),
        figures: figures((*day, *platform), sums, *day < today),
    };
    sums.iter().map(of).collect()
}

/// The first day of the week of a day.
fn monday(day: Date) -> Date {
    let since = i64::from(day.weekday().to_monday_zero_offset());
    day.saturating_sub(since.days())
}

fn figures(
    (stat_date, platform): (Date, Marketplace),
    sums: &Sums,
    is_final: bool,
) -> DailyFigures {
    let rate = rounded(i128::from(sums.cancelled) * 10_000, i128::from(sums.orders));
    let average = || rounded(sums.revenue, i128::from(sums.completed));
    DailyFigures {
        stat_date,
        platform,
        total_orders: sums.orders,
        completed_orders: sums.completed,
        cancelled_orders: sums.cancelled,
        pending_orders: sums.orders - sums.completed - sums.cancelled,
        gross_merchandise_value: decimal(sums.gross),
        total_revenue: decimal(sums.revenue),
        total_discount: decimal(sums.discount),
        cancellation_rate: decimal(rate),
        avg_order_value: (sums.completed > 0).then(average).map(decimal),
        is_final,
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
            gross: revenue + 500,
            revenue,
            discount: 500,
        }
    }

    fn of(sums: Sums) -> DailyFigures {
        figures((date(2026, 3, 14), Marketplace::Shopee), &sums, true)
    }

    #[test]
    fn halves_are_rounded_up() {
        assert_eq!(decimal(rounded(10_000, 8)), "12.50");
        assert_eq!(decimal(rounded(10_000, 800)), "0.13");
        assert_eq!(decimal(rounded(200_000, 3)), "666.67");
    }

    #[test]
    fn figures_worked_out_by_hand() {
        let day = of(sums(7, 3, 2, 100_000_000));
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
    fn weeks_begin_on_monday() {
        for (day, first) in [(1, (2, 23)), (2, (3, 2)), (8, (3, 2)), (9, (3, 9))] {
            let wanted = date(2026, first.0, first.1);
            assert_eq!(monday(date(2026, 3, day)), wanted);
        }
        assert_eq!(monday(date(2027, 1, 1)), date(2026, 12, 28));
    }
}
