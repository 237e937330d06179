//! Numbers of pieces.

use bson::RawBsonRef;

use super::Field;
use super::decimal::Decimal;
use crate::{Reject, RejectReason};

/// A number of pieces, in any spelling of a whole number; `None` when it is absent.
///
/// # Errors
/// It is no whole number from zero up.
pub(crate) fn read(field: Field<'_>) -> Result<Option<i64>, Reject> {
    let Some(value) = field.value() else {
        return Ok(None);
    };
    let decimal = match value {
        RawBsonRef::Int32(number) => Some(Decimal::from_integer(number.into())),
        RawBsonRef::Int64(number) => Some(Decimal::from_integer(number)),
        RawBsonRef::Double(double) => Decimal::from_double(double),
        RawBsonRef::Decimal128(decimal) => Decimal::parse(&decimal.to_string()),
        RawBsonRef::String(text) => Decimal::parse(text.trim()),
        _ => None,
    };
    decimal
        .filter(|number| !number.negative && number.has_at_most_places(0))
        .and_then(|number| i64::try_from(number.scaled(0)?).ok())
        .map(Some)
        .ok_or_else(|| field.reject(RejectReason::InvalidQuantity))
}
