//! Reads the lines of an order. They decide no amount of the order, so what cannot be read of them is left out, and the
//! order counts all the same.

use bson::RawBsonRef;

use crate::field::{Field, amount, quantity, text};
use crate::line::spread;
use crate::{Currency, Money, OrderLine};

use super::draft::Amounts;

/// A line as an adapter read it.
#[derive(Debug, Clone)]
pub(super) struct DraftLine {
    product_id: Option<String>,
    sku: Option<String>,
    quantity: Option<i64>,
    list_value: Option<Money>,
}

/// The fields of a line.
pub(super) struct LineFields<'a> {
    pub product: Field<'a>,
    pub sku: Field<'a>,
    /// `None` where every line is one unit.
    pub quantity: Option<Field<'a>>,
    /// List price of a unit.
    pub price: Field<'a>,
    /// `None` where gifts are not told.
    pub is_gift: Option<Field<'a>>,
}

impl LineFields<'_> {
    pub fn read(&self, currency: Currency) -> DraftLine {
        let quantity = match self.quantity {
            Some(field) => quantity::read(field).ok().flatten(),
            None => Some(1),
        };
        let price = amount::read(self.price, currency).ok().flatten();
        let value = |price: Money| price.abs().checked_mul(quantity?);
        let is_gift = self
            .is_gift
            .and_then(Field::value)
            .is_some_and(|value| value == RawBsonRef::Boolean(true));
        DraftLine {
            product_id: text::short_id(self.product),
            sku: text::short_id(self.sku),
            quantity,
            list_value: if is_gift {
                Some(Money::ZERO)
            } else {
                price.and_then(value)
            },
        }
    }
}

/// Spreads the order's amounts over its lines, in proportion to their list values.
pub(super) fn finish(lines: Vec<DraftLine>, amounts: Amounts) -> Vec<OrderLine> {
    let values: Vec<_> = lines
        .iter()
        .map(|line| line.list_value.unwrap_or_default())
        .collect();
    let paid = spread(amounts.paid, &values);
    let discount = spread(amounts.discount, &values);
    let parts = paid.into_iter().zip(discount);
    lines
        .into_iter()
        .zip(parts)
        .map(|(line, (final_amount, discount_amount))| OrderLine {
            product_id: line.product_id,
            sku: line.sku,
            quantity: line.quantity,
            list_value: line.list_value,
            discount_amount,
            final_amount,
        })
        .collect()
}
