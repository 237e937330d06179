//! Adds orders up by the buckets of the finer grains.
//!
//! The database defines the buckets (`grain_keys()`, `line_keys()`) and the measures (`order_measures()`); what is done here is
//! the adding, which takes PostgreSQL several times as long. `order_buckets_of_day()` is the same in SQL, for readers of a
//! journal that is not folded yet.

mod columns;
mod keys;
mod names;
mod order;
mod wire;

use foldhash::HashMap;
use tokio_postgres::Transaction;

pub use self::columns::Columns;
use self::columns::{Text, literal};
use self::keys::{Bucket, Facts, Keys, Product};
use self::names::Names;
pub use self::order::{Amount, Facts as OrderFacts, Line, Lines, Order, Orders};
use crate::db::OpenDate;

/// Orders and amounts, added up. Amounts are hundredths of the currency.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sums {
    /// Orders.
    pub orders: i64,
    /// Value before discounts.
    pub total_amount: i128,
    /// Discounts.
    pub discount_amount: i128,
    /// What buyers pay.
    pub final_amount: i128,
}

impl Sums {
    fn add(&mut self, other: Self) {
        self.orders += other.orders;
        self.total_amount += other.total_amount;
        self.discount_amount += other.discount_amount;
        self.final_amount += other.final_amount;
    }

    fn times(self, sign: i64) -> Self {
        let amount = i128::from(sign);
        Self {
            orders: sign * self.orders,
            total_amount: amount * self.total_amount,
            discount_amount: amount * self.discount_amount,
            final_amount: amount * self.final_amount,
        }
    }
}

/// Orders of a day, platform and status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Business day.
    pub stat_date: OpenDate,
    /// Marketplace.
    pub platform: Text,
    /// Status.
    pub status: Text,
}

/// Adds orders up.
#[derive(Debug, Default)]
pub struct Tally {
    groups: Vec<(Group, Unsettled)>,
    names_of_groups: Names,
    names_of_facts: Names,
    facts: Vec<Facts>,
    names_of_products: Names,
    products: Vec<Product>,
    keys: Keys,
    /// The name that is being looked up.
    name: Vec<u8>,
    /// Products of the order that is being added.
    basket: Vec<u32>,
}

/// Orders of a group whose buckets were not looked up yet.
#[derive(Debug, Default)]
struct Unsettled {
    /// By facts.
    alike: HashMap<u32, Sums>,
    /// Lines by product; the orders are those that have no other line.
    sold: HashMap<u32, Sums>,
    /// Orders with several lines, by the products of these.
    baskets: HashMap<Box<[u32]>, i64>,
}

impl Tally {
    /// The number of a group.
    pub fn group(&mut self, stat_date: OpenDate, platform: &str, status: &str) -> u32 {
        self.name.clear();
        self.name.extend_from_slice(&stat_date.days().to_be_bytes());
        self.name.extend_from_slice(platform.as_bytes());
        // No text of PostgreSQL has a zero in it.
        self.name.push(0);
        self.name.extend_from_slice(status.as_bytes());
        let (number, is_new) = self.names_of_groups.number(&self.name);
        if is_new {
            let group = Group {
                stat_date,
                platform: platform.into(),
                status: status.into(),
            };
            self.groups.push((group, Unsettled::default()));
        }
        number
    }

    /// Adds an order to a group, or takes it away when the sign is -1.
    pub fn add<'l>(
        &mut self,
        group: u32,
        sign: i64,
        order: &Order<'_>,
        lines: impl IntoIterator<Item = Line<'l>>,
    ) {
        let (facts, is_new) = self.names_of_facts.number(order.facts.bytes());
        if is_new {
            self.facts.push(literal(&order.facts.texts()));
        }
        let alike = &mut self.groups[group as usize].1.alike;
        alike.entry(facts).or_default().add(order.sums.times(sign));
        self.add_lines(group, sign, lines);
    }

    fn add_lines<'l>(&mut self, group: u32, sign: i64, lines: impl IntoIterator<Item = Line<'l>>) {
        self.basket.clear();
        for line in lines {
            self.add_line(group, sign, line);
        }
        if self.basket.is_empty() {
            // Of an order without lines it is not known what was in it.
            self.add_line(group, sign, Line::default());
        }
        let (_, unsettled) = &mut self.groups[group as usize];
        if let [only] = self.basket.as_slice() {
            unsettled.sold.entry(*only).or_default().orders += sign;
        } else if let Some(orders) = unsettled.baskets.get_mut(self.basket.as_slice()) {
            *orders += sign;
        } else {
            unsettled
                .baskets
                .insert(self.basket.as_slice().into(), sign);
        }
    }

    fn add_line(&mut self, group: u32, sign: i64, line: Line<'_>) {
        let (of_group, unsettled) = &mut self.groups[group as usize];
        let name = Product::name(of_group.platform.as_ref(), line.product, &mut self.name);
        let (product, is_new) = self.names_of_products.number(name);
        if is_new {
            self.products.push(Product {
                platform: of_group.platform.clone(),
                id: line.product.map(str::to_owned),
            });
        }
        let sold = unsettled.sold.entry(product).or_default();
        sold.add(line.sums.times(sign));
        self.basket.push(product);
    }

    /// Looks up the buckets of everything that was added.
    ///
    /// # Errors
    /// PostgreSQL refuses.
    pub async fn look_up(
        &mut self,
        transaction: &Transaction<'_>,
    ) -> Result<(), tokio_postgres::Error> {
        self.keys
            .learn(transaction, &self.facts, &self.products)
            .await
    }

    /// What was added since it was settled last, in one bucket for each day and platform, which has no grain's name.
    pub fn days(&self) -> Columns {
        let whole = Bucket::whole_day();
        let mut columns = Columns::default();
        for (group, unsettled) in &self.groups {
            if !unsettled.alike.is_empty() {
                columns.push(group, &whole, unsettled.all());
            }
        }
        columns
    }

    /// What was added since the last call, by buckets that were looked up.
    pub fn settle(&mut self) -> Columns {
        let keys = &self.keys;
        let mut columns = Columns::default();
        for (group, unsettled) in &mut self.groups {
            for (bucket, sums) in std::mem::take(unsettled).by_bucket(keys) {
                columns.push(group, keys.bucket(bucket), sums);
            }
        }
        columns
    }
}

impl Unsettled {
    fn all(&self) -> Sums {
        let mut all = Sums::default();
        for sums in self.alike.values() {
            all.add(*sums);
        }
        all
    }

    fn by_bucket(self, keys: &Keys) -> HashMap<u32, Sums> {
        let mut buckets: HashMap<u32, Sums> = HashMap::default();
        let all = self.all();
        for (facts, sums) in self.alike {
            for bucket in keys.of_facts(facts) {
                buckets.entry(*bucket).or_default().add(sums);
            }
        }
        // Amounts of lines are the orders' too; what an order has beyond its lines is in the bucket of nothing.
        let mut beyond = vec![Sums { orders: 0, ..all }; keys.of_nothing().len()];
        for (product, sums) in self.sold {
            for bucket in keys.of_product(product) {
                buckets.entry(*bucket).or_default().add(sums);
                for (nothing, beyond) in keys.of_nothing().iter().zip(&mut beyond) {
                    if keys.same_grain(*nothing, *bucket) {
                        beyond.add(Sums { orders: 0, ..sums }.times(-1));
                    }
                }
            }
        }
        for (nothing, beyond) in keys.of_nothing().iter().zip(beyond) {
            buckets.entry(*nothing).or_default().add(beyond);
        }
        let mut seen = Vec::new();
        for (products, orders) in self.baskets {
            // An order counts once in a bucket, however many of its lines are in it.
            seen.clear();
            for bucket in products
                .iter()
                .flat_map(|product| keys.of_product(*product))
            {
                if !seen.contains(bucket) {
                    seen.push(*bucket);
                    buckets.entry(*bucket).or_default().orders += orders;
                }
            }
        }
        buckets
    }
}
