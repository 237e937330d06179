//! Answers as CSV: UTF-8, RFC 4180, plain numbers, ISO dates.

use serde::Serialize;
use serde_json::Value;

use super::columns::{Column, Kind};

/// What a spreadsheet takes for the beginning of a formula.
const FORMULA_STARTS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// Rows as CSV with a header. `bom` puts a byte-order mark before it, without which Excel garbles what is not ASCII.
pub fn write<R: Serialize>(columns: &[Column], rows: &[R], bom: bool) -> Vec<u8> {
    let mut out = Vec::new();
    if bom {
        out.extend_from_slice("\u{feff}".as_bytes());
    }
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(&mut out);
    let written = (|| {
        writer.write_record(columns.iter().map(|column| column.name))?;
        for row in rows {
            let row = serde_json::to_value(row).expect("rows are plain data");
            writer.write_record(
                columns
                    .iter()
                    .map(|column| cell(&row[column.name], column.kind)),
            )?;
        }
        writer.flush()?;
        Ok::<_, csv::Error>(())
    })();
    written.expect("writing to memory does not fail");
    drop(writer);
    out
}

fn cell(value: &Value, kind: Kind) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) if kind == Kind::Text => neutral(text),
        Value::String(text) => text.clone(),
        Value::Array(parts) => {
            let parts: Vec<_> = parts.iter().map(|part| cell(part, Kind::Amount)).collect();
            neutral(&parts.join(" / "))
        }
        other => other.to_string(),
    }
}

/// Text that no spreadsheet takes for a formula. Numbers are left alone: a negative amount is one.
fn neutral(text: &str) -> String {
    match text.starts_with(FORMULA_STARTS) {
        true => format!("'{text}"),
        false => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::write;
    use crate::api::columns::columns;

    #[test]
    fn text_is_neutralised_and_numbers_are_not() {
        let columns = columns!["name": Text, "amount": Amount, "path": Text];
        let rows = [
            json!({ "name": "=1+1", "amount": "-45000.00", "path": ["=a", "b"] }),
            json!({ "name": "a,\"b\"\r\nc", "amount": null, "path": [] }),
            json!({ "name": "\tx", "amount": "1.00", "path": null }),
        ];
        let text = String::from_utf8(write(&columns, &rows, false)).unwrap();
        assert_eq!(
            text,
            "name,amount,path\r\n'=1+1,-45000.00,'=a / b\r\n\"a,\"\"b\"\"\r\nc\",,\r\n'\tx,1.00,\r\n"
        );
        let marked = write(&columns, &rows, true);
        assert!(marked.starts_with(&[0xef, 0xbb, 0xbf]));
    }
}
