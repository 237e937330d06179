//! Promises about any document, held against random ones.

#![allow(missing_docs, reason = "a test binary has no documentation")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "../fixture/mod.rs"]
mod fixture;

mod any_value;
mod damage;
mod extended_json;
mod soundness;
mod spellings;
mod versions;

use std::sync::LazyLock;

use bson::{Document, RawDocument, RawDocumentBuf};
use proptest::prelude::*;

use self::fixture::{Fixture, Reading};

static FIXTURES: LazyLock<Vec<Fixture>> = LazyLock::new(|| Fixture::all().collect());

/// A fixture, with one of its readings.
#[derive(Clone, Copy)]
struct Case {
    fixture: &'static Fixture,
    reading: &'static Reading,
}

impl std::fmt::Debug for Case {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let companions = self.reading.companions.as_ref().map(Vec::len);
        write!(
            f,
            "{}/{} with {companions:?} companions",
            self.fixture.platform, self.fixture.case
        )
    }
}

fn cases() -> impl Iterator<Item = Case> {
    FIXTURES.iter().flat_map(|fixture| {
        fixture
            .readings
            .iter()
            .map(move |reading| Case { fixture, reading })
    })
}

fn any_case() -> impl Strategy<Value = Case> {
    prop::sample::select(cases().collect::<Vec<_>>())
}

/// A fixture that becomes an order.
fn any_order() -> impl Strategy<Value = Case> {
    let orders = cases().filter(|case| case.reading.is_order());
    prop::sample::select(orders.collect::<Vec<_>>())
}

impl Case {
    /// The document, and its companions, each changed by a function.
    fn changed(
        self,
        mut change: impl FnMut(Document) -> RawDocumentBuf,
    ) -> (RawDocumentBuf, Reading) {
        let mut changed = |document: &RawDocument| change(document.try_into().unwrap());
        let document = changed(&self.fixture.document);
        let companions = self.reading.companions.as_ref();
        let reading = Reading {
            companions: companions.map(|all| all.iter().map(|one| changed(one)).collect()),
            expected: self.reading.expected.clone(),
        };
        (document, reading)
    }
}

fn raw(document: &Document) -> RawDocumentBuf {
    RawDocumentBuf::try_from(document).unwrap()
}
