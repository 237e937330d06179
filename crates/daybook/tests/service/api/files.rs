//! CSV and XLSX, opened again as others open them.

use jiff::civil::{DateTime, date};
use reqwest::Method;
use serde_json::Value;

use super::workbook::{self, Cell};
use super::{good, rows, serve};
use crate::report::Business;
use crate::service::Service;

async fn bytes(service: &Service, path: &str) -> Vec<u8> {
    let response = service.request(Method::GET, path).send().await.unwrap();
    assert_eq!(response.status(), 200, "{path}");
    response.bytes().await.unwrap().to_vec()
}

const PATHS: [(&str, &str); 9] = [
    ("daily", "from=2026-11-01&to=2026-11-12"),
    ("weekly", "from=2026-11-01&to=2026-11-12"),
    ("monthly", "from=2026-11-01&to=2026-11-12"),
    ("totals", "from=2026-11-01&to=2026-11-12"),
    ("platforms", "from=2026-11-01&to=2026-11-12"),
    ("shops", "from=2026-11-01&to=2026-11-12"),
    ("regions", "from=2026-11-01&to=2026-11-12&division=none"),
    ("categories", "from=2026-11-01&to=2026-11-12"),
    ("orders", "day=2026-11-10&limit=500"),
];

/// How a value of JSON is written in CSV.
fn in_csv(value: &Value, is_text: bool) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) if is_text && text.starts_with(['=', '+', '-', '@', '\t', '\r']) => {
            format!("'{text}")
        }
        Value::String(text) => text.clone(),
        Value::Array(parts) => {
            let parts: Vec<_> = parts.iter().map(|part| part.as_str().unwrap()).collect();
            in_csv(&Value::String(parts.join(" / ")), true)
        }
        other => other.to_string(),
    }
}

const NUMBERS: [&str; 9] = [
    "gross_merchandise_value",
    "total_discount",
    "total_revenue",
    "avg_order_value",
    "cancellation_rate",
    "pending_share",
    "total_amount",
    "discount_amount",
    "final_amount",
];

#[tokio::test]
async fn csv_holds_what_json_holds() {
    let business = Business::open().await;
    let service = serve(&business);
    for (address, query) in PATHS {
        let json = good(&service, &format!("/api/v1/{address}?{query}")).await;
        let csv = bytes(&service, &format!("/api/v1/{address}?{query}&format=csv")).await;
        assert!(csv.ends_with(b"\r\n"), "{address}");
        let mut reader = csv::Reader::from_reader(csv.as_slice());
        let header = reader.headers().unwrap().clone();
        let records: Vec<_> = reader.records().map(Result::unwrap).collect();
        assert_eq!(records.len(), rows(&json).len(), "{address}");
        for (record, row) in records.iter().zip(rows(&json)) {
            for (name, cell) in header.iter().zip(record) {
                let is_text = !NUMBERS.contains(&name);
                assert_eq!(cell, in_csv(&row[name], is_text), "{name} of {row}");
            }
        }
        // Nothing but links is left out.
        let left_out: Vec<_> = rows(&json)[0]
            .as_object()
            .unwrap()
            .keys()
            .filter(|key| !header.iter().any(|name| name == key.as_str()))
            .collect();
        assert!(
            left_out.iter().all(|key| key.ends_with("_url")),
            "{address}: {left_out:?}"
        );
    }
    // With its mark, for Excel.
    let marked = bytes(
        &service,
        "/api/v1/regions?day=2026-11-10&format=csv&bom=true",
    )
    .await;
    assert!(marked.starts_with("\u{feff}region,".as_bytes()));
    // By header as well.
    let request = service
        .request(Method::GET, "/api/v1/regions?day=2026-11-10")
        .header("accept", "text/csv;q=0.9");
    let response = request.send().await.unwrap();
    assert_eq!(
        response.headers()["content-type"],
        "text/csv; charset=utf-8"
    );
    assert_eq!(
        response.headers()["content-disposition"],
        "attachment; filename=\"daybook-regions-2026-11-10_2026-11-10.csv\""
    );
}

#[tokio::test]
async fn formulas_in_names_stay_text() {
    let business = Business::open().await;
    let service = serve(&business);
    let csv = bytes(&service, "/api/v1/shops?day=2026-11-10&format=csv").await;
    let text = String::from_utf8(csv).unwrap();
    assert!(text.contains(",'=cmd|'/c calc'!A0,"), "{text}");
    // A negative amount is a number.
    let csv = bytes(
        &service,
        "/api/v1/orders?day=2026-11-09&platform=tiktok&format=csv",
    )
    .await;
    let text = String::from_utf8(csv).unwrap();
    let line = text.lines().find(|line| line.contains("HAND-3")).unwrap();
    assert!(line.ends_with(",10.00,-5.25,15.25"), "{line}");
}

/// The day or time that a spreadsheet's number stands for: days since 1899-12-30, to the second.
fn time_of(number: &str) -> DateTime {
    let seconds = (number.parse::<f64>().unwrap() * 86_400.0).round() as i64;
    date(1899, 12, 30).at(0, 0, 0, 0) + jiff::SignedDuration::from_secs(seconds)
}

/// A cell holds what JSON holds.
#[track_caller]
fn same(value: &Value, cell: Option<&Cell>, is_number: bool) {
    match (value, cell) {
        (Value::Null, None) => {}
        (Value::Number(number), Some(Cell::Number(cell, pattern))) => {
            assert_eq!(
                (number.to_string().as_str(), pattern.as_str()),
                (cell.as_str(), "#,##0")
            );
        }
        (Value::Bool(flag), Some(Cell::Flag(cell))) => assert_eq!(flag, cell),
        (Value::String(text), Some(Cell::Number(cell, pattern))) if is_number => {
            assert_eq!(format!("{:.2}", cell.parse::<f64>().unwrap()), *text);
            assert!(["#,##0", "0.00"].contains(&pattern.as_str()), "{pattern}");
        }
        (Value::String(text), Some(Cell::Number(cell, pattern))) => {
            assert!(pattern.starts_with("yyyy-mm-dd"), "{pattern}");
            let shown = time_of(cell).to_string();
            let length = text.len().min("2026-03-20T14:15".len());
            assert_eq!(shown[..length], text[..length]);
        }
        (Value::String(text), Some(Cell::Text(cell))) => {
            assert_eq!(text, cell);
            // Only what a spreadsheet would round.
            assert!(!is_number || text.len() > 15, "{text}");
        }
        (Value::Array(parts), Some(Cell::Text(cell))) => {
            let parts: Vec<_> = parts.iter().map(|part| part.as_str().unwrap()).collect();
            assert_eq!(&parts.join(" / "), cell);
        }
        (Value::Array(parts), None) => assert!(parts.is_empty()),
        (Value::String(text), None) => assert!(text.is_empty()),
        (value, cell) => panic!("{value} became {cell:?}"),
    }
}

#[tokio::test]
async fn a_spreadsheet_opens_the_workbook() {
    let business = Business::open().await;
    let service = serve(&business);
    for (address, query) in PATHS {
        let json = good(&service, &format!("/api/v1/{address}?{query}")).await;
        let file = bytes(&service, &format!("/api/v1/{address}?{query}&format=xlsx")).await;
        let sheets = workbook::open(&file);
        let [sheet, about] = sheets.as_slice() else {
            panic!("{} sheets", sheets.len());
        };
        assert_eq!(
            (sheet.name.as_str(), about.name.as_str()),
            (address, "about")
        );
        assert_eq!(sheet.frozen_rows, 1);
        let header: Vec<_> = (0..)
            .map_while(|column| match sheet.cells.get(&(0, column)) {
                Some(Cell::Text(name)) => Some(name.clone()),
                _ => None,
            })
            .collect();
        let last = sheet.cells.keys().map(|(row, _)| *row).max().unwrap();
        assert_eq!(last, rows(&json).len(), "{address}");
        for (at, row) in rows(&json).iter().enumerate() {
            for (column, name) in header.iter().enumerate() {
                let cell = sheet.cells.get(&(at + 1, column));
                same(&row[name.as_str()], cell, NUMBERS.contains(&name.as_str()));
            }
        }
        let notes: Vec<_> = about
            .cells
            .iter()
            .filter(|((_, column), _)| *column == 0)
            .map(|(_, cell)| cell.clone())
            .collect();
        let noted = |name: &str| notes.contains(&Cell::Text(name.to_owned()));
        for note in ["as_of", "time_zone", "currency", "from", "to"] {
            assert!(noted(note), "{notes:?}");
        }
        assert!(address == "orders" || noted("total_revenue"), "{notes:?}");
    }
}
