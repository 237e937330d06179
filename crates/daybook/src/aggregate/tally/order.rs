//! Orders as the journal holds them, taken apart.

use std::error::Error;
use std::ops::Range;

use tokio_postgres::types::{FromSql, Type};

use super::Sums;
use super::wire::{Malformed, elements, fields, hundredths};

/// What `array_send()` makes of `journal_order[]`.
#[derive(Debug)]
pub struct Orders<'a> {
    orders: Vec<Order<'a>>,
    lines: Vec<Line<'a>>,
}

/// An order.
#[derive(Debug)]
pub struct Order<'a> {
    /// One order, and its amounts.
    pub sums: Sums,
    /// What else its buckets depend on.
    pub facts: Facts<'a>,
    lines: Range<usize>,
}

/// A line of an order.
#[derive(Debug, Default)]
pub struct Line<'a> {
    /// The marketplace's id of the product.
    pub product: Option<&'a str>,
    /// No order, and the line's amounts.
    pub sums: Sums,
}

/// The array of texts that `order_facts()` makes of an order, as PostgreSQL sends it.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a>(&'a [u8]);

impl<'a> Orders<'a> {
    /// The orders, each with its lines.
    pub fn iter(&self) -> impl Iterator<Item = (&Order<'a>, &[Line<'a>])> {
        let lines = |order: &Order<'_>| &self.lines[order.lines.clone()];
        self.orders.iter().map(move |order| (order, lines(order)))
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
            for line in lines.map(elements).transpose()?.into_iter().flatten() {
                all_lines.push(line?.map_or(Ok(Line::default()), Line::read)?);
            }
            orders.push(Order {
                sums: Sums {
                    orders: 1,
                    total_amount: amount(total_amount)?,
                    discount_amount: amount(discount_amount)?,
                    final_amount: amount(final_amount)?,
                },
                facts: Facts::read(facts.ok_or(Malformed("an order without facts"))?)?,
                lines: first..all_lines.len(),
            });
        }
        Ok(Self {
            orders,
            lines: all_lines,
        })
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

impl<'a> Line<'a> {
    fn read(line: &'a [u8]) -> Result<Self, Malformed> {
        let [
            product,
            _sku,
            _quantity,
            _list_value,
            discount_amount,
            final_amount,
        ] = fields(line)?;
        let discount_amount = amount(discount_amount)?;
        let final_amount = amount(final_amount)?;
        Ok(Self {
            product: product.map(text).transpose()?,
            sums: Sums {
                orders: 0,
                // A line says what it gives off and what is paid for it; both together are its value.
                total_amount: discount_amount + final_amount,
                discount_amount,
                final_amount,
            },
        })
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
