//! What the documents must become, from the plan and the rules of the design, never from the
//! documents.

mod daily;
mod order;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use self::daily::Daily;
pub use self::daily::{BucketFigures, DailyFigures};
pub use self::order::{ExpectedOrder, Status};
pub(crate) use self::order::{Outcome, Told};
use crate::collection::Collection;
use crate::life::Order;
use crate::spoil::Spoiled;
use crate::telling::Telling;
use crate::{Marketplace, Plan};

/// Orders are listed one by one in plans of up to so many.
const LISTED: u64 = 20_000;

/// Everything a plan's documents must become.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expected {
    /// The plan.
    pub plan: Plan,
    /// Orders, each counted once, without the spoiled ones.
    pub orders: u64,
    /// Documents of orders, spoiled ones too.
    pub documents: u64,
    /// Documents of each collection.
    pub collections: BTreeMap<String, u64>,
    /// Figures, by day and platform.
    pub daily: Vec<DailyFigures>,
    /// Figures by day, platform and province.
    #[serde(default)]
    pub regions: Vec<BucketFigures>,
    /// Figures by day, platform and shop.
    #[serde(default)]
    pub shops: Vec<BucketFigures>,
    /// Figures by day, platform and category of `categories.csv`; an order counts in each that it touches.
    #[serde(default)]
    pub categories: Vec<BucketFigures>,
    /// Figures by ISO week and platform; `stat_date` is the Monday.
    #[serde(default)]
    pub weekly: Vec<DailyFigures>,
    /// Figures by month and platform; `stat_date` is the first.
    #[serde(default)]
    pub monthly: Vec<DailyFigures>,
    /// Documents that must be in quarantine, and no others: about one in a thousand.
    pub quarantine: Vec<Quarantined>,
    /// Every order by platform and code, in plans of up to 20,000.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub order_rows: Vec<ExpectedOrder>,
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
    /// What was done to it: a word of this crate, from which the reason should follow.
    pub spoiled: String,
}

impl Quarantined {
    pub(crate) fn new(order: &Order, document_id: String, spoiled: Spoiled) -> Self {
        Self {
            platform: order.marketplace,
            collection: order.marketplace.collection().to_owned(),
            document_id,
            spoiled: spoiled.name().to_owned(),
        }
    }
}

/// Adds up what is expected. Its size depends on the days, the spoiled documents and nothing else,
/// unless the plan is small enough to list its orders.
#[derive(Debug)]
pub(crate) struct Tally {
    plan: Plan,
    orders: u64,
    documents: [u64; Collection::ALL.len()],
    daily: Daily,
    quarantine: Vec<Quarantined>,
    order_rows: Vec<ExpectedOrder>,
}

impl Tally {
    pub fn new(plan: &Plan) -> Self {
        Self {
            plan: plan.clone(),
            orders: 0,
            documents: [0; Collection::ALL.len()],
            daily: Daily::default(),
            quarantine: Vec::new(),
            order_rows: Vec::new(),
        }
    }

    /// Good orders so far.
    pub fn orders(&self) -> u64 {
        self.orders
    }

    /// Counts what is told of an order, and says whether it is a good one.
    pub fn add(&mut self, telling: &Telling) -> bool {
        for (collection, _) in &telling.documents {
            self.documents[collection.index()] += 1;
        }
        self.quarantine.extend(telling.quarantined.clone());
        let Some(outcome) = &telling.outcome else {
            return false;
        };
        self.orders += 1;
        self.daily.add(outcome);
        if self.plan.orders <= LISTED {
            self.order_rows.push(outcome.row());
        }
        true
    }

    pub fn finish(mut self) -> Expected {
        self.order_rows
            .sort_by(|a, b| (a.platform, &a.order_code).cmp(&(b.platform, &b.order_code)));
        let counted = Collection::ALL.into_iter().zip(self.documents);
        let stored: Vec<_> = counted.filter(|(_, count)| *count > 0).collect();
        let is_order = |collection| matches!(collection, Collection::Orders(_));
        let of_orders = stored
            .iter()
            .filter(|(collection, _)| is_order(*collection));
        Expected {
            orders: self.orders,
            documents: of_orders.map(|(_, count)| count).sum(),
            collections: stored
                .iter()
                .map(|(collection, count)| (collection.name().to_owned(), *count))
                .collect(),
            daily: self.daily.figures(self.plan.until.date()),
            regions: self.daily.regions(self.plan.until.date()),
            shops: self.daily.shops(self.plan.until.date()),
            categories: self.daily.categories(self.plan.until.date()),
            weekly: self.daily.weeks(self.plan.until.date()),
            monthly: self.daily.months(self.plan.until.date()),
            quarantine: self.quarantine,
            order_rows: self.order_rows,
            plan: self.plan,
        }
    }
}

/// Hundredths that are not negative as a decimal text.
fn decimal(hundredths: i128) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}
