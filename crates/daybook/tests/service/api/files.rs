//! CSV and XLSX, opened again as others open them.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use reqwest::Method;
use serde_json::Value;

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

#[tokio::test]
async fn a_spreadsheet_opens_the_workbook() {
    let business = Business::open().await;
    let service = serve(&business);
    for (address, query) in PATHS {
        let json = good(&service, &format!("/api/v1/{address}?{query}")).await;
        let file = bytes(&service, &format!("/api/v1/{address}?{query}&format=xlsx")).await;
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(file)).unwrap();
        assert_eq!(book.sheet_names(), [address, "about"]);
        let sheet = book.worksheet_range(address).unwrap();
        let mut lines = sheet.rows();
        let header: Vec<_> = lines
            .next()
            .unwrap()
            .iter()
            .map(ToString::to_string)
            .collect();
        for (cells, row) in lines.zip(rows(&json)) {
            for (name, cell) in header.iter().zip(cells) {
                let value = &row[name.as_str()];
                let is_number = NUMBERS.contains(&name.as_str());
                match (value, cell) {
                    (Value::Null, Data::Empty) => {}
                    (Value::Number(number), Data::Float(cell)) => {
                        assert_eq!(number.as_f64().unwrap(), *cell, "{name} of {row}");
                    }
                    (Value::Bool(flag), Data::Bool(cell)) => assert_eq!(flag, cell),
                    (Value::String(text), Data::Float(cell)) if is_number => {
                        assert_eq!(format!("{cell:.2}"), *text, "{name} of {row}");
                    }
                    // More digits than a spreadsheet keeps.
                    (Value::String(text), Data::String(cell)) if is_number => {
                        assert_eq!(text, cell);
                        assert!(text.len() > 15);
                    }
                    (Value::String(text), Data::String(cell)) => assert_eq!(text, cell),
                    (Value::Array(_), Data::String(cell)) => {
                        assert_eq!(&in_csv(value, false).trim_start_matches('\''), cell)
                    }
                    (Value::Array(parts), Data::Empty) => assert!(parts.is_empty()),
                    (Value::String(text), Data::DateTime(time)) => {
                        let time = time.as_datetime().unwrap();
                        let shown = time.format("%Y-%m-%dT%H:%M:%S").to_string();
                        assert_eq!(
                            shown[..text.len().min(19)],
                            text[..text.len().min(19)],
                            "{name} of {row}"
                        );
                    }
                    (value, cell) => panic!("{name}: {value} became {cell:?}"),
                }
            }
        }
        let about = book.worksheet_range("about").unwrap();
        let notes: Vec<_> = about.rows().map(|row| row[0].to_string()).collect();
        for note in ["as_of", "time_zone", "currency", "from", "to"] {
            assert!(notes.iter().any(|known| known == note), "{notes:?}");
        }
        if address != "orders" {
            assert!(
                notes.iter().any(|known| known == "total_revenue"),
                "{notes:?}"
            );
        }
    }
}
