//! Extended JSON in its canonical, relaxed and older forms. No digit is lost.

use bson::{Bson, DateTime, Document, Timestamp, oid::ObjectId};
use order_model::{JsonError, document_from_json};

use super::decimal;

fn value(json: &str) -> Result<Bson, JsonError> {
    let text = format!("{{\"value\": {json}}}");
    let document = document_from_json(text.as_bytes())?;
    let document: Document = document.try_into().unwrap();
    Ok(document.get("value").unwrap().clone())
}

#[test]
fn numbers_keep_every_digit() {
    for (json, expected) in [
        ("0", Bson::from(0_i64)),
        ("-7", Bson::from(-7_i64)),
        (
            "581000000000000017",
            Bson::from(581_000_000_000_000_017_i64),
        ),
        ("9223372036854775807", Bson::from(i64::MAX)),
        ("9223372036854775808", decimal("9223372036854775808")),
        ("150000.0", Bson::from(150_000.0)),
        ("66.8", Bson::from(66.8)),
        ("1e3", Bson::from(1_000.0)),
        // No double writes these.
        ("581000000000000017.0", decimal("581000000000000017.0")),
        ("0.30000000000000000001", decimal("0.30000000000000000001")),
        ("1e400", decimal("1E+400")),
    ] {
        assert_eq!(value(json), Ok(expected), "{json}");
    }
}

#[test]
fn typed_values_are_read_in_all_forms() {
    let date = Bson::from(DateTime::from_millis(1_773_457_200_500));
    let never = Bson::from(DateTime::from_millis(253_402_300_799_999));
    let id = ObjectId::parse_str("69b4e2f00000000000000001").unwrap();
    for (json, expected) in [
        (r#"{"$numberInt": "7"}"#, Bson::from(7)),
        (r#"{"$numberLong": "7"}"#, Bson::from(7_i64)),
        (r#"{"$numberLong": 7}"#, Bson::from(7_i64)),
        (r#"{"$numberDouble": "7.0"}"#, Bson::from(7.0)),
        (
            r#"{"$numberDouble": "-Infinity"}"#,
            Bson::from(f64::NEG_INFINITY),
        ),
        (r#"{"$numberDecimal": "7.00"}"#, decimal("7.00")),
        (r#"{"$oid": "69b4e2f00000000000000001"}"#, id.into()),
        (
            r#"{"$date": {"$numberLong": "1773457200500"}}"#,
            date.clone(),
        ),
        (r#"{"$date": 1773457200500}"#, date.clone()),
        (r#"{"$date": "2026-03-14T03:00:00.500Z"}"#, date.clone()),
        (
            r#"{"$date": "2026-03-14T10:00:00.500+07:00"}"#,
            date.clone(),
        ),
        (r#"{"$date": "2026-03-14T10:00:00.500+0700"}"#, date),
        (r#"{"$date": "9999-12-31T23:59:59.999Z"}"#, never),
        (
            r#"{"$timestamp": {"t": 7, "i": 1}}"#,
            Bson::from(Timestamp {
                time: 7,
                increment: 1,
            }),
        ),
        (r#"{"$undefined": true}"#, Bson::Undefined),
    ] {
        assert_eq!(value(json), Ok(expected), "{json}");
    }
}

#[test]
fn what_is_no_document_is_an_error_that_quotes_nothing() {
    let nine = "9".repeat(35);
    let deep = format!("{}1{}", "[".repeat(101), "]".repeat(101));
    for (json, expected) in [
        (
            r#""PII-MARKER"#,
            JsonError::Syntax {
                line: 1,
                column: 22,
            },
        ),
        (r#"{"$oid": "PII-MARKER"}"#, JsonError::Unrepresentable),
        (r#"{"$date": "PII-MARKER"}"#, JsonError::Unrepresentable),
        (
            r#"{"$numberLong": "PII-MARKER"}"#,
            JsonError::Unrepresentable,
        ),
        (r#"{"PII-MARKER\u0000": 1}"#, JsonError::Unrepresentable),
        (nine.as_str(), JsonError::NumberTooLong),
        (deep.as_str(), JsonError::TooLarge),
    ] {
        let error = value(json).unwrap_err();
        assert_eq!(error, expected, "{json}");
        assert!(!error.to_string().contains("PII-MARKER"));
    }
    for no_object in ["1", "[]", "null", "\"text\""] {
        let read = document_from_json(no_object.as_bytes());
        assert_eq!(read, Err(JsonError::NotAnObject));
    }
}
