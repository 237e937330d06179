//! Figures, days and times as people write them, in Vietnamese and in English.
//!
//! The patterns are explicit: the short forms of locale data are not what sellers read (`20/3/26`, `1,2 T`).

mod amount;
mod day;

use order_model::Currency;

use super::ratio::divide;
use super::words::Lang;

/// A space that keeps a number and its unit on one line.
pub const NO_BREAK: char = '\u{a0}';

/// How a reader sees figures.
#[derive(Debug, Clone, Copy)]
pub struct Format {
    /// The language.
    pub lang: Lang,
    /// The currency of all amounts.
    pub currency: Currency,
}

impl Format {
    /// The mark between groups of three digits.
    fn group(self) -> char {
        match self.lang {
            Lang::Vi => '.',
            Lang::En => ',',
        }
    }

    /// The mark before decimals.
    fn point(self) -> char {
        match self.lang {
            Lang::Vi => ',',
            Lang::En => '.',
        }
    }

    /// A whole number: `1.234`.
    pub fn count(self, number: i64) -> String {
        let sign = if number < 0 { "-" } else { "" };
        format!("{sign}{}", self.grouped(u128::from(number.unsigned_abs())))
    }

    /// A rate from hundredths of a percent: `12,34%`.
    pub fn rate(self, hundredths: i64) -> String {
        format!("{}%", self.decimals(i128::from(hundredths), 2))
    }

    /// A share from hundredths of a percent, to one decimal: `23,4%`.
    pub fn share(self, hundredths: i64) -> String {
        format!("{}%", self.decimals(tenths(hundredths), 1))
    }

    /// A change from tenths of a percent: `▲ 3,7%`.
    pub fn change(self, tenths: i64) -> String {
        self.arrow(
            tenths,
            &format!("{}%", self.decimals(i128::from(tenths.abs()), 1)),
        )
    }

    /// A change of a rate from hundredths of a percentage point: `▼ 1,2 điểm`.
    pub fn points(self, hundredths: i64) -> String {
        let tenths = tenths(hundredths.abs());
        let unit = match self.lang {
            Lang::Vi => "điểm",
            Lang::En => "pt",
        };
        let text = format!("{}{NO_BREAK}{unit}", self.decimals(tenths, 1));
        self.arrow(if tenths == 0 { 0 } else { hundredths }, &text)
    }

    fn arrow(self, change: i64, text: &str) -> String {
        match change {
            1.. => format!("▲{NO_BREAK}{text}"),
            0 => format!("={NO_BREAK}{text}"),
            _ => format!("▼{NO_BREAK}{text}"),
        }
    }

    /// A duration in its two largest units: `3 giờ 12 phút`, `3 h 12 min`.
    pub fn duration(self, seconds: u64) -> String {
        let [day, hour, minute, second] = match self.lang {
            Lang::Vi => ["ngày", "giờ", "phút", "giây"],
            Lang::En => ["d", "h", "min", "s"],
        };
        let two = |large: u64, unit: &str, small: u64, smaller: &str| match small {
            0 => format!("{large}{NO_BREAK}{unit}"),
            _ => format!("{large}{NO_BREAK}{unit} {small}{NO_BREAK}{smaller}"),
        };
        match seconds {
            86_400.. => two(seconds / 86_400, day, seconds % 86_400 / 3_600, hour),
            3_600.. => two(seconds / 3_600, hour, seconds % 3_600 / 60, minute),
            60.. => format!("{}{NO_BREAK}{minute}", seconds / 60),
            _ => format!("{seconds}{NO_BREAK}{second}"),
        }
    }

    /// A number given in units of ten to the minus `places`.
    fn decimals(self, units: i128, places: u32) -> String {
        let scale = 10u128.pow(places);
        let sign = if units < 0 { "-" } else { "" };
        let units = units.unsigned_abs();
        let whole = self.grouped(units / scale);
        if places == 0 {
            return format!("{sign}{whole}");
        }
        let width = places as usize;
        format!("{sign}{whole}{}{:0width$}", self.point(), units % scale)
    }

    fn grouped(self, number: u128) -> String {
        let digits = number.to_string();
        let mut grouped = String::with_capacity(digits.len() * 4 / 3);
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                grouped.push(self.group());
            }
            grouped.push(digit);
        }
        grouped
    }
}

/// Hundredths as tenths, rounded.
fn tenths(hundredths: i64) -> i128 {
    divide(i128::from(hundredths), 10).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn format(lang: Lang) -> Format {
        Format {
            lang,
            currency: "VND".parse().unwrap(),
        }
    }

    #[test]
    fn counts_are_grouped() {
        assert_eq!(format(Lang::Vi).count(1_234_567), "1.234.567");
        assert_eq!(format(Lang::En).count(1_234_567), "1,234,567");
        assert_eq!(format(Lang::Vi).count(999), "999");
        assert_eq!(format(Lang::Vi).count(-1_000), "-1.000");
    }

    #[test]
    fn rates_have_two_decimals_and_shares_one() {
        assert_eq!(format(Lang::Vi).rate(1234), "12,34%");
        assert_eq!(format(Lang::En).rate(1234), "12.34%");
        assert_eq!(format(Lang::Vi).share(2344), "23,4%");
        assert_eq!(format(Lang::Vi).share(2345), "23,5%");
    }

    #[test]
    fn changes_carry_an_arrow_and_rates_change_in_points() {
        assert_eq!(format(Lang::Vi).change(37), "▲\u{a0}3,7%");
        assert_eq!(format(Lang::En).change(-37), "▼\u{a0}3.7%");
        assert_eq!(format(Lang::Vi).change(0), "=\u{a0}0,0%");
        assert_eq!(format(Lang::Vi).change(12_345), "▲\u{a0}1.234,5%");
        assert_eq!(format(Lang::Vi).points(-120), "▼\u{a0}1,2\u{a0}điểm");
        assert_eq!(format(Lang::En).points(-120), "▼\u{a0}1.2\u{a0}pt");
        assert_eq!(format(Lang::En).points(4), "=\u{a0}0.0\u{a0}pt");
    }

    #[test]
    fn durations_tell_their_two_largest_units() {
        assert_eq!(format(Lang::Vi).duration(4), "4\u{a0}giây");
        assert_eq!(format(Lang::Vi).duration(11_520), "3\u{a0}giờ 12\u{a0}phút");
        assert_eq!(format(Lang::En).duration(11_520), "3\u{a0}h 12\u{a0}min");
        assert_eq!(format(Lang::En).duration(86_400), "1\u{a0}d");
    }
}
