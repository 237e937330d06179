//! Money on PostgreSQL's binary protocol, as numeric, without a detour through text or floating point.

use std::error::Error;

use order_model::Money;
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

/// An amount as a `numeric` parameter.
#[derive(Debug, Clone, Copy)]
pub struct Numeric(pub Money);

/// Sign word of a negative numeric.
const NEGATIVE: u16 = 0x4000;

impl Numeric {
    /// The base-10000 digits: up to five before the point and one after it, most significant first.
    fn digits(self) -> ([u16; 6], bool) {
        let hundredths = self.0.hundredths();
        let mut rest = hundredths.unsigned_abs();
        let mut digits = [0; 6];
        // Two decimals fill half of a digit that stands for four.
        digits[5] = (rest % 100 * 100) as u16;
        rest /= 100;
        for digit in digits[..5].iter_mut().rev() {
            *digit = (rest % 10_000) as u16;
            rest /= 10_000;
        }
        (digits, hundredths < 0)
    }
}

impl ToSql for Numeric {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        let (digits, negative) = self.digits();
        let leading = digits.iter().take_while(|digit| **digit == 0).count();
        let used = digits[leading..].trim_zeros();
        // The weight is the power of 10000 of the first digit; the last of the six is the one after the point.
        let weight = if used.is_empty() {
            0
        } else {
            4 - leading as i16
        };
        let sign = if negative && !used.is_empty() {
            NEGATIVE
        } else {
            0
        };
        out.extend_from_slice(&(used.len() as u16).to_be_bytes());
        out.extend_from_slice(&weight.to_be_bytes());
        out.extend_from_slice(&sign.to_be_bytes());
        out.extend_from_slice(&2u16.to_be_bytes());
        for digit in used {
            out.extend_from_slice(&digit.to_be_bytes());
        }
        Ok(IsNull::No)
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::NUMERIC
    }

    to_sql_checked!();
}

trait TrimZeros {
    fn trim_zeros(&self) -> &Self;
}

impl TrimZeros for [u16] {
    fn trim_zeros(&self) -> &Self {
        let kept = self
            .iter()
            .rposition(|digit| *digit != 0)
            .map_or(0, |last| last + 1);
        &self[..kept]
    }
}
