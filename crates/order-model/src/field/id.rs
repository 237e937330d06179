//! Ids. Those of TikTok Shop have 18 and 19 digits: a double on the way corrupts them (`platforms.md` 2.4).

use bson::RawBsonRef;

use super::Field;
use super::decimal::Decimal;
use crate::{OrderCode, Reject, RejectReason, Warning};

/// Whole numbers below this one are exact in a double (2^53).
const EXACT_IN_DOUBLE: i128 = 1 << 53;

/// An order number that is a number: the same text for every spelling of it.
///
/// # Errors
/// It is absent, masked, no number, or may have lost digits in a double.
pub(crate) fn numeric_code(field: Field<'_>) -> Result<OrderCode, Reject> {
    let Some(value) = field.value() else {
        return Err(field.reject(RejectReason::MissingOrderCode));
    };
    let digits = match value {
        RawBsonRef::String(text) => from_numeric_text(text.trim()),
        _ => from_number(value),
    };
    let digits = digits.map_err(|reason| field.reject(reason))?;
    checked(field, &digits)
}

/// An order number that is any text, never interpreted: a Shopee code can look like a number with an exponent.
///
/// # Errors
/// It is absent, masked, or a number that may have lost digits in a double.
pub(crate) fn opaque_code(field: Field<'_>) -> Result<OrderCode, Reject> {
    let Some(value) = field.value() else {
        return Err(field.reject(RejectReason::MissingOrderCode));
    };
    let text = match value {
        RawBsonRef::String(text) => text.trim().to_owned(),
        _ => from_number(value).map_err(|reason| field.reject(reason))?,
    };
    checked(field, &text)
}

fn checked(field: Field<'_>, text: &str) -> Result<OrderCode, Reject> {
    if text == "0" {
        return Err(field.reject(RejectReason::MissingOrderCode));
    }
    OrderCode::new(text)
        .filter(|code| !code.as_str().contains('*'))
        .ok_or_else(|| field.reject(RejectReason::InvalidOrderCode))
}

/// The digits of a whole number from zero up, of any numeric type.
///
/// # Errors
/// It is no such number, or may have lost digits in a double.
pub(super) fn from_number(value: RawBsonRef<'_>) -> Result<String, RejectReason> {
    let (decimal, limit) = match value {
        RawBsonRef::Int32(number) => (Some(Decimal::from_integer(number.into())), i128::MAX),
        RawBsonRef::Int64(number) => (Some(Decimal::from_integer(number)), i128::MAX),
        RawBsonRef::Decimal128(decimal) => {
            let text = decimal.to_string();
            // An exponent shows that it was a double once.
            let limit = if text.contains('E') {
                EXACT_IN_DOUBLE
            } else {
                i128::MAX
            };
            (Decimal::parse(&text), limit)
        }
        RawBsonRef::Double(double) => (Decimal::from_double(double), EXACT_IN_DOUBLE),
        _ => return Err(RejectReason::InvalidOrderCode),
    };
    whole_below(decimal.ok_or(RejectReason::InexactId)?, limit)
}

/// Digits are taken as they are. A fraction or an exponent shows that the text was a double once.
fn from_numeric_text(text: &str) -> Result<String, RejectReason> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(text.to_owned());
    }
    match Decimal::parse(text) {
        Some(decimal) => whole_below(decimal, EXACT_IN_DOUBLE),
        None => Err(RejectReason::InvalidOrderCode),
    }
}

fn whole_below(decimal: Decimal, limit: i128) -> Result<String, RejectReason> {
    if decimal.negative {
        return Err(RejectReason::InvalidOrderCode);
    }
    let whole = decimal
        .scaled(0)
        .filter(|number| decimal.has_at_most_places(0) && *number < limit);
    whole
        .map(|number| number.to_string())
        .ok_or(RejectReason::InexactId)
}

/// A buyer id: a positive number, else nothing. Masked and absent ids are nothing without further ado.
pub(crate) fn customer(field: Field<'_>, warnings: &mut Vec<Warning>) -> Option<i64> {
    let value = field.value()?;
    let number = match value {
        RawBsonRef::String(text) if text.contains('*') => return None,
        RawBsonRef::String(text) => from_numeric_text(text.trim()).ok(),
        _ => from_number(value).ok(),
    };
    let number = number.and_then(|digits| digits.parse::<i64>().ok());
    if number.is_none() {
        warnings.push(Warning::UnreadableCustomerId);
    }
    number.filter(|id| *id > 0)
}
