//! Adds orders up by the buckets of the finer grains.
//!
//! The database defines the buckets (`grain_keys()`, `line_keys()`) and the measures (`order_measures()`); what is done here is
//! the adding, which takes PostgreSQL several times as long. `order_buckets_of_day()` is the same in SQL, for readers of a
//! journal that is not folded yet.

mod keys;
mod names;
mod order;
mod wire;

use std::collections::HashMap;

use tokio_postgres::Transaction;

use self::keys::{Facts, Keys, Product};
use self::names::Names;
use self::order::Line;
pub use self::order::Orders;

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
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Group {
    /// Business day, as PostgreSQL writes it; it may lie at infinity.
    pub stat_date: String,
    /// Marketplace.
    pub platform: String,
    /// Status.
    pub status: String,
}

/// What orders of a group add to a bucket.
#[derive(Debug)]
pub struct Told<'a> {
    /// The group.
    pub group: &'a Group,
    /// Grain of the bucket.
    pub grain: &'a str,
    /// Key of the bucket.
    pub key: &'a [Option<String>],
    /// What its orders come to.
    pub sums: Sums,
}

/// Adds orders up.
#[derive(Debug, Default)]
pub struct Tally {
    groups: Vec<(Group, Unsettled)>,
    group_numbers: HashMap<Group, usize>,
    names_of_facts: Names,
    facts: Vec<Facts>,
    names_of_products: Names,
    products: Vec<Product>,
    keys: Keys,
    /// The name that is being looked up.
    name: Vec<u8>,
}

/// Orders of a group whose buckets were not looked up yet.
#[derive(Debug, Default)]
struct Unsettled {
    /// By facts.
    alike: HashMap<u32, Sums>,
    /// Lines by product; the orders are those that have no other line.
    sold: HashMap<u32, Sums>,
    /// Products of each order with several lines, behind its sign.
    baskets: Vec<(i64, Vec<u32>)>,
}

impl Tally {
    /// The number of a group.
    pub fn group(&mut self, group: Group) -> usize {
        if let Some(number) = self.group_numbers.get(&group) {
            return *number;
        }
        let number = self.groups.len();
        self.group_numbers.insert(group.clone(), number);
        self.groups.push((group, Unsettled::default()));
        number
    }

    /// Adds orders to a group, or takes them away when the sign is -1.
    pub fn add(&mut self, group: usize, sign: i64, orders: &Orders<'_>) {
        for (order, lines) in orders.iter() {
            let (facts, is_new) = self.names_of_facts.number(order.facts.bytes());
            if is_new {
                self.facts.push(literal(&order.facts.texts()));
            }
            let alike = &mut self.groups[group].1.alike;
            alike.entry(facts).or_default().add(order.sums.times(sign));
            self.add_lines(group, sign, lines);
        }
    }

    fn add_lines(&mut self, group: usize, sign: i64, lines: &[Line<'_>]) {
        // Of an order without lines it is not known what was in it.
        let nothing = [Line::default()];
        let lines = if lines.is_empty() { &nothing } else { lines };
        let (of_group, unsettled) = &mut self.groups[group];
        let mut basket = Vec::with_capacity(lines.len());
        for line in lines {
            let name = Product::name(&of_group.platform, line.product, &mut self.name);
            let (product, is_new) = self.names_of_products.number(name);
            if is_new {
                self.products.push(Product {
                    platform: of_group.platform.clone(),
                    id: line.product.map(str::to_owned),
                });
            }
            let sold = unsettled.sold.entry(product).or_default();
            sold.add(line.sums.times(sign));
            basket.push(product);
        }
        match basket.as_slice() {
            [only] => unsettled.sold.entry(*only).or_default().orders += sign,
            _ => unsettled.baskets.push((sign, basket)),
        }
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

    /// What was added since the last call, by buckets that were looked up.
    pub fn settle(&mut self) -> Vec<Told<'_>> {
        let keys = &self.keys;
        let mut told = Vec::new();
        for (group, unsettled) in &mut self.groups {
            let sums = std::mem::take(unsettled).by_bucket(keys);
            told.extend(sums.into_iter().map(|(bucket, sums)| {
                let bucket = keys.bucket(bucket);
                Told {
                    group,
                    grain: &bucket.grain,
                    key: &bucket.key,
                    sums,
                }
            }));
        }
        told
    }
}

impl Unsettled {
    fn by_bucket(self, keys: &Keys) -> HashMap<u32, Sums> {
        let mut buckets: HashMap<u32, Sums> = HashMap::new();
        let mut all = Sums::default();
        for (facts, sums) in self.alike {
            all.add(sums);
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
        for (sign, products) in self.baskets {
            // An order counts once in a bucket, however many of its lines are in it.
            seen.clear();
            for bucket in products
                .iter()
                .flat_map(|product| keys.of_product(*product))
            {
                if !seen.contains(bucket) {
                    seen.push(*bucket);
                    buckets.entry(*bucket).or_default().orders += sign;
                }
            }
        }
        buckets
    }
}

/// A `text[]` in PostgreSQL's text form.
pub fn literal(texts: &[Option<String>]) -> String {
    let elements: Vec<String> = texts
        .iter()
        .map(|text| match text {
            Some(text) => format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")),
            None => "NULL".to_owned(),
        })
        .collect();
    format!("{{{}}}", elements.join(","))
}

/// An amount in hundredths as a numeric in text form.
pub fn decimal(hundredths: i128) -> String {
    let sign = if hundredths < 0 { "-" } else { "" };
    let rest = hundredths.unsigned_abs();
    format!("{sign}{}.{:02}", rest / 100, rest % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_are_written_so_that_postgresql_reads_the_same() {
        let texts = [None, Some("a\"b\\c".to_owned()), Some(String::new())];
        assert_eq!(literal(&texts), r#"{NULL,"a\"b\\c",""}"#);
        assert_eq!(literal(&[]), "{}");
    }

    #[test]
    fn amounts_are_written_with_two_decimals() {
        assert_eq!(decimal(-5), "-0.05");
        assert_eq!(decimal(123_456_789), "1234567.89");
        assert_eq!(decimal(i128::from(i64::MAX) * 10), "922337203685477580.70");
    }
}
