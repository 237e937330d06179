//! The many spellings of one value: collectors, drivers and API versions disagree about types
//! (platforms.md 8).

use std::str::FromStr;

use bson::{DateTime, Decimal128, RawBson, RawDocumentBuf};
use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use unicode_normalization::UnicodeNormalization;

/// How often a document departs from its marketplace's usual types: one in this many.
const ONE_IN: u32 = 10;

/// The largest number up to which a double holds every integer.
const EXACT_IN_DOUBLE: i64 = 1 << 53;

/// Spells values, for one document the usual way or for another any way.
pub(crate) struct Speller {
    random: ChaCha8Rng,
    drifts: bool,
}

/// How a marketplace usually writes amounts.
#[derive(Clone, Copy)]
pub(crate) enum Usual {
    /// "283000".
    PlainText,
    /// "450000.00".
    TextWithDecimals,
    /// 273000.
    Integer,
    /// 50000.0.
    Double,
}

impl Speller {
    /// A speller for a document.
    pub fn new(mut random: ChaCha8Rng) -> Self {
        let drifts = random.random_range(0..ONE_IN) == 0;
        Self { random, drifts }
    }

    /// Whether the document departs from the usual types.
    pub fn drifts(&self) -> bool {
        self.drifts
    }

    /// One of so many ways to depart from the usual, if this document does.
    fn drift(&mut self, ways: u32) -> Option<u32> {
        self.drifts.then(|| self.random.random_range(0..ways))
    }

    /// An amount of whole đồng.
    pub fn amount(&mut self, dong: i64, usual: Usual) -> RawBson {
        match self.drift(10) {
            Some(0) => RawBson::String(dong.to_string()),
            Some(1) => RawBson::String(format!("{dong}.00")),
            Some(2) => RawBson::String(format!("{dong}.000000")),
            Some(3) => RawBson::String(format!("{}.00", with_commas(dong))),
            Some(4) => integer(dong),
            Some(5) => RawBson::Int64(dong),
            Some(6) => RawBson::Double(dong as f64),
            Some(7) => decimal(&format!("{dong}.00")),
            Some(8) if dong % 1_000 == 0 => decimal(&format!("{}E3", dong / 1_000)),
            Some(_) => decimal(&dong.to_string()),
            None => match usual {
                Usual::PlainText => RawBson::String(dong.to_string()),
                Usual::TextWithDecimals => RawBson::String(format!("{dong}.00")),
                Usual::Integer => integer(dong),
                Usual::Double => RawBson::Double(dong as f64),
            },
        }
    }

    /// An id that is usually text.
    pub fn text_id(&mut self, id: i64) -> RawBson {
        match self.drift(3) {
            Some(0) => RawBson::Int64(id),
            Some(1) => decimal(&id.to_string()),
            _ => RawBson::String(id.to_string()),
        }
    }

    /// An id that is usually a number.
    pub fn number_id(&mut self, id: i64) -> RawBson {
        match self.drift(4) {
            Some(0) => RawBson::String(id.to_string()),
            Some(1) => decimal(&id.to_string()),
            Some(2) if id < EXACT_IN_DOUBLE => RawBson::Double(id as f64),
            _ => integer(id),
        }
    }

    /// An instant in Unix seconds.
    pub fn seconds(&mut self, time: Timestamp) -> RawBson {
        let (seconds, millis) = (time.as_second(), time.as_second() * 1_000);
        match self.drift(6) {
            Some(0) => RawBson::Int64(seconds),
            Some(1) => RawBson::Double(seconds as f64),
            Some(2) => RawBson::String(seconds.to_string()),
            Some(3) => RawBson::Int64(millis),
            Some(4) => RawBson::DateTime(DateTime::from_millis(millis)),
            Some(_) => RawBson::String(millis.to_string()),
            None => integer(seconds),
        }
    }

    /// An instant in one of Lazada's spellings, at the offset of Vietnam (platforms.md 4.4).
    pub fn text_time(&mut self, time: Timestamp) -> RawBson {
        let local = TimeZone::fixed(Offset::constant(7)).to_datetime(time);
        let (day, clock) = (local.date(), local.time());
        RawBson::String(match self.drift(3) {
            Some(0) => format!("{day}T{clock}+07:00"),
            Some(1) => format!("{day}T{clock}+0700"),
            _ => format!("{day} {clock} +0700"),
        })
    }

    /// A name of a place, now and then decomposed as some telephones write Vietnamese.
    pub fn place(&mut self, name: &str) -> RawBson {
        if self.one_in(12) {
            RawBson::String(name.nfd().collect())
        } else {
            RawBson::String(name.to_owned())
        }
    }

    /// Nothing, in one of the ways to say it.
    pub fn nothing(&mut self) -> RawBson {
        match self.random.random_range(0..4) {
            0 => RawBson::Null,
            1 => RawBson::String("null".to_owned()),
            2 => RawBson::Document(RawDocumentBuf::new()),
            _ => RawBson::String(String::new()),
        }
    }

    /// One in so many.
    pub fn one_in(&mut self, many: u32) -> bool {
        self.random.random_range(0..many) == 0
    }
}

/// An integer as a driver stores it: in the smallest type that holds it.
fn integer(number: i64) -> RawBson {
    i32::try_from(number).map_or(RawBson::Int64(number), RawBson::Int32)
}

fn decimal(text: &str) -> RawBson {
    RawBson::Decimal128(Decimal128::from_str(text).expect("19 digits fit a Decimal128"))
}

/// 1250000 as "1,250,000"; for numbers that are not negative.
fn with_commas(number: i64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use rand::SeedableRng;

    use super::*;

    #[test]
    fn thousands_are_set_apart_by_commas() {
        let texts = [0, 999, 1_000, 12_345, 1_250_000].map(with_commas);
        assert_eq!(texts, ["0", "999", "1,000", "12,345", "1,250,000"]);
    }

    #[test]
    fn an_amount_is_spelled_in_every_way() {
        let spelled: HashSet<_> = (0..2_000)
            .map(|seed| Speller::new(ChaCha8Rng::seed_from_u64(seed)))
            .map(|mut speller| format!("{:?}", speller.amount(1_250_000, Usual::Double)))
            .collect();
        assert_eq!(spelled.len(), 10, "{spelled:?}");
    }

    #[test]
    fn an_instant_is_the_same_in_all_of_lazadas_spellings() {
        let time: Timestamp = "2026-03-20T04:45:00Z".parse().expect("a time");
        let spelled: HashSet<_> = (0..200)
            .map(|seed| Speller::new(ChaCha8Rng::seed_from_u64(seed)).text_time(time))
            .map(|text| text.as_str().expect("a text").to_owned())
            .collect();
        let known = [
            "2026-03-20 11:45:00 +0700",
            "2026-03-20T11:45:00+07:00",
            "2026-03-20T11:45:00+0700",
        ];
        assert_eq!(spelled, known.map(str::to_owned).into());
    }
}
