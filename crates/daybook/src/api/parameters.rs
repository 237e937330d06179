//! The parameters of an address: their names are checked against what is documented, their values one by one, and all
//! that is wrong is told at once.

use std::collections::BTreeMap;
use std::str::FromStr;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use jiff::civil::Date;
use order_model::Platform;
use serde::de::DeserializeOwned;
use utoipa::IntoParams;

use super::format::Format;
use crate::config::setting::closest;
use crate::http::{FieldError, Problem};
use crate::report::{CompareMode, Filter, Key, Preset, Range};

/// The parameters of a request as they were written: each name is known and given once.
pub struct Asked<P>(pub P);

impl<S: Send + Sync, P: IntoParams + DeserializeOwned> FromRequestParts<S> for Asked<P> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let known: Vec<_> = P::into_params(|| None)
            .into_iter()
            .map(|parameter| parameter.name)
            .collect();
        let mut given = BTreeMap::new();
        let mut errors = Vec::new();
        let query = parts.uri.query().unwrap_or_default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let (name, value) = (name.into_owned(), value.into_owned());
            if !known.contains(&name) {
                errors.push(unknown(&name, &known));
            } else if value.contains('\0') {
                errors.push(wrong(&name, "must not hold the character NUL"));
            } else if given.insert(name.clone(), value).is_some() {
                errors.push(wrong(&name, "given more than once"));
            }
        }
        if !errors.is_empty() {
            return Err(several(errors).with_hint(match known.as_slice() {
                [] => "this address takes no parameters".to_owned(),
                known => format!("this address takes: {}", known.join(", ")),
            }));
        }
        // The documented parameters are all text, and may all be left out.
        let given = given.into_iter();
        P::deserialize(serde::de::value::MapDeserializer::new(given))
            .map(Self)
            .map_err(|error: serde::de::value::Error| {
                Problem::parameter("query", error.to_string())
            })
    }
}

fn unknown(name: &str, known: &[String]) -> FieldError {
    match closest(name, known.iter().map(String::as_str)) {
        Some(meant) => wrong(
            name,
            &format!("not a parameter here; did you mean {meant}?"),
        ),
        None => wrong(name, "not a parameter here"),
    }
}

fn wrong(name: &str, detail: &str) -> FieldError {
    // A name from outside is shown, but not at any length.
    FieldError {
        parameter: name.chars().take(60).collect(),
        detail: detail.to_owned(),
    }
}

fn several(errors: Vec<FieldError>) -> Problem {
    let mut errors = errors.into_iter();
    let first = errors.next().unwrap_or_else(|| wrong("query", "is wrong"));
    errors.fold(
        Problem::parameter(first.parameter, first.detail),
        |problem, error| problem.with_error(error.parameter, error.detail),
    )
}

/// Reads values, and remembers what is wrong with them.
#[derive(Debug, Default)]
pub struct Check {
    errors: Vec<FieldError>,
}

impl Check {
    /// Notes that a parameter is wrong.
    pub fn fault(&mut self, name: &str, detail: &str) {
        self.errors.push(wrong(name, detail));
    }

    /// The problem, if anything was wrong.
    ///
    /// # Errors
    /// Something was.
    pub fn done(self) -> Result<(), Problem> {
        match self.errors.is_empty() {
            true => Ok(()),
            false => Err(several(self.errors)),
        }
    }

    /// One of a few words.
    pub fn word<T: FromStr>(
        &mut self,
        name: &str,
        value: Option<&str>,
        words: &[&str],
    ) -> Option<T> {
        let value = value?;
        let found = value.parse().ok();
        if found.is_none() {
            self.no_such_word(name, value, words);
        }
        found
    }

    fn no_such_word(&mut self, name: &str, value: &str, words: &[&str]) {
        let one_of = format!("one of: {}", words.join(", "));
        let detail = match closest(value, words.iter().copied()) {
            Some(meant) => format!("{one_of}; did you mean {meant}?"),
            None => one_of,
        };
        self.fault(name, &detail);
    }

    /// `true` or `false`; false when it is left out.
    pub fn flag(&mut self, name: &str, value: Option<&str>) -> bool {
        self.word(name, value, &["true", "false"]).unwrap_or(false)
    }

    /// A whole number between two others.
    pub fn number(
        &mut self,
        name: &str,
        value: Option<&str>,
        from: u32,
        to: u32,
        default: u32,
    ) -> u32 {
        let Some(value) = value else { return default };
        // Only digits: `parse` would also take a plus sign.
        let digits = value.bytes().all(|byte| byte.is_ascii_digit());
        let number = value.parse().ok().filter(|_| digits);
        number
            .filter(|number| (from..=to).contains(number))
            .unwrap_or_else(|| {
                self.fault(name, &format!("a whole number from {from} to {to}"));
                default
            })
    }

    /// A day.
    pub fn day(&mut self, name: &str, value: Option<&str>) -> Option<Date> {
        let value = value?;
        let found = parse_day(value);
        if found.is_none() {
            self.fault(name, "a day as YYYY-MM-DD");
        }
        found
    }

    /// Marketplaces, separated by commas; none when it is left out.
    pub fn platforms(&mut self, value: Option<&str>) -> Vec<Platform> {
        let Some(value) = value else {
            return Vec::new();
        };
        let names = Platform::ALL.map(Platform::as_str);
        let mut found = Vec::new();
        for word in value.split(',') {
            match word.parse() {
                Ok(platform) if !found.contains(&platform) => found.push(platform),
                Ok(_) => {}
                Err(_) => self.no_such_word("platform", word, &names),
            }
        }
        // However they are given, the question is the same.
        found.sort();
        found
    }

    /// A value that can be unknown: empty stands for the rows where it is.
    pub fn key(value: Option<&str>) -> Option<Key> {
        value.map(|value| match value {
            "" => Key::Unknown,
            _ => Key::Known(value.to_owned()),
        })
    }

    /// How to compare.
    pub fn compare(&mut self, value: Option<&str>) -> Option<CompareMode> {
        let words: Vec<_> = CompareMode::ALL.iter().map(|mode| mode.as_str()).collect();
        self.word("compare", value, &words)
    }

    /// The form of the answer.
    pub fn format(&mut self, value: Option<&str>, accepted: Format) -> Format {
        let Some(value) = value else { return accepted };
        let known = Format::ALL.iter().copied();
        known
            .clone()
            .find(|format| format.as_str() == value)
            .unwrap_or_else(|| {
                let words: Vec<_> = known.map(Format::as_str).collect();
                self.no_such_word("format", value, &words);
                accepted
            })
    }

    /// The days asked for: a day, a preset, or from a day to a day.
    ///
    /// # Errors
    /// The range is none, or too long.
    pub fn range(
        &mut self,
        asked: &Days<'_>,
        today: Date,
        default: Preset,
        most: u32,
        longer: Option<&str>,
    ) -> Result<Range, Problem> {
        let words: Vec<_> = Preset::ALL.iter().map(|preset| preset.as_str()).collect();
        let day = self.day("day", asked.day);
        let preset: Option<Preset> = self.word("preset", asked.preset, &words);
        let from = self.day("from", asked.from);
        let to = self.day("to", asked.to);
        let ways = [
            asked.day.is_some(),
            asked.preset.is_some(),
            asked.from.is_some() || asked.to.is_some(),
        ];
        if ways.iter().filter(|way| **way).count() > 1 {
            self.fault(
                "preset",
                "days are given once: as day, as preset, or as from and to",
            );
        }
        if asked.to.is_some() && asked.from.is_none() {
            self.fault("from", "needed together with to");
        }
        let range = match (day, preset, from) {
            (Some(day), ..) => Ok(Range::day(day)),
            (_, Some(preset), _) => Ok(preset.range(today)),
            (.., Some(from)) => {
                // From a day on means until today, or that day alone when it lies ahead.
                Range::of_at_most(from, to.unwrap_or_else(|| today.max(from)), most)
            }
            _ => Ok(default.range(today)),
        };
        // What is misspelt comes first: the range may be made of it.
        match (range, self.errors.is_empty()) {
            (Err(error), true) => Err(Problem::range(error, longer)),
            (Ok(range), _) => Ok(range),
            (Err(_), false) => Ok(default.range(today)),
        }
    }
}

/// How a range can be written.
#[derive(Debug, Default)]
pub struct Days<'a> {
    /// First day.
    pub from: Option<&'a str>,
    /// Last day.
    pub to: Option<&'a str>,
    /// One day.
    pub day: Option<&'a str>,
    /// A range that moves along with today.
    pub preset: Option<&'a str>,
}

/// A day as `YYYY-MM-DD`, and nothing else that ISO 8601 allows.
fn parse_day(text: &str) -> Option<Date> {
    let shaped = text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    text.parse().ok().filter(|_| shaped)
}

/// Marketplaces and shop.
pub fn filter(check: &mut Check, platform: Option<&str>, shop: Option<&str>) -> Filter {
    Filter {
        platforms: check.platforms(platform),
        shop: Check::key(shop),
    }
}

/// No parameters at all.
#[derive(Debug, serde::Deserialize)]
pub struct Nothing {}

impl IntoParams for Nothing {
    fn into_params(
        _: impl Fn() -> Option<utoipa::openapi::path::ParameterIn>,
    ) -> Vec<utoipa::openapi::path::Parameter> {
        Vec::new()
    }
}
