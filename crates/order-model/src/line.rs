//! The lines of an order, and its amounts spread over them.

use crate::Money;

/// A line of an order: what the marketplace lists as one, which on TikTok Shop and Lazada is one unit of a product
/// (`platforms.md` 2.1, 3.1, 4.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderLine {
    /// The marketplace's id of the product; `None` when the line does not tell.
    pub product_id: Option<String>,
    /// The marketplace's id of the variant; `None` when the line does not tell, or the product has none.
    pub sku: Option<String>,
    /// Units; `None` when it cannot be read.
    pub quantity: Option<i64>,
    /// Units at list price; `None` when it cannot be read. A gift is worth nothing.
    pub list_value: Option<Money>,
    /// The line's part of the order's discount.
    pub discount_amount: Money,
    /// The line's part of what the buyer pays.
    pub final_amount: Money,
}

/// Spreads an amount in proportion to values, exact to the hundredth: parts are rounded down, and the last takes what
/// is left (`platforms.md` 5.2). Without any value the last takes all.
pub(crate) fn spread(amount: Money, values: &[Money]) -> Vec<Money> {
    let weight = |value: &Money| i128::from(value.hundredths());
    let all: i128 = values.iter().map(weight).sum();
    let mut left = amount;
    let mut parts: Vec<_> = values
        .iter()
        .map(|value| {
            let part = i128::from(amount.hundredths()) * weight(value);
            let part = part.checked_div(all).unwrap_or_default();
            let part = i64::try_from(part).ok().and_then(Money::from_hundredths);
            part.expect("a part is no larger than the whole")
        })
        .collect();
    if let Some((last, others)) = parts.split_last_mut() {
        for part in others {
            left = left.checked_sub(*part).expect("parts add up to the whole");
        }
        *last = left;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(hundredths: i64) -> Money {
        Money::from_hundredths(hundredths).unwrap()
    }

    fn spread_of(amount: i64, values: &[i64]) -> Vec<i64> {
        let values: Vec<_> = values.iter().copied().map(money).collect();
        let parts = spread(money(amount), &values);
        parts.iter().map(|part| part.hundredths()).collect()
    }

    #[test]
    fn parts_are_rounded_down_and_the_last_takes_the_rest() {
        assert_eq!(spread_of(100, &[1, 1, 1]), [33, 33, 34]);
        assert_eq!(spread_of(1_000, &[300, 700]), [300, 700]);
        assert_eq!(spread_of(5, &[7, 0]), [5, 0]);
        assert_eq!(spread_of(5, &[0, 7]), [0, 5]);
        assert_eq!(spread_of(7, &[9]), [7]);
        assert!(spread_of(7, &[]).is_empty());
    }

    #[test]
    fn without_any_value_the_last_takes_all() {
        assert_eq!(spread_of(7, &[0, 0]), [0, 7]);
    }

    #[test]
    fn the_largest_amounts_fit() {
        let most = Money::MAX.hundredths();
        assert_eq!(spread_of(most, &[most, most]), [most / 2, most - most / 2]);
    }
}
