//! What the statistics must be, from the plan and the rules of the design, never from the documents.

use std::collections::BTreeMap;

use jiff::civil::{Date, DateTime};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::document::Version;
use crate::life::Order;
use crate::spoil::Spoiled;
use crate::{Marketplace, Plan};

/// Orders are listed one by one in plans of up to so many.
const LISTED: u64 = 20_000;

/// The three states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Open.
    Pending,
    /// Closed.
    Completed,
    /// Cancelled.
    Cancelled,
}

/// What one version of an order tells.
pub(crate) struct Told {
    pub code: String,
    pub status: Status,
    /// In đồng.
    pub paid: i64,
    /// In đồng.
    pub discount: i64,
    pub region: Option<&'static str>,
    pub customer: Option<i64>,
    pub currency: String,
}

/// The row an order must become.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(
    missing_docs,
    reason = "the names are those of the columns of the table `orders`"
)]
pub struct ExpectedOrder {
    pub platform: Marketplace,
    pub order_code: String,
    pub status: Status,
    pub total_amount: String,
    pub discount_amount: String,
    pub final_amount: String,
    pub currency: String,
    pub order_date: DateTime,
    pub completed_at: Option<DateTime>,
    pub cancelled_at: Option<DateTime>,
    pub customer_id: Option<i64>,
    pub region: Option<String>,
    pub shop_id: String,
    #[serde(skip)]
    amounts: (i64, i64),
}

impl ExpectedOrder {
    /// What a set of versions adds up to: the newest decides, region and buyer come from the newest that knows them, and
    /// the time of the end is the earliest that any version with the same status tells.
    pub(crate) fn of(plan: &Plan, order: &Order, tellings: &[(Version, Told)]) -> Self {
        let mut by_age: Vec<_> = tellings.iter().collect();
        by_age.sort_by_key(|(version, _)| (version.updated_at, version.ingested_at));
        let (_, newest) = by_age.last().expect("an order is told at least once");
        let ended_at = by_age
            .iter()
            .filter(|(_, told)| told.status == newest.status)
            .map(|(version, _)| version.updated_at)
            .min()
            .map(|time| civil(time, plan));
        let when = |status| ended_at.filter(|_| newest.status == status);
        Self {
            platform: order.marketplace,
            order_code: newest.code.clone(),
            status: newest.status,
            total_amount: decimal(i128::from(newest.paid + newest.discount) * 100),
            discount_amount: decimal(i128::from(newest.discount) * 100),
            final_amount: decimal(i128::from(newest.paid) * 100),
            currency: newest.currency.clone(),
            order_date: civil(order.placed_at, plan),
            completed_at: when(Status::Completed),
            cancelled_at: when(Status::Cancelled),
            customer_id: by_age.iter().rev().find_map(|(_, told)| told.customer),
            region: by_age
                .iter()
                .rev()
                .find_map(|(_, told)| told.region)
                .map(str::to_owned),
            shop_id: order.shop.clone(),
            amounts: (newest.paid, newest.discount),
        }
    }
}

fn civil(time: Timestamp, plan: &Plan) -> DateTime {
    let whole = time - SignedDuration::from_nanos(i64::from(time.subsec_nanosecond()));
    whole.to_zoned(plan.time_zone()).datetime()
}

/// A document that must be in quarantine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quarantined {
    /// Marketplace.
    pub platform: Marketplace,
    /// Collection.
    pub collection: String,
    /// Digits of its ObjectId.
    pub document_id: String,
    /// What was done to it.
    pub spoiled: String,
}

impl Quarantined {
    pub(crate) fn new(order: &Order, document_id: &str, spoiled: Spoiled) -> Self {
        Self {
            platform: order.marketplace,
            collection: order.marketplace.collection().to_owned(),
            document_id: document_id.to_owned(),
            spoiled: spoiled.name().to_owned(),
        }
    }
}

/// The figures of a day and platform.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(
    missing_docs,
    reason = "the names are those of the columns of daily_order_statistics"
)]
pub struct DailyFigures {
    pub stat_date: Date,
    pub platform: Marketplace,
    pub total_orders: u64,
    pub completed_orders: u64,
    pub cancelled_orders: u64,
    pub pending_orders: u64,
    pub gross_merchandise_value: String,
    pub total_revenue: String,
    pub total_discount: String,
    pub cancellation_rate: String,
    pub avg_order_value: Option<String>,
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

/// Everything a plan's documents must become.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Expected {
    /// The plan.
    pub plan: Plan,
    /// Orders, each counted once.
    pub orders: u64,
    /// Documents.
    pub documents: u64,
    /// Figures, by day and platform.
    pub daily: Vec<DailyFigures>,
    /// Documents that must be in quarantine, and no others.
    pub quarantine: Vec<Quarantined>,
    /// Every order, in small plans.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub order_rows: Vec<ExpectedOrder>,
    #[serde(skip)]
    sums: BTreeMap<(Date, Marketplace), Sums>,
}

impl Expected {
    /// Nothing yet.
    pub fn new(plan: &Plan) -> Self {
        Self {
            plan: plan.clone(),
            orders: 0,
            documents: 0,
            daily: Vec::new(),
            quarantine: Vec::new(),
            order_rows: Vec::new(),
            sums: BTreeMap::new(),
        }
    }

    /// Counts an order.
    pub fn add(&mut self, order: ExpectedOrder) {
        self.orders += 1;
        let (paid, discount) = order.amounts;
        let sums = self
            .sums
            .entry((order.order_date.date(), order.platform))
            .or_default();
        sums.orders += 1;
        sums.gross += i128::from(paid + discount);
        sums.discount += i128::from(discount);
        match order.status {
            Status::Completed => {
                sums.completed += 1;
                sums.revenue += i128::from(paid);
            }
            Status::Cancelled => sums.cancelled += 1,
            Status::Pending => {}
        }
        if self.plan.orders <= LISTED {
            self.order_rows.push(order);
        }
    }

    /// Works out the figures.
    pub fn finish(&mut self) {
        let today = self.plan.until.date();
        self.daily = self
            .sums
            .iter()
            .map(|(key, sums)| figures(*key, sums, today))
            .collect();
        self.order_rows
            .sort_by(|a, b| (a.platform, &a.order_code).cmp(&(b.platform, &b.order_code)));
    }
}

fn figures((stat_date, platform): (Date, Marketplace), sums: &Sums, today: Date) -> DailyFigures {
    let rate = rounded(i128::from(sums.cancelled) * 10_000, i128::from(sums.orders));
    let average =
        (sums.completed > 0).then(|| rounded(sums.revenue * 100, i128::from(sums.completed)));
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
        avg_order_value: average.map(decimal),
        is_final: stat_date < today,
    }
}

/// Rounds half away from zero, as numbers that are never negative need it.
fn rounded(numerator: i128, denominator: i128) -> i128 {
    (numerator * 2 + denominator) / (denominator * 2)
}

/// Hundredths as a decimal text.
fn decimal(hundredths: i128) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_rounded_up() {
        assert_eq!(decimal(rounded(10_000, 8)), "12.50");
        assert_eq!(decimal(rounded(10_000, 800)), "0.13");
        assert_eq!(decimal(rounded(200_000, 3)), "666.67");
    }
}
