//! Exact numbers with two decimals, as the statistics hold them.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};
use tokio_postgres::types::{FromSql, Type};

/// An amount, or a rate in percent, with exactly two decimals. Written as text everywhere, also in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Decimal(i128);

/// A text that is no number with at most two decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a number with at most two decimals")]
pub struct InvalidDecimal;

impl Decimal {
    /// A number of so many hundredths.
    pub const fn from_hundredths(hundredths: i128) -> Self {
        Self(hundredths)
    }

    /// The number in hundredths.
    pub const fn hundredths(self) -> i128 {
        self.0
    }
}

/// Reads `numeric` as PostgreSQL sends it: digits of base 10,000, the first of which stands for a power of it.
impl<'a> FromSql<'a> for Decimal {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        const NEGATIVE: u16 = 0x4000;
        let words: Vec<u16> = raw
            .chunks_exact(2)
            .map(|word| u16::from_be_bytes([word[0], word[1]]))
            .collect();
        let [_, weight, sign, _, digits @ ..] = words.as_slice() else {
            return Err(InvalidDecimal.into());
        };
        if ![0, NEGATIVE].contains(sign) {
            return Err(InvalidDecimal.into());
        }
        let mut hundredths: i128 = 0;
        for (position, digit) in digits.iter().enumerate() {
            let digit = i128::from(*digit);
            let power = i32::from(weight.cast_signed()) - position as i32;
            let part = match u32::try_from(power) {
                Ok(power) => 10_000_i128
                    .checked_pow(power)
                    .and_then(|unit| unit.checked_mul(digit * 100)),
                // The digit after the point: four decimals, of which two are ours.
                Err(_) if power == -1 && digit % 100 == 0 => Some(digit / 100),
                Err(_) => None,
            };
            hundredths = part
                .and_then(|part| hundredths.checked_add(part))
                .ok_or(InvalidDecimal)?;
        }
        if *sign == NEGATIVE {
            hundredths = -hundredths;
        }
        Ok(Self(hundredths))
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::NUMERIC
    }
}

impl From<i64> for Decimal {
    fn from(whole: i64) -> Self {
        Self(i128::from(whole) * 100)
    }
}

impl FromStr for Decimal {
    type Err = InvalidDecimal;

    fn from_str(text: &str) -> Result<Self, InvalidDecimal> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text),
        };
        let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
        let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || decimals.len() > 2 || !plain(whole) || !plain(decimals) {
            return Err(InvalidDecimal);
        }
        let hundredths: i128 = format!("{whole}{decimals:0<2}")
            .parse()
            .map_err(|_| InvalidDecimal)?;
        Ok(Self(if negative { -hundredths } else { hundredths }))
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let hundredths = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:02}", hundredths / 100, hundredths % 100)
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::Decimal;

    #[test]
    fn text_comes_back_as_it_was() {
        for text in [
            "0.00",
            "-0.05",
            "1.10",
            "-1234567890.01",
            "999999999999999999999999999999999999.99",
        ] {
            assert_eq!(text.parse::<Decimal>().unwrap().to_string(), text);
        }
        assert_eq!("7".parse::<Decimal>().unwrap().to_string(), "7.00");
        assert_eq!("7.5".parse::<Decimal>().unwrap().to_string(), "7.50");
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in [
            "", "-", ".5", "1.234", "1e3", "NaN", "+1", "1,5", "--1", "1.-1",
        ] {
            assert!(text.parse::<Decimal>().is_err(), "{text:?}");
        }
    }
}
