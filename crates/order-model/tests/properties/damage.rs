//! Whatever the bytes: an order or a named reject, never a panic.

use bson::{Bson, Document, RawDocument, RawDocumentBuf, doc};
use order_model::{Platform, RejectReason, document_from_json};
use proptest::collection::vec;
use proptest::prelude::*;

use super::any_value::{
    HOSTILE_DECIMALS, HOSTILE_TEXTS, any_replacements, chooser, decimal, replace_some,
};
use super::fixture::{Reading, normalise_alone, rules};
use super::soundness::{assert_sound, look_at};
use super::{Case, any_case, cases, raw};

fn survives(document: &RawDocument) {
    look_at(document);
    for platform in Platform::ALL {
        assert_sound(&normalise_alone(platform, document, &rules()), &rules());
    }
}

fn survives_in_place_of(case: Case, document: &RawDocument, reading: &Reading) {
    look_at(document);
    let result = case.fixture.normalise_as(document, reading, &rules());
    assert_sound(&result, &rules());
}

/// Puts the frame of a document around bytes: its length before, a zero behind.
fn framed(body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len() + 5).unwrap();
    [&length.to_le_bytes(), body, &[0]].concat()
}

proptest! {
    #[test]
    fn any_bytes_are_survived(body in vec(any::<u8>(), 0..300)) {
        if let Ok(document) = RawDocumentBuf::from_bytes(framed(&body)) {
            survives(&document);
        }
    }

    #[test]
    fn a_damaged_document_is_survived(
        case in any_case(),
        damage in vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let (document, reading) = case.changed(|document| {
            let bytes = raw(&document).into_bytes();
            let mut body = bytes[4..bytes.len() - 1].to_vec();
            for (place, byte) in &damage {
                *place.get_mut(&mut body) = *byte;
            }
            if let Some(cut) = cut {
                body.truncate(cut.index(body.len()));
            }
            RawDocumentBuf::from_bytes(framed(&body)).unwrap()
        });
        survives_in_place_of(case, &document, &reading);
    }

    #[test]
    fn any_values_in_known_places_are_survived(
        case in any_case(),
        replacements in any_replacements(),
    ) {
        let mut chosen = chooser(replacements);
        let (document, reading) = case.changed(|document| raw(&replace_some(document, &mut chosen)));
        survives_in_place_of(case, &document, &reading);
    }

    #[test]
    fn any_text_is_survived_as_json(text in "\\PC{0,200}") {
        if let Ok(document) = document_from_json(text.as_bytes()) {
            survives(&document);
        }
    }

    #[test]
    fn damaged_json_is_survived(
        case in any_case(),
        is_canonical in any::<bool>(),
        damage in vec((any::<prop::sample::Index>(), "[]{}\":,0-9eE$.\\\\a-f-]"), 0..4),
        repeated in prop::option::of(any::<(prop::sample::Index, prop::sample::Index)>()),
    ) {
        let document: Document = case.fixture.document.as_ref().try_into().unwrap();
        let document = Bson::Document(document);
        let json = if is_canonical {
            document.into_canonical_extjson()
        } else {
            document.into_relaxed_extjson()
        };
        let mut text = json.to_string().into_bytes();
        for (place, character) in damage {
            *place.get_mut(&mut text) = character.as_bytes()[0];
        }
        if let Some((from, to)) = repeated {
            let from = from.index(text.len());
            let piece = text[from..text.len().min(from + 40)].to_vec();
            let to = to.index(text.len());
            text.splice(to..to, piece);
        }
        if let Ok(document) = document_from_json(&text) {
            survives(&document);
        }
    }
}

fn hostile_values() -> Vec<Bson> {
    let mut values: Vec<Bson> = HOSTILE_TEXTS.into_iter().map(Bson::from).collect();
    values.extend(HOSTILE_DECIMALS.into_iter().map(decimal));
    values.extend([
        Bson::from(i64::MIN),
        Bson::from(i64::MAX),
        Bson::from(i32::MIN),
        Bson::from(f64::MAX),
        Bson::from(f64::MIN_POSITIVE),
        Bson::from("9".repeat(100_000)),
        Bson::from("[".repeat(100_000)),
        Bson::from("{\"raw\":".repeat(100_000)),
        Bson::from(vec![Bson::Null; 1_000]),
        Bson::from(doc! { "order_income": { "order_original_price": "NaN" } }),
        Bson::from(vec![doc! { "status": i64::MAX, "item_price": "1e99" }]),
    ]);
    values
}

#[test]
fn every_hostile_value_is_survived_in_every_place() {
    let values = hostile_values();
    let rich = |case: &Case| {
        ["the_documented_example", "with_money_details", "completed"].contains(&case.fixture.case)
    };
    for case in cases().filter(rich) {
        for value in &values {
            for place in 0.. {
                let mut chosen = chooser(vec![(place, value.clone())]);
                let mut was_used = false;
                let (document, reading) = case.changed(|document| {
                    raw(&replace_some(document, &mut || {
                        let chosen = chosen();
                        was_used |= chosen.is_some();
                        chosen
                    }))
                });
                if !was_used {
                    break;
                }
                survives_in_place_of(case, &document, &reading);
            }
        }
    }
}

/// An item behind a break would be missed in silence, and the order be worth less.
#[test]
fn a_broken_element_of_an_array_is_a_malformed_document() {
    let case = cases().find(|case| {
        (case.fixture.platform, case.fixture.case) == (Platform::Lazada, "partly_cancelled")
    });
    let mut bytes = case.unwrap().fixture.document.as_bytes().to_vec();
    let second_item = [0x03, b'1', 0];
    let place = bytes.windows(3).position(|part| part == second_item);
    bytes[place.unwrap()] = 0x7e;
    let document = RawDocumentBuf::from_bytes(bytes).unwrap();
    let reject = normalise_alone(Platform::Lazada, &document, &rules()).unwrap_err();
    assert_eq!(reject.reason, RejectReason::MalformedDocument);
    assert_eq!(reject.field, "order_items");
}

#[test]
fn deep_nesting_is_survived() {
    for depth in [1, 3, 50, 99, 100, 127, 128, 1_000, 100_000] {
        for (open, close) in [("{\"raw\":", "}"), ("[", "]"), ("{\"$code\":", "}")] {
            let text = format!("{{\"raw\":{}1{}}}", open.repeat(depth), close.repeat(depth));
            match document_from_json(text.as_bytes()) {
                Ok(document) => survives(&document),
                Err(error) => assert!(!error.to_string().is_empty()),
            }
        }
    }
    for name in ["raw", "payment", "order_items", "recipient_address"] {
        let mut document = raw(&doc! { "id": 1, "status": "COMPLETED" });
        for _ in 0..5_000 {
            let mut outer = RawDocumentBuf::new();
            outer.append(bson::raw::CString::try_from(name).unwrap(), document);
            document = outer;
        }
        survives(&document);
    }
}

#[test]
fn json_with_a_number_bomb_is_an_order_a_reject_or_an_error() {
    let numbers = [
        "1E+6144",
        "1e400",
        "-1e-400",
        "1e999999999999",
        "0.1e-6200",
        &"9".repeat(35),
        &"9".repeat(100_000),
        &format!("0.{}1", "0".repeat(100_000)),
    ];
    for number in numbers {
        for text in [
            format!(r#"{{"id": {number}, "status": "COMPLETED", "create_time": {number}}}"#),
            format!(
                r#"{{"id": 1, "create_time": 1773457200, "payment": {{"total_amount": {number}}}}}"#
            ),
            format!(r#"{{"raw": {{"$numberDecimal": "{number}"}}}}"#),
            format!(r#"{{"raw": {{"$numberDouble": "{number}"}}}}"#),
            format!(r#"{{"raw": {{"$numberLong": "{number}"}}}}"#),
            format!(r#"{{"raw": {{"$date": {number}}}}}"#),
        ] {
            if let Ok(document) = document_from_json(text.as_bytes()) {
                survives(&document);
            }
        }
    }
}
