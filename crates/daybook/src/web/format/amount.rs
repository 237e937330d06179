//! Amounts of money: exact, in three digits, and on an axis.

use super::{Format, NO_BREAK};
use crate::report::Decimal;
use crate::web::ratio::divide;
use crate::web::words::Lang;

/// A unit of large amounts.
struct Scale {
    /// Zeros of the unit.
    zeros: u32,
    vi: &'static str,
    /// On an axis, where room is short.
    vi_axis: &'static str,
    en: &'static str,
}

/// Zeros of the smallest unit.
const SMALLEST: u32 = 6;

/// Vietnamese counts a thousand of the largest unit as `1.000 tỷ`.
const SCALES: [Scale; 3] = [
    Scale {
        zeros: 12,
        vi: "tỷ",
        vi_axis: "tỷ",
        en: "T",
    },
    Scale {
        zeros: 9,
        vi: "tỷ",
        vi_axis: "tỷ",
        en: "B",
    },
    Scale {
        zeros: 6,
        vi: "triệu",
        vi_axis: "tr",
        en: "M",
    },
];

impl Format {
    /// The whole amount: `1.234.567 ₫`, `₫1,234,567`. Currencies without small coins in use are rounded to the unit.
    pub fn amount(self, amount: Decimal) -> String {
        let digits = match self.places() {
            0 => self.decimals(whole(amount).abs(), 0),
            places => self.decimals(amount.hundredths().abs(), places),
        };
        // Rounding may have left nothing of a negative amount.
        let is_zero = !digits.bytes().any(|byte| (b'1'..=b'9').contains(&byte));
        self.with_currency(&digits, amount.hundredths() < 0 && !is_zero)
    }

    /// Three digits of the amount: `1,23 tỷ ₫`, `₫1.23B`. Below a million it is the whole amount, which is as short.
    pub fn compact(self, amount: Decimal) -> String {
        match self.three_digits(amount, |scale| match self.lang {
            Lang::Vi => scale.vi,
            Lang::En => scale.en,
        }) {
            Some(text) => self.with_currency(&text, amount.hundredths() < 0),
            None => self.amount(amount),
        }
    }

    /// An amount on an axis, without the currency: `20 tr`, `1,5 tỷ`, `20M`.
    pub fn axis(self, amount: Decimal) -> String {
        let text = self
            .three_digits(amount, |scale| match self.lang {
                Lang::Vi => scale.vi_axis,
                Lang::En => scale.en,
            })
            .map(|text| self.without_trailing_zeros(&text))
            .unwrap_or_else(|| self.decimals(whole(amount).abs(), 0));
        if amount.hundredths() < 0 {
            format!("-{text}")
        } else {
            text
        }
    }

    /// The amount without its sign in the largest unit it reaches; `None` below all units.
    fn three_digits(
        self,
        amount: Decimal,
        unit: impl Fn(&Scale) -> &'static str,
    ) -> Option<String> {
        let hundredths = amount.hundredths().unsigned_abs();
        // 999,95 triệu is 1,00 tỷ in three digits, so the unit is chosen after rounding.
        SCALES.iter().find_map(|scale| {
            let one = 10u128.pow(scale.zeros + 2);
            // Below the smallest unit the exact amount is no longer than a rounded one.
            if scale.zeros == SMALLEST && hundredths < one {
                return None;
            }
            let places = match hundredths / one {
                100.. => 0,
                10.. => 1,
                _ => 2,
            };
            let step = one / 10u128.pow(places);
            let rounded = (hundredths + step / 2) / step;
            if rounded < 10u128.pow(places) {
                return None;
            }
            // Rounding may have gained a digit: 9,995 is 10,0.
            let (rounded, places) = if places > 0 && rounded >= 1_000 {
                (rounded / 10, places - 1)
            } else {
                (rounded, places)
            };
            let is_thousand_of_largest = scale.zeros == 12 && self.lang == Lang::Vi;
            let number = if is_thousand_of_largest {
                let whole = (hundredths + 10u128.pow(11) / 2) / 10u128.pow(11);
                self.decimals(i128::try_from(whole).ok()?, 0)
            } else {
                self.decimals(i128::try_from(rounded).ok()?, places)
            };
            Some(match self.lang {
                Lang::Vi => format!("{number}{NO_BREAK}{}", unit(scale)),
                Lang::En => format!("{number}{}", unit(scale)),
            })
        })
    }

    fn without_trailing_zeros(self, text: &str) -> String {
        let end = text
            .find(|c: char| c == NO_BREAK || c.is_alphabetic())
            .unwrap_or(text.len());
        let (number, unit) = text.split_at(end);
        let number = match number.contains(self.point()) {
            true => number.trim_end_matches('0').trim_end_matches(self.point()),
            false => number,
        };
        format!("{number}{unit}")
    }

    fn with_currency(self, digits: &str, negative: bool) -> String {
        let sign = if negative { "-" } else { "" };
        let code = self.currency.as_str();
        match (self.lang, symbol(code)) {
            (Lang::Vi, symbol) => format!("{sign}{digits}{NO_BREAK}{}", symbol.unwrap_or(code)),
            (Lang::En, Some(symbol)) => format!("{sign}{symbol}{digits}"),
            (Lang::En, None) => format!("{sign}{code}{NO_BREAK}{digits}"),
        }
    }

    /// Decimals in use: prices in dong and rupiah have none.
    fn places(self) -> u32 {
        match self.currency.as_str() {
            "VND" | "IDR" => 0,
            _ => 2,
        }
    }
}

/// The amount in whole units, rounded.
fn whole(amount: Decimal) -> i128 {
    divide(amount.hundredths(), 100).unwrap_or_default()
}

/// The sign of a currency, where it stands for one currency only.
fn symbol(code: &str) -> Option<&'static str> {
    match code {
        "VND" => Some("₫"),
        "PHP" => Some("₱"),
        "THB" => Some("฿"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format(lang: Lang, currency: &str) -> Format {
        Format {
            lang,
            currency: currency.parse().unwrap(),
        }
    }

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn exact_amounts() {
        let vi = format(Lang::Vi, "VND");
        let en = format(Lang::En, "VND");
        for (text, in_vi, in_en) in [
            ("1234567.00", "1.234.567\u{a0}₫", "₫1,234,567"),
            ("-45000.00", "-45.000\u{a0}₫", "-₫45,000"),
            ("0.00", "0\u{a0}₫", "₫0"),
            ("-0.30", "0\u{a0}₫", "₫0"),
            ("235833.50", "235.834\u{a0}₫", "₫235,834"),
        ] {
            assert_eq!(vi.amount(decimal(text)), in_vi);
            assert_eq!(en.amount(decimal(text)), in_en);
        }
    }

    #[test]
    fn amounts_in_three_digits() {
        let vi = format(Lang::Vi, "VND");
        let en = format(Lang::En, "VND");
        for (text, in_vi, in_en) in [
            ("1234567890.00", "1,23\u{a0}tỷ\u{a0}₫", "₫1.23B"),
            ("45600000.00", "45,6\u{a0}triệu\u{a0}₫", "₫45.6M"),
            ("182490000.00", "182\u{a0}triệu\u{a0}₫", "₫182M"),
            ("-1500000.00", "-1,50\u{a0}triệu\u{a0}₫", "-₫1.50M"),
            ("999999.00", "999.999\u{a0}₫", "₫999,999"),
            ("999960000.00", "1,00\u{a0}tỷ\u{a0}₫", "₫1.00B"),
            ("9996000.00", "10,0\u{a0}triệu\u{a0}₫", "₫10.0M"),
            ("1234000000000.00", "1.234\u{a0}tỷ\u{a0}₫", "₫1.23T"),
        ] {
            assert_eq!(vi.compact(decimal(text)), in_vi);
            assert_eq!(en.compact(decimal(text)), in_en);
        }
    }

    #[test]
    fn amounts_on_an_axis() {
        let vi = format(Lang::Vi, "VND");
        let en = format(Lang::En, "VND");
        for (text, in_vi, in_en) in [
            ("0.00", "0", "0"),
            ("500000.00", "500.000", "500,000"),
            ("20000000.00", "20\u{a0}tr", "20M"),
            ("1500000000.00", "1,5\u{a0}tỷ", "1.5B"),
            ("200000000.00", "200\u{a0}tr", "200M"),
        ] {
            assert_eq!(vi.axis(decimal(text)), in_vi);
            assert_eq!(en.axis(decimal(text)), in_en);
        }
    }

    #[test]
    fn other_currencies() {
        let amount = decimal("1234.50");
        assert_eq!(format(Lang::Vi, "SGD").amount(amount), "1.234,50\u{a0}SGD");
        assert_eq!(format(Lang::En, "SGD").amount(amount), "SGD\u{a0}1,234.50");
        assert_eq!(format(Lang::En, "PHP").amount(amount), "₱1,234.50");
        assert_eq!(
            format(Lang::Vi, "IDR").amount(decimal("10001.00")),
            "10.001\u{a0}IDR"
        );
        assert_eq!(
            format(Lang::En, "MYR").compact(decimal("2500000")),
            "MYR\u{a0}2.50M"
        );
    }
}
