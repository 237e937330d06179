//! Decimal numbers as they are written, without rounding and without room for number bombs.

/// A decimal number: `mantissa * 10^exponent`, with the smallest mantissa.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Decimal {
    pub negative: bool,
    pub mantissa: u128,
    pub exponent: i32,
}

/// Longer texts are no amount, id or time of anybody.
const MAX_TEXT: usize = 64;
/// Digits that fit a mantissa. Decimal128 has 34.
const MAX_DIGITS: usize = 38;

impl Decimal {
    /// Reads digits with an optional sign, point and exponent. `None` for anything else, and for more digits than
    /// anybody means.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > MAX_TEXT || !text.is_ascii() {
            return None;
        }
        let (negative, unsigned) = match text.as_bytes().first()? {
            b'-' => (true, &text[1..]),
            b'+' => (false, &text[1..]),
            _ => (false, text),
        };
        let (number, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((number, exponent)) => (number, parse_exponent(exponent)?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let digits = || whole.bytes().chain(fraction.bytes());
        if !digits().all(|digit| digit.is_ascii_digit()) {
            return None;
        }
        let significant = digits().skip_while(|digit| *digit == b'0').count();
        if significant > MAX_DIGITS {
            return None;
        }
        let mantissa = digits().fold(0_u128, |value, digit| value * 10 + u128::from(digit - b'0'));
        let exponent = exponent.checked_sub(i32::try_from(fraction.len()).ok()?)?;
        Some(
            Self {
                negative,
                mantissa,
                exponent,
            }
            .normalised(),
        )
    }

    /// A whole number.
    pub fn from_integer(number: i64) -> Self {
        Self {
            negative: number < 0,
            mantissa: number.unsigned_abs().into(),
            exponent: 0,
        }
        .normalised()
    }

    /// The shortest decimal that stands for a double; `None` for NaN and infinities.
    pub fn from_double(double: f64) -> Option<Self> {
        if double.is_finite() {
            Self::parse(&format!("{double:e}"))
        } else {
            None
        }
    }

    fn normalised(mut self) -> Self {
        if self.mantissa == 0 {
            return Self {
                negative: false,
                mantissa: 0,
                exponent: 0,
            };
        }
        while self.mantissa.is_multiple_of(10) {
            self.mantissa /= 10;
            self.exponent += 1;
        }
        self
    }

    pub fn is_zero(self) -> bool {
        self.mantissa == 0
    }

    /// Whether it has no digits below `10^-places`.
    pub fn has_at_most_places(self, places: i32) -> bool {
        self.exponent >= -places
    }

    /// The number in units of `10^-places`, cut off below; `None` when it is too large.
    pub fn scaled(self, places: i32) -> Option<i128> {
        let shift = self.exponent.checked_add(places)?;
        let mantissa = i128::try_from(self.mantissa).ok()?;
        let power = |exponent: i32| 10_i128.checked_pow(exponent.unsigned_abs());
        let value = if shift >= 0 {
            mantissa.checked_mul(power(shift)?)?
        } else {
            power(shift).map_or(0, |divisor| mantissa / divisor)
        };
        Some(if self.negative { -value } else { value })
    }
}

fn parse_exponent(text: &str) -> Option<i32> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let plausible =
        !digits.is_empty() && digits.len() <= 6 && digits.bytes().all(|d| d.is_ascii_digit());
    if plausible { text.parse().ok() } else { None }
}
