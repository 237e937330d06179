//! Payloads as the text that came from the marketplace.

use bson::{RawBsonRef, RawDocument};
use serde_json::{Map, Number, Value};

/// A document as JSON; `None` when it holds something that JSON has no plain form for.
pub(super) fn text(document: &RawDocument) -> Option<String> {
    object(document).map(|object| object.to_string())
}

fn object(document: &RawDocument) -> Option<Value> {
    let entries = document.into_iter().map(|element| {
        let (name, element) = element.ok()?;
        Some((name.as_str().to_owned(), value(element)?))
    });
    entries.collect::<Option<Map<_, _>>>().map(Value::Object)
}

fn value(value: RawBsonRef<'_>) -> Option<Value> {
    Some(match value {
        RawBsonRef::Null => Value::Null,
        RawBsonRef::Boolean(flag) => Value::Bool(flag),
        RawBsonRef::Int32(number) => Value::from(number),
        RawBsonRef::Int64(number) => Value::from(number),
        RawBsonRef::Double(number) => Value::Number(Number::from_f64(number)?),
        RawBsonRef::String(text) => Value::from(text),
        RawBsonRef::Document(document) => object(document)?,
        RawBsonRef::Array(elements) => {
            let elements = elements
                .into_iter()
                .map(|element| self::value(element.ok()?));
            Value::Array(elements.collect::<Option<_>>()?)
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use bson::{Decimal128, rawdoc};

    use super::*;

    #[test]
    fn plain_values_keep_every_digit() {
        let document = rawdoc! {
            "id": 581_000_000_000_000_017_i64, "price": 50_000.0, "on": true, "none": null,
            "items": [{ "name": "\"Áo\"" }, 7],
        };
        let expected = r#"{"id":581000000000000017,"price":50000.0,"on":true,"none":null,"#
            .to_owned()
            + r#""items":[{"name":"\"Áo\""},7]}"#;
        assert_eq!(text(&document), Some(expected));
    }

    #[test]
    fn what_json_cannot_say_plainly_is_refused() {
        let decimal: Decimal128 = "1".parse().expect("a number");
        assert_eq!(text(&rawdoc! { "amount": decimal }), None);
        assert_eq!(text(&rawdoc! { "amounts": [f64::NAN] }), None);
    }
}
