//! What is read as what, in tables: statuses, amounts, times, ids, extended JSON, and the layouts of collectors.

#![allow(missing_docs, reason = "a test binary has no documentation")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "../fixture/mod.rs"]
mod fixture;

mod amounts;
mod ids;
mod json;
mod layouts;
mod statuses;
mod times;

use bson::{Bson, Document, RawDocumentBuf};
use order_model::{Normalised, Platform, Reject, Rules};

use self::fixture::{Fixture, normalise_alone, rules};

/// A completed order with some of its values replaced. Paths are dotted; `Bson::Undefined` takes a field away.
fn read_with(
    platform: Platform,
    replaced: &[(&str, Bson)],
    rules: &Rules,
) -> Result<Normalised, Reject> {
    let mut document: Document = Fixture::load(platform, "completed")
        .document
        .try_into()
        .unwrap();
    for (path, value) in replaced {
        replace(&mut document, path, value.clone());
    }
    let document = RawDocumentBuf::try_from(&document).unwrap();
    normalise_alone(platform, &document, rules)
}

fn read(platform: Platform, path: &str, value: impl Into<Bson>) -> Result<Normalised, Reject> {
    read_with(platform, &[(path, value.into())], &rules())
}

fn replace(document: &mut Document, path: &str, value: Bson) {
    match path.split_once('.') {
        Some((outer, inner)) => replace(document.get_document_mut(outer).unwrap(), inner, value),
        None if value == Bson::Undefined => drop(document.remove(path)),
        None => drop(document.insert(path, value)),
    }
}

fn decimal(text: &str) -> Bson {
    Bson::Decimal128(text.parse().unwrap())
}
