//! MongoDB's extended JSON to BSON: canonical, relaxed and the older forms of mongoexport. No digit is lost on the way.

use bson::{Bson, Decimal128, Document, RawDocumentBuf, oid::ObjectId};
use serde_json::{Map, Number, Value};

use crate::field::is_exact_double;

/// Deeper documents are refused: MongoDB itself takes no more.
const MAX_DEPTH: usize = 100;
/// Longer texts are refused. MongoDB's largest document is a few times longer as text than its 16 MiB.
const MAX_BYTES: usize = 64 << 20;

/// A text that is no document. The place is told, never the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JsonError {
    /// No JSON.
    #[error("not valid JSON at line {line}, column {column}")]
    Syntax {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// JSON, but no object.
    #[error("not a JSON object")]
    NotAnObject,
    /// Too long or too deep.
    #[error("longer than {} MiB or deeper than {MAX_DEPTH} levels", MAX_BYTES >> 20)]
    TooLarge,
    /// A number that no BSON type holds exactly.
    #[error("a number has more digits than can be kept")]
    NumberTooLong,
    /// Something that BSON cannot hold, such as a key with the character NUL or a malformed `$date`.
    #[error("a value that BSON cannot hold")]
    Unrepresentable,
}

/// Reads one document.
///
/// # Errors
/// The text is no document, or holds what BSON cannot.
pub fn document_from_json(text: &[u8]) -> Result<RawDocumentBuf, JsonError> {
    if text.len() > MAX_BYTES {
        return Err(JsonError::TooLarge);
    }
    let value: Value = serde_json::from_slice(text).map_err(|error| JsonError::Syntax {
        line: error.line(),
        column: error.column(),
    })?;
    let Value::Object(object) = value else {
        return Err(JsonError::NotAnObject);
    };
    let document = plain_document(object, 0)?;
    RawDocumentBuf::try_from(&document).map_err(|_| JsonError::Unrepresentable)
}

fn plain_document(object: Map<String, Value>, depth: usize) -> Result<Document, JsonError> {
    if depth >= MAX_DEPTH {
        return Err(JsonError::TooLarge);
    }
    object
        .into_iter()
        .map(|(key, value)| {
            if key.contains('\0') {
                Err(JsonError::Unrepresentable)
            } else {
                Ok((key, bson(value, depth + 1)?))
            }
        })
        .collect()
}

fn bson(value: Value, depth: usize) -> Result<Bson, JsonError> {
    if depth >= MAX_DEPTH {
        return Err(JsonError::TooLarge);
    }
    match value {
        Value::Null => Ok(Bson::Null),
        Value::Bool(yes) => Ok(Bson::Boolean(yes)),
        Value::String(text) => Ok(Bson::String(text)),
        Value::Number(number) => number_literal(&number),
        Value::Array(values) => values
            .into_iter()
            .map(|value| bson(value, depth + 1))
            .collect::<Result<_, _>>()
            .map(Bson::Array),
        Value::Object(object) if is_extended(&object) => extended(object),
        Value::Object(object) => plain_document(object, depth).map(Bson::Document),
    }
}

/// A plain number: the first of int64, double and Decimal128 that holds exactly what is written.
fn number_literal(number: &Number) -> Result<Bson, JsonError> {
    let text = number.as_str();
    if let Ok(integer) = text.parse::<i64>() {
        return Ok(Bson::Int64(integer));
    }
    let is_integer = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'-');
    if !is_integer
        && let Ok(double) = text.parse::<f64>()
        && is_exact_double(text, double)
    {
        return Ok(Bson::Double(double));
    }
    decimal128(text)
}

fn decimal128(text: &str) -> Result<Bson, JsonError> {
    let digits = text.split(['e', 'E']).next().unwrap_or_default();
    let significant = digits
        .bytes()
        .filter(u8::is_ascii_digit)
        .skip_while(|digit| *digit == b'0')
        .count();
    if significant > 34 {
        return Err(JsonError::NumberTooLong);
    }
    text.parse::<Decimal128>()
        .map(Bson::Decimal128)
        .map_err(|_| JsonError::NumberTooLong)
}

fn is_extended(object: &Map<String, Value>) -> bool {
    const MARKS: [&str; 16] = [
        "$oid",
        "$date",
        "$numberInt",
        "$numberLong",
        "$numberDouble",
        "$numberDecimal",
        "$binary",
        "$timestamp",
        "$undefined",
        "$minKey",
        "$maxKey",
        "$symbol",
        "$code",
        "$regularExpression",
        "$uuid",
        "$regex",
    ];
    object.len() <= 2
        && object
            .keys()
            .next()
            .is_some_and(|key| MARKS.contains(&key.as_str()))
}

fn extended(object: Map<String, Value>) -> Result<Bson, JsonError> {
    let (key, value) = object.iter().next().expect("an extended value has a key");
    let unrepresentable = JsonError::Unrepresentable;
    match (key.as_str(), value) {
        ("$oid", Value::String(hex)) => ObjectId::parse_str(hex)
            .map(Bson::ObjectId)
            .map_err(|_| unrepresentable),
        ("$date", value) => date(value),
        ("$numberInt", Value::String(text)) => {
            text.parse().map(Bson::Int32).map_err(|_| unrepresentable)
        }
        ("$numberLong", value) => long(value).map(Bson::Int64),
        ("$numberDouble", Value::String(text)) => double(text).map(Bson::Double),
        ("$numberDecimal", Value::String(text)) => decimal_text(text),
        ("$undefined", _) => Ok(Bson::Undefined),
        // What no order is read from is left to the driver's own reader.
        _ => Bson::try_from(Value::Object(object)).map_err(|_| unrepresentable),
    }
}

fn decimal_text(text: &str) -> Result<Bson, JsonError> {
    text.parse::<Decimal128>()
        .map(Bson::Decimal128)
        .map_err(|_| JsonError::NumberTooLong)
}

fn double(text: &str) -> Result<f64, JsonError> {
    match text {
        "Infinity" => Ok(f64::INFINITY),
        "-Infinity" => Ok(f64::NEG_INFINITY),
        "NaN" => Ok(f64::NAN),
        _ => text.parse().map_err(|_| JsonError::Unrepresentable),
    }
}

fn long(value: &Value) -> Result<i64, JsonError> {
    match value {
        Value::String(text) => text.parse().ok(),
        Value::Number(number) => number.as_str().parse().ok(),
        _ => None,
    }
    .ok_or(JsonError::Unrepresentable)
}

/// A date as text, as milliseconds, or as `$numberLong`.
fn date(value: &Value) -> Result<Bson, JsonError> {
    let milliseconds = match value {
        Value::String(text) => match text.parse::<jiff::Timestamp>() {
            Ok(instant) => instant.as_millisecond(),
            // The last day of 9999 often stands for "never"; an instant of ours ends the day before.
            Err(_) => bson::DateTime::parse_rfc3339_str(text)
                .map_err(|_| JsonError::Unrepresentable)?
                .timestamp_millis(),
        },
        Value::Object(object) => long(object.get("$numberLong").unwrap_or(&Value::Null))?,
        value => long(value)?,
    };
    Ok(Bson::DateTime(bson::DateTime::from_millis(milliseconds)))
}
