//! Quotients of exact amounts: averages, changes, shares. No float.

use crate::report::Decimal;

/// A quotient rounded half away from zero, as PostgreSQL's `round` does; `None` for a divisor of zero.
pub fn divide(dividend: i128, divisor: i128) -> Option<i128> {
    if divisor == 0 {
        return None;
    }
    let quotient = dividend / divisor;
    let rest = dividend % divisor;
    let away = if (dividend < 0) == (divisor < 0) {
        1
    } else {
        -1
    };
    match rest.unsigned_abs() * 2 >= divisor.unsigned_abs() {
        true => Some(quotient + away),
        false => Some(quotient),
    }
}

/// How much larger an amount is than a base, in tenths of a percent; `None` when the base is not above zero, because any
/// number would be a false one.
pub fn change(amount: Decimal, base: Decimal) -> Option<i64> {
    let (amount, base) = (amount.hundredths(), base.hundredths());
    if base <= 0 {
        return None;
    }
    divide((amount - base).checked_mul(1_000)?, base)?
        .try_into()
        .ok()
}

/// The share of a part in a whole, in hundredths of a percent; `None` when the whole is not above zero.
pub fn share(part: Decimal, whole: Decimal) -> Option<i64> {
    if whole.hundredths() <= 0 {
        return None;
    }
    let part = part.hundredths().checked_mul(10_000)?;
    divide(part, whole.hundredths())?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn quotients_round_half_away_from_zero() {
        assert_eq!(divide(10, 4), Some(3));
        assert_eq!(divide(-10, 4), Some(-3));
        assert_eq!(divide(1, 3), Some(0));
        assert_eq!(divide(1, 0), None);
    }

    #[test]
    fn a_change_needs_a_base() {
        assert_eq!(change(decimal("103.70"), decimal("100.00")), Some(37));
        assert_eq!(change(decimal("50.00"), decimal("100.00")), Some(-500));
        assert_eq!(change(decimal("50.00"), decimal("0.00")), None);
    }

    #[test]
    fn a_share_needs_a_whole() {
        assert_eq!(share(decimal("1.00"), decimal("3.00")), Some(3333));
        assert_eq!(share(decimal("1.00"), decimal("0.00")), None);
    }
}
