//! The many spellings of one value: collectors, drivers and API versions disagree about types.

use std::str::FromStr;

use bson::{Bson, DateTime, Decimal128};
use jiff::Timestamp;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

/// How often a document departs from its marketplace's usual types: one in this many.
const ONE_IN: u32 = 10;

/// Spells values, for one document the usual way or for another any way.
pub(crate) struct Speller<'a> {
    random: &'a mut ChaCha8Rng,
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

impl<'a> Speller<'a> {
    pub fn new(random: &'a mut ChaCha8Rng) -> Self {
        let drifts = random.random_range(0..ONE_IN) == 0;
        Self { random, drifts }
    }

    /// An amount of whole đồng.
    pub fn amount(&mut self, dong: i64, usual: Usual) -> Bson {
        let drift = if self.drifts {
            self.random.random_range(0..8)
        } else {
            8
        };
        match drift {
            0 => Bson::String(dong.to_string()),
            1 => Bson::String(format!("{dong}.00")),
            2 => Bson::String(format!("{}.00", with_commas(dong))),
            3 => integer(dong),
            4 => Bson::Int64(dong),
            5 => Bson::Double(dong as f64),
            6 => decimal(&format!("{dong}.00")),
            7 => decimal(&dong.to_string()),
            _ => match usual {
                Usual::PlainText => Bson::String(dong.to_string()),
                Usual::TextWithDecimals => Bson::String(format!("{dong}.00")),
                Usual::Integer => integer(dong),
                Usual::Double => Bson::Double(dong as f64),
            },
        }
    }

    /// An id, usually text or usually a number.
    pub fn id(&mut self, id: i64, usually_text: bool) -> Bson {
        let as_text = usually_text != (self.drifts && self.random.random_range(0..2) == 0);
        if as_text {
            Bson::String(id.to_string())
        } else {
            Bson::Int64(id)
        }
    }

    /// An instant in Unix seconds.
    pub fn seconds(&mut self, time: Timestamp) -> Bson {
        let seconds = time.as_second();
        let drift = if self.drifts {
            self.random.random_range(0..6)
        } else {
            6
        };
        match drift {
            0 => Bson::Int64(seconds),
            1 => Bson::Double(seconds as f64),
            2 => Bson::String(seconds.to_string()),
            3 => Bson::Int64(seconds * 1_000),
            4 => Bson::DateTime(DateTime::from_millis(seconds * 1_000)),
            5 => Bson::String((seconds * 1_000).to_string()),
            _ => integer(seconds),
        }
    }

    /// An instant in one of Lazada's spellings, at the offset of Vietnam.
    pub fn text_time(&mut self, time: Timestamp) -> Bson {
        let local = time.to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(7)));
        let drift = if self.drifts {
            self.random.random_range(0..3)
        } else {
            0
        };
        let pattern = match drift {
            0 => "%Y-%m-%d %H:%M:%S +0700",
            1 => "%Y-%m-%dT%H:%M:%S+07:00",
            _ => "%Y-%m-%dT%H:%M:%S+0700",
        };
        Bson::String(local.strftime(pattern).to_string())
    }

    /// Nothing, in one of the ways to say it.
    pub fn nothing(&mut self) -> Bson {
        match self.random.random_range(0..4) {
            0 => Bson::Null,
            1 => Bson::String("null".to_owned()),
            2 => Bson::Document(bson::Document::new()),
            _ => Bson::String(String::new()),
        }
    }

    /// One in so many.
    pub fn one_in(&mut self, many: u32) -> bool {
        self.random.random_range(0..many) == 0
    }
}

/// An integer as a driver stores it: in the smallest type that holds it.
fn integer(number: i64) -> Bson {
    i32::try_from(number).map_or(Bson::Int64(number), Bson::Int32)
}

fn decimal(text: &str) -> Bson {
    Bson::Decimal128(Decimal128::from_str(text).expect("whole amounts fit a Decimal128"))
}

/// 1250000 as "1,250,000".
fn with_commas(number: i64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
