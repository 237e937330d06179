//! Which buckets orders and lines are in: the database's own definitions, asked for once for every distinct order and product.

use foldhash::HashMap;
use tokio_postgres::types::Type;
use tokio_postgres::{Row, Transaction};

use super::columns::{Text, literal};

/// A bucket of a day and platform.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Bucket {
    /// Name of the grain.
    pub grain: Text,
    /// Value of each column of the grain, NULL where it is not known: a `text[]` in PostgreSQL's text form.
    pub key: Text,
}

impl Bucket {
    /// That of all orders of a day and platform.
    pub fn whole_day() -> Self {
        Self {
            grain: "".into(),
            key: "{}".into(),
        }
    }
}

/// What `order_facts()` says of an order, as a `text[]` in PostgreSQL's text form.
pub type Facts = String;

/// A product of a platform; `None` when a line names none.
#[derive(Debug, Clone)]
pub struct Product {
    pub platform: Text,
    pub id: Option<String>,
}

impl Product {
    /// What tells a product from all others, written into a buffer.
    pub fn name<'b>(platform: &str, id: Option<&str>, buffer: &'b mut Vec<u8>) -> &'b [u8] {
        buffer.clear();
        buffer.extend_from_slice(platform.as_bytes());
        // No text of PostgreSQL has a zero in it, so it can end the platform, and stand for a product without an id.
        buffer.push(0);
        buffer.extend_from_slice(id.map_or(&[0], str::as_bytes));
        buffer
    }
}

/// Buckets by the numbers of facts and products. Holds as long as nobody changes categories or grains.
#[derive(Debug, Default)]
pub struct Keys {
    buckets: Vec<Bucket>,
    numbers: HashMap<Bucket, u32>,
    of_facts: Vec<Vec<u32>>,
    of_products: Vec<Vec<u32>>,
    /// Where lines are of which nothing is known, in each grain of lines.
    of_nothing: Vec<u32>,
}

impl Keys {
    /// The buckets of orders with these facts.
    pub fn of_facts(&self, facts: u32) -> &[u32] {
        &self.of_facts[facts as usize]
    }

    /// The buckets of lines of a product.
    pub fn of_product(&self, product: u32) -> &[u32] {
        &self.of_products[product as usize]
    }

    /// The buckets of what no line tells of.
    pub fn of_nothing(&self) -> &[u32] {
        &self.of_nothing
    }

    /// A bucket by its number.
    pub fn bucket(&self, number: u32) -> &Bucket {
        &self.buckets[number as usize]
    }

    /// Whether two buckets are of the same grain.
    pub fn same_grain(&self, one: u32, other: u32) -> bool {
        self.bucket(one).grain == self.bucket(other).grain
    }

    /// Asks for the buckets of those that it does not know yet, the last ones of each list.
    ///
    /// # Errors
    /// PostgreSQL refuses.
    pub async fn learn(
        &mut self,
        transaction: &Transaction<'_>,
        facts: &[Facts],
        products: &[Product],
    ) -> Result<(), tokio_postgres::Error> {
        let new_facts = &facts[self.of_facts.len()..];
        let new_products = &products[self.of_products.len()..];
        let platforms: Vec<&str> = new_products.iter().map(|p| p.platform.as_ref()).collect();
        let ids: Vec<Option<&str>> = new_products.iter().map(|p| p.id.as_deref()).collect();
        if !new_facts.is_empty() {
            let parameter = [(&new_facts as _, Type::TEXT_ARRAY)];
            let rows = transaction
                .query_typed(include_str!("keys_of_facts.sql"), &parameter)
                .await?;
            let start = self.of_facts.len();
            self.of_facts.resize(facts.len(), Vec::new());
            for row in rows {
                let (number, bucket) = self.read(&row);
                self.of_facts[start + number].push(bucket);
            }
        }
        if !new_products.is_empty() {
            let parameters = [
                (&platforms as _, Type::TEXT_ARRAY),
                (&ids as _, Type::TEXT_ARRAY),
            ];
            let rows = transaction
                .query_typed(include_str!("keys_of_products.sql"), &parameters)
                .await?;
            let start = self.of_products.len();
            self.of_products.resize(products.len(), Vec::new());
            self.of_nothing.clear();
            for row in rows {
                let (number, bucket) = self.read(&row);
                match number.checked_sub(1) {
                    Some(number) => self.of_products[start + number].push(bucket),
                    None => self.of_nothing.push(bucket),
                }
            }
        }
        Ok(())
    }

    /// Number of the facts or product that a row is about, and its bucket.
    fn read(&mut self, row: &Row) -> (usize, u32) {
        let key: Vec<Option<String>> = row.get("key");
        let bucket = Bucket {
            grain: row.get::<_, &str>("grain").into(),
            key: literal(&key).as_str().into(),
        };
        let next = self.buckets.len() as u32;
        let number = *self.numbers.entry(bucket.clone()).or_insert(next);
        if number == next {
            self.buckets.push(bucket);
        }
        (row.get::<_, i32>("number").unsigned_abs() as usize, number)
    }
}
