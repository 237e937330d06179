//! A document says the same after its way through extended JSON.

use bson::{Bson, Document, RawDocumentBuf};
use order_model::{Normalised, Reject, RejectReason, document_from_json};
use proptest::prelude::*;

use super::any_value::{any_replacements, chooser, replace_some};
use super::fixture::rules;
use super::{any_case, cases, raw};

#[derive(Debug, Clone, Copy)]
enum Form {
    Canonical,
    Relaxed,
}

fn through_json(document: Document, form: Form) -> RawDocumentBuf {
    let value = Bson::Document(document);
    let json = match form {
        Form::Canonical => value.into_canonical_extjson(),
        Form::Relaxed => value.into_relaxed_extjson(),
    };
    document_from_json(json.to_string().as_bytes()).unwrap()
}

/// A result without the type that was found: relaxed JSON does not tell 32 from 64 bits.
fn told(result: Result<Normalised, Reject>) -> Result<String, (RejectReason, String)> {
    match result {
        Ok(normalised) => Ok(format!("{normalised:?}")),
        Err(reject) => Err((reject.reason, reject.field)),
    }
}

#[test]
fn every_fixture_reads_the_same_through_extended_json() {
    for case in cases() {
        let direct = told(case.fixture.normalise(case.reading, &rules()));
        for form in [Form::Canonical, Form::Relaxed] {
            let (document, reading) = case.changed(|document| through_json(document, form));
            let read = case.fixture.normalise_as(&document, &reading, &rules());
            assert_eq!(told(read), direct, "{case:?} {form:?}");
        }
    }
}

proptest! {
    #[test]
    fn any_document_reads_the_same_through_extended_json(
        case in any_case(),
        replacements in any_replacements(),
        form in prop::sample::select(vec![Form::Canonical, Form::Relaxed]),
    ) {
        let changed = |encode: fn(Document, Form) -> RawDocumentBuf| {
            let mut chosen = chooser(replacements.clone());
            let (document, reading) =
                case.changed(|document| encode(replace_some(document, &mut chosen), form));
            told(case.fixture.normalise_as(&document, &reading, &rules()))
        };
        let direct = changed(|document, _| raw(&document));
        prop_assert_eq!(changed(through_json), direct);
    }
}
