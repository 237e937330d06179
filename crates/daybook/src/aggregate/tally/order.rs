//! Orders as PostgreSQL sends them, taken apart.

use std::error::Error;
use std::ops::Range;

use tokio_postgres::types::{FromSql, Type};

use super::Sums;
use super::wire::{Malformed, elements, fields, hundredths};

/// What `array_send()` makes of `journal_order[]`.
#[derive(Debug)]
pub struct Orders<'a> {
    orders: Vec<(Order<'a>, Range<usize>)>,
    lines: Vec<Line<'a>>,
}

/// An order.
#[derive(Debug)]
pub struct Order<'a> {
    /// One order, and its amounts.
    pub sums: Sums,
    /// What else its buckets depend on.
    pub facts: Facts<'a>,
}

/// What `array_send()` makes of `order_line[]`.
#[derive(Debug, Default)]
pub struct Lines<'a>(Vec<Line<'a>>);

/// A line of an order.
#[derive(Debug, Clone, Copy, Default)]
pub struct Line<'a> {
    /// The marketplace's id of the product.
    pub product: Option<&'a str>,
    /// No order, and the line's amounts.
    pub sums: Sums,
}

/// What `array_send()` makes of the texts of `order_facts()`.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a>(&'a [u8]);

/// A numeric of two decimals, in hundredths; nothing when it is NULL.
#[derive(Debug, Clone, Copy, Default)]
pub struct Amount(pub i128);

impl<'a> Orders<'a> {
    /// The orders, each with its lines.
    pub fn iter(&self) -> impl Iterator<Item = (&Order<'a>, impl Iterator<Item = Line<'a>>)> {
        let lines = |range: &Range<usize>| self.lines[range.clone()].iter().copied();
        self.orders
            .iter()
            .map(move |(order, range)| (order, lines(range)))
    }

    fn read(array: &'a [u8]) -> Result<Self, Malformed> {
        let array = elements(array)?;
        let mut orders = Vec::with_capacity(array.len());
        let mut all_lines = Vec::with_capacity(array.len());
        for order in array {
            let order = order?.ok_or(Malformed("an order that is NULL"))?;
            let [
                _id,
                total_amount,
                discount_amount,
                final_amount,
                facts,
                lines,
            ] = fields(order)?;
            let first = all_lines.len();
            if let Some(lines) = lines {
                Line::read_all(lines, &mut all_lines)?;
            }
            let sums = Sums {
                orders: 1,
                total_amount: amount(total_amount)?,
                discount_amount: amount(discount_amount)?,
                final_amount: amount(final_amount)?,
            };
            let facts = Facts::read(facts.ok_or(Malformed("an order without facts"))?)?;
            orders.push((Order { sums, facts }, first..all_lines.len()));
        }
        Ok(Self {
            orders,
            lines: all_lines,
        })
    }
}

impl<'a> Lines<'a> {
    /// The lines.
    pub fn iter(&self) -> impl Iterator<Item = Line<'a>> {
        self.0.iter().copied()
    }
}

impl<'a> FromSql<'a> for Orders<'a> {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self::read(raw)?)
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::BYTEA
    }
}

impl<'a> FromSql<'a> for Lines<'a> {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        let mut lines = Vec::new();
        Line::read_all(raw, &mut lines)?;
        Ok(Self(lines))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self::default())
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::BYTEA
    }
}

impl<'a> FromSql<'a> for Facts<'a> {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self::read(raw)?)
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::BYTEA
    }
}

impl<'a> FromSql<'a> for Amount {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(hundredths(raw)?))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(0))
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::NUMERIC
    }
}

impl<'a> Line<'a> {
    /// A line of a product, if it is known, with what it gives off and what is paid for it.
    pub fn new(product: Option<&'a str>, discount: Amount, paid: Amount) -> Self {
        let (Amount(discount_amount), Amount(final_amount)) = (discount, paid);
        Self {
            product,
            sums: Sums {
                orders: 0,
                // Both together are the line's value.
                total_amount: discount_amount + final_amount,
                discount_amount,
                final_amount,
            },
        }
    }

    fn read_all(array: &'a [u8], into: &mut Vec<Self>) -> Result<(), Malformed> {
        let array = elements(array)?;
        into.reserve(array.len());
        for line in array {
            into.push(line?.map_or(Ok(Self::default()), Self::read)?);
        }
        Ok(())
    }

    fn read(line: &'a [u8]) -> Result<Self, Malformed> {
        let [
            product,
            _sku,
            _quantity,
            _list_value,
            discount_amount,
            final_amount,
        ] = fields(line)?;
        let product = product.map(text).transpose()?;
        let (discount, paid) = (amount(discount_amount)?, amount(final_amount)?);
        Ok(Self::new(product, Amount(discount), Amount(paid)))
    }
}

impl<'a> Facts<'a> {
    fn read(array: &'a [u8]) -> Result<Self, Malformed> {
        for element in elements(array)? {
            element?.map(text).transpose()?;
        }
        Ok(Self(array))
    }

    /// Equal facts have equal bytes.
    pub fn bytes(self) -> &'a [u8] {
        self.0
    }

    /// The texts.
    pub fn texts(self) -> Vec<Option<String>> {
        let checked = elements(self.0).into_iter().flatten().flatten();
        checked
            .map(|element| {
                element
                    .and_then(|bytes| text(bytes).ok())
                    .map(str::to_owned)
            })
            .collect()
    }
}

fn amount(numeric: Option<&[u8]>) -> Result<i128, Malformed> {
    numeric.map_or(Ok(0), hundredths)
}

fn text(bytes: &[u8]) -> Result<&str, Malformed> {
    str::from_utf8(bytes).map_err(|_| Malformed("a text that is no UTF-8"))
}
