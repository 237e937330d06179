//! Reads what PostgreSQL's `array_send` and `record_send` write: arrays, composite values and numerics in binary.

use std::fmt;

/// The bytes are not what the schema says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Malformed(pub &'static str);

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the database sent {}", self.0)
    }
}

impl std::error::Error for Malformed {}

/// Bytes that are left to read.
#[derive(Debug, Clone, Copy)]
struct Wire<'a>(&'a [u8]);

impl<'a> Wire<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], Malformed> {
        let (taken, rest) = self
            .0
            .split_at_checked(length)
            .ok_or(Malformed("a value that ends too early"))?;
        self.0 = rest;
        Ok(taken)
    }

    fn i32(&mut self) -> Result<i32, Malformed> {
        let bytes = self.take(4)?;
        Ok(bytes
            .iter()
            .fold(0, |value, byte| value << 8 | i32::from(*byte)))
    }

    fn i16(&mut self) -> Result<i16, Malformed> {
        let bytes = self.take(2)?;
        Ok(bytes
            .iter()
            .fold(0, |value, byte| value << 8 | i16::from(*byte)))
    }

    fn count(&mut self) -> Result<usize, Malformed> {
        usize::try_from(self.i32()?).map_err(|_| Malformed("a negative count"))
    }

    /// A value behind its length; `None` for NULL.
    fn nullable(&mut self) -> Result<Option<&'a [u8]>, Malformed> {
        match self.i32()? {
            -1 => Ok(None),
            length => {
                let length = usize::try_from(length).map_err(|_| Malformed("a negative length"))?;
                self.take(length).map(Some)
            }
        }
    }
}

/// The elements of an array, of however many dimensions, `None` for those that are NULL.
pub fn elements(
    array: &[u8],
) -> Result<impl ExactSizeIterator<Item = Result<Option<&[u8]>, Malformed>>, Malformed> {
    let mut wire = Wire(array);
    let dimensions = wire.count()?;
    let (_flags, _element_type) = (wire.i32()?, wire.i32()?);
    let mut length = usize::from(dimensions > 0);
    for _ in 0..dimensions {
        length = length
            .checked_mul(wire.count()?)
            .ok_or(Malformed("an array that is too long"))?;
        let _first_index = wire.i32()?;
    }
    Ok((0..length).map(move |_| wire.nullable()))
}

/// The fields of a composite value, `None` for those that are NULL.
pub fn fields<const N: usize>(composite: &[u8]) -> Result<[Option<&[u8]>; N], Malformed> {
    let mut wire = Wire(composite);
    if wire.count()? != N {
        return Err(Malformed("a composite value with other fields"));
    }
    let mut fields = [None; N];
    for field in &mut fields {
        let _type = wire.i32()?;
        *field = wire.nullable()?;
    }
    Ok(fields)
}

/// A numeric of two decimals, in hundredths.
pub fn hundredths(numeric: &[u8]) -> Result<i128, Malformed> {
    const TOO_LARGE: Malformed = Malformed("an amount that is too large");
    const NEGATIVE: i16 = 0x4000;
    let mut wire = Wire(numeric);
    let (digits, weight, sign) = (wire.i16()?, wire.i16()?, wire.i16()?);
    let _scale = wire.i16()?;
    if sign != 0 && sign != NEGATIVE {
        return Err(Malformed("an amount that is no number"));
    }
    // Digits are to the base of 10000; the one after the point holds the hundredths, times 100.
    let mut value: i128 = 0;
    let mut power = i32::from(weight);
    for _ in 0..digits {
        let digit = i128::from(wire.i16()?);
        if power < -1 && digit != 0 || power == -1 && digit % 100 != 0 {
            return Err(Malformed("an amount of more than two decimals"));
        }
        let (times, plus) = match power {
            0.. => (10_000, digit),
            -1 => (100, digit / 100),
            _ => (1, 0),
        };
        value = value
            .checked_mul(times)
            .and_then(|value| value.checked_add(plus))
            .ok_or(TOO_LARGE)?;
        power -= 1;
    }
    // What was left out at the end are zeros.
    if power >= 0 {
        value = 10_000_i128
            .checked_pow(power.unsigned_abs() + 1)
            .and_then(|rest| value.checked_mul(rest))
            .ok_or(TOO_LARGE)?;
    }
    if power >= -1 {
        value = value.checked_mul(100).ok_or(TOO_LARGE)?;
    }
    Ok(if sign == NEGATIVE { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Digits to the base of 10000, as `numeric_send` writes them.
    fn sent(weight: i16, sign: i16, digits: &[i16]) -> Vec<u8> {
        let head = [digits.len() as i16, weight, sign, 2];
        let words = head.iter().chain(digits);
        words.flat_map(|word| word.to_be_bytes()).collect()
    }

    #[test]
    fn amounts_are_hundredths() {
        assert_eq!(hundredths(&sent(0, 0, &[])), Ok(0));
        assert_eq!(hundredths(&sent(0, 0, &[7])), Ok(700));
        assert_eq!(hundredths(&sent(1, 0, &[25])), Ok(25_000_000));
        assert_eq!(hundredths(&sent(1, 0, &[25, 1, 500])), Ok(25_000_105));
        assert_eq!(hundredths(&sent(-1, 0x4000, &[500])), Ok(-5));
        assert_eq!(
            hundredths(&sent(3, 0, &[9999, 9999, 9999, 9999, 9900])),
            Ok(999_999_999_999_999_999)
        );
    }

    #[test]
    fn what_is_no_amount_is_an_error() {
        assert!(hundredths(&sent(0, -0x4000, &[])).is_err(), "NaN");
        assert!(hundredths(&sent(-1, 0, &[501])).is_err(), "a thousandth");
        assert!(hundredths(&sent(-2, 0, &[1])).is_err(), "a millionth");
        assert!(hundredths(&sent(20, 0, &[1])).is_err(), "too large");
        assert!(hundredths(&[0, 1]).is_err(), "cut");
    }

    #[test]
    fn arrays_and_composite_values_are_taken_apart() {
        let words =
            |words: &[i32]| -> Vec<u8> { words.iter().flat_map(|w| w.to_be_bytes()).collect() };
        let array = words(&[1, 1, 25, 2, 1, 4, 0x61_62_63_64, -1]);
        let found: Result<Vec<_>, _> = elements(&array).unwrap().collect();
        assert_eq!(found.unwrap(), [Some(&b"abcd"[..]), None]);
        assert_eq!(elements(&words(&[0, 0, 25])).unwrap().len(), 0);
        assert!(
            elements(&array[..array.len() - 1])
                .unwrap()
                .last()
                .unwrap()
                .is_err()
        );

        let composite = words(&[2, 25, -1, 25, 4, 0x61_62_63_64]);
        assert_eq!(fields::<2>(&composite), Ok([None, Some(&b"abcd"[..])]));
        assert!(fields::<3>(&composite).is_err());
    }
}
