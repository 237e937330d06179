//! Keys of orders as parameters of a statement, and how it tells which of them it means.

use order_model::OrderKey;

/// Keys of orders as two arrays of text, in the same order.
pub struct OrderKeys<'a> {
    /// Marketplaces.
    pub platforms: Vec<&'a str>,
    /// Their numbers for the orders.
    pub codes: Vec<&'a str>,
}

impl<'a> FromIterator<&'a OrderKey> for OrderKeys<'a> {
    fn from_iter<I: IntoIterator<Item = &'a OrderKey>>(keys: I) -> Self {
        let texts = |key: &'a OrderKey| (key.platform.as_str(), key.code.as_str());
        let (platforms, codes) = keys.into_iter().map(texts).unzip();
        Self { platforms, codes }
    }
}

/// The index of an element that PostgreSQL numbered (`with ordinality`).
///
/// # Panics
/// The number is not of PostgreSQL's making: those begin with 1.
pub fn index_of(number: i32) -> usize {
    usize::try_from(number - 1).expect("numbers begin with 1")
}
