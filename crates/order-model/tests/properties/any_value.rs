//! Any BSON value, with a liking for the ones that break things.

use bson::oid::ObjectId;
use bson::spec::BinarySubtype;
use bson::{Binary, Bson, DateTime, Decimal128, Document, Regex, Timestamp};
use proptest::collection::vec;
use proptest::prelude::*;

/// Texts that have broken somebody's program.
pub const HOSTILE_TEXTS: [&str; 24] = [
    "",
    " ",
    "0",
    "-0",
    "null",
    "NaN",
    "Infinity",
    "****",
    "265.000",
    "1e400",
    "1E+6144",
    "-1e-999999",
    "1e9999999999",
    "99999999999999999999999999999999999999999",
    "0.00000000000000000000000000000000000001",
    "\0",
    "\u{202e}0001",
    "A\u{308}",
    "{\"id\":1}",
    "{{{{{{{{",
    "[[[[",
    "2026-03-14T10:00:00[Asia/Tokyo]",
    "-009999-01-01T00:00:00Z",
    "9999-12-31T23:59:59.999999999+00:00",
];

/// Decimal128 texts at its edges.
pub const HOSTILE_DECIMALS: [&str; 10] = [
    "NaN",
    "Infinity",
    "-Infinity",
    "-0",
    "0E-6176",
    "1E-6176",
    "1E+6144",
    "9.999999999999999999999999999999999E+6144",
    "-9999999999999999999999999999999999",
    "1.000000000000000000000000000000001",
];

/// Keys that mean something to an adapter.
const TELLING_KEYS: [&str; 12] = [
    "id",
    "status",
    "raw",
    "data",
    "order",
    "response",
    "payment",
    "total_amount",
    "order_income",
    "order_items",
    "item_price",
    "address_level",
];

pub fn decimal(text: &str) -> Bson {
    Bson::Decimal128(text.parse().unwrap())
}

/// A value of any type, up to three levels deep.
pub fn any_value() -> impl Strategy<Value = Bson> {
    any_scalar().prop_recursive(3, 24, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(Bson::Array),
            vec((any_key(), inner), 0..6)
                .prop_map(|entries| Bson::Document(entries.into_iter().collect::<Document>())),
        ]
    })
}

fn any_key() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(&TELLING_KEYS[..]).prop_map(str::to_owned),
        "[a-zA-Z_.]{0,6}",
    ]
}

fn any_scalar() -> impl Strategy<Value = Bson> {
    prop_oneof![
        8 => any_text().prop_map(Bson::String),
        4 => any::<i64>().prop_map(Bson::Int64),
        4 => any::<i32>().prop_map(Bson::Int32),
        4 => prop::num::f64::ANY.prop_map(Bson::Double),
        2 => (-1_000_000_000_i64..1_000_000_000).prop_map(|hundredths| Bson::Double(hundredths as f64 / 100.0)),
        4 => any::<[u8; 16]>().prop_map(|bytes| Bson::Decimal128(Decimal128::from_bytes(bytes))),
        2 => prop::sample::select(&HOSTILE_DECIMALS[..]).prop_map(decimal),
        2 => any::<i64>().prop_map(|millis| Bson::DateTime(DateTime::from_millis(millis))),
        1 => any::<bool>().prop_map(Bson::Boolean),
        1 => any::<[u8; 12]>().prop_map(|bytes| Bson::ObjectId(ObjectId::from_bytes(bytes))),
        1 => any::<(u32, u32)>().prop_map(|(time, increment)| Bson::Timestamp(Timestamp { time, increment })),
        1 => vec(any::<u8>(), 0..20).prop_map(|bytes| Bson::Binary(Binary { subtype: BinarySubtype::Generic, bytes })),
        1 => prop::sample::select(vec![
            Bson::Null,
            Bson::Undefined,
            Bson::MinKey,
            Bson::MaxKey,
            Bson::Symbol("delivered".to_owned()),
            Bson::JavaScriptCode("1".to_owned()),
            Bson::RegularExpression(Regex {
                pattern: "^a".try_into().unwrap(),
                options: "i".try_into().unwrap(),
            }),
        ]),
    ]
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(&HOSTILE_TEXTS[..]).prop_map(str::to_owned),
        any::<String>(),
        "[-+0-9.,eE ]{0,24}",
        "[0-9]{1,80}",
    ]
}

/// Replaces some of the values of a document, at any depth. `chosen` decides on one place after the other.
pub fn replace_some(document: Document, chosen: &mut impl FnMut() -> Option<Bson>) -> Document {
    document
        .into_iter()
        .map(|(key, value)| (key, replace_in(value, chosen)))
        .collect()
}

fn replace_in(value: Bson, chosen: &mut impl FnMut() -> Option<Bson>) -> Bson {
    if let Some(other) = chosen() {
        return other;
    }
    match value {
        Bson::Document(inner) => Bson::Document(replace_some(inner, chosen)),
        Bson::Array(values) => values
            .into_iter()
            .map(|value| replace_in(value, chosen))
            .collect(),
        other => other,
    }
}

/// Where values of a document are replaced, and by what. Gaps are numbers of places left as they are.
pub fn any_replacements() -> impl Strategy<Value = Vec<(usize, Bson)>> {
    vec((0_usize..30, any_value()), 1..6)
}

/// Decides on places for [`replace_some`].
pub fn chooser(replacements: Vec<(usize, Bson)>) -> impl FnMut() -> Option<Bson> {
    let mut left = replacements.into_iter();
    let mut next = left.next();
    move || match &mut next {
        Some((0, _)) => std::mem::replace(&mut next, left.next()).map(|(_, value)| value),
        Some((gap, _)) => {
            *gap -= 1;
            None
        }
        None => None,
    }
}
