//! Amounts of money, exact or not at all.

use bson::RawBsonRef;

use super::Field;
use super::decimal::Decimal;
use crate::{Currency, Money, Reject, RejectReason};

/// Hundredths below this one each have a double of their own: from 2^46 on, doubles lie further apart than 0.01.
const EXACT_IN_DOUBLE: u64 = (1 << 46) * 100;

/// An amount; `None` when it is absent.
///
/// # Errors
/// It is no number, can be read in two ways, is not exact to the hundredth, or is too large.
pub(crate) fn read(field: Field<'_>, currency: Currency) -> Result<Option<Money>, Reject> {
    let Some(value) = field.value() else {
        return Ok(None);
    };
    parse(value, currency)
        .map(Some)
        .map_err(|reason| field.reject(reason))
}

/// An amount that must be there.
///
/// # Errors
/// As for [`read`], or it is absent.
pub(crate) fn required(field: Field<'_>, currency: Currency) -> Result<Money, Reject> {
    read(field, currency)?.ok_or_else(|| field.reject(RejectReason::MissingAmount))
}

/// A reduction without its sign, zero when absent: marketplaces write it with either (`platforms.md` 8).
///
/// # Errors
/// As for [`read`].
pub(crate) fn reduction(field: Field<'_>, currency: Currency) -> Result<Money, Reject> {
    Ok(read(field, currency)?.unwrap_or_default().abs())
}

fn parse(value: RawBsonRef<'_>, currency: Currency) -> Result<Money, RejectReason> {
    let decimal = match value {
        RawBsonRef::Int32(number) => Decimal::from_integer(number.into()),
        RawBsonRef::Int64(number) => Decimal::from_integer(number),
        RawBsonRef::Double(double) => return from_double(double),
        RawBsonRef::Decimal128(decimal) => {
            Decimal::parse(&decimal.to_string()).ok_or(RejectReason::InvalidAmount)?
        }
        RawBsonRef::String(text) => from_text(text, currency).ok_or(RejectReason::InvalidAmount)?,
        _ => return Err(RejectReason::InvalidAmount),
    };
    exact(decimal)
}

fn exact(decimal: Decimal) -> Result<Money, RejectReason> {
    if !decimal.has_at_most_places(2) {
        return Err(RejectReason::InexactAmount);
    }
    decimal
        .scaled(2)
        .and_then(|hundredths| i64::try_from(hundredths).ok())
        .and_then(Money::from_hundredths)
        .ok_or(RejectReason::AmountOutOfRange)
}

/// A double stands for an amount only if it is the one double nearest to it and to no other.
fn from_double(double: f64) -> Result<Money, RejectReason> {
    let decimal = Decimal::from_double(double).ok_or(RejectReason::InvalidAmount)?;
    let money = exact(decimal)?;
    if money.hundredths().unsigned_abs() < EXACT_IN_DOUBLE {
        Ok(money)
    } else {
        Err(RejectReason::InexactAmount)
    }
}

/// Reads an amount with optional comma groups and currency. What could also be dots between thousands is refused.
fn from_text(text: &str, currency: Currency) -> Option<Decimal> {
    let number = without_currency(text.trim(), currency);
    let (sign, unsigned) = match number.strip_prefix(['-', '+']) {
        Some(unsigned) => (&number[..1], unsigned),
        None => ("", number),
    };
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    if looks_like_dot_groups(whole, fraction) || fraction.contains(',') {
        return None;
    }
    if whole.contains(',') {
        let mut groups = whole.split(',');
        let first = groups.next()?;
        let grouped = (1..=3).contains(&first.len()) && groups.all(|group| group.len() == 3);
        return if grouped {
            Decimal::parse(&format!("{sign}{}", unsigned.replace(',', "")))
        } else {
            None
        };
    }
    Decimal::parse(number)
}

/// "265.000" is 265 to a program and 265 thousand to a Vietnamese reader.
fn looks_like_dot_groups(whole: &str, fraction: &str) -> bool {
    let is_group = fraction.len() == 3 && fraction.bytes().all(|byte| byte.is_ascii_digit());
    is_group && (1..=3).contains(&whole.len()) && !whole.starts_with('0')
}

fn without_currency(text: &str, currency: Currency) -> &str {
    let code = currency.as_str();
    let dong: &[&str] = if code == "VND" {
        &["\u{20ab}", "\u{111}"]
    } else {
        &[]
    };
    for mark in std::iter::once(code).chain(dong.iter().copied()) {
        if let Some(number) = text.strip_suffix(mark).or_else(|| text.strip_prefix(mark)) {
            return number.trim();
        }
    }
    text
}
