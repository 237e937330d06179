//! Answers as a workbook for people: typed cells, a frozen header, and a second sheet that says what is on the first.

use jiff::civil::{Date, DateTime};
use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};
use serde::Serialize;
use serde_json::Value;

use super::columns::{Column, Kind};

/// Cells are binary floating-point numbers: so many digits survive in them.
const SAFE_DIGITS: usize = 15;
/// What a cell can hold.
const MOST_CHARACTERS: usize = 32_767;
/// The first day that a spreadsheet has a number for everywhere.
const FIRST_DAY: Date = jiff::civil::date(1900, 3, 1);

/// A workbook of rows, with notes about them.
///
/// # Errors
/// The workbook cannot be made.
pub fn write<R: Serialize>(
    name: &str,
    columns: &[Column],
    rows: &[R],
    notes: &[(String, String)],
) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let bold = Format::new().set_bold();
    let sheet = workbook.add_worksheet();
    sheet.set_name(name)?;
    sheet.set_freeze_panes(1, 0)?;
    for (at, column) in (0u16..).zip(columns) {
        sheet.write_string_with_format(0, at, column.name, &bold)?;
        sheet.set_column_width(at, width(column))?;
    }
    let formats = Formats::new();
    for (line, row) in (1u32..).zip(rows) {
        let row = serde_json::to_value(row).expect("rows are plain data");
        for (at, column) in (0u16..).zip(columns) {
            write_cell(sheet, line, at, &row[column.name], column.kind, &formats)?;
        }
    }
    let about = workbook.add_worksheet();
    about.set_name("about")?;
    about.set_column_width(0, 28)?;
    about.set_column_width(1, 100)?;
    for (line, (what, text)) in (0u32..).zip(notes) {
        about.write_string_with_format(line, 0, shortened(what), &bold)?;
        about.write_string(line, 1, shortened(text))?;
    }
    workbook.save_to_buffer()
}

struct Formats {
    count: Format,
    amount: Format,
    rate: Format,
    date: Format,
    moment: Format,
}

impl Formats {
    fn new() -> Self {
        let shown_as = |pattern| Format::new().set_num_format(pattern);
        Self {
            count: shown_as("#,##0"),
            amount: shown_as("#,##0"),
            rate: shown_as("0.00"),
            date: shown_as("yyyy-mm-dd"),
            moment: shown_as("yyyy-mm-dd hh:mm:ss"),
        }
    }
}

fn width(column: &Column) -> f64 {
    let least = match column.kind {
        Kind::Amount | Kind::Moment => 20.0,
        Kind::Text => 16.0,
        _ => 12.0,
    };
    f64::max(least, column.name.len() as f64 + 2.0)
}

fn write_cell(
    sheet: &mut Worksheet,
    line: u32,
    at: u16,
    value: &Value,
    kind: Kind,
    formats: &Formats,
) -> Result<(), XlsxError> {
    match (value, kind) {
        (Value::Null, _) => return Ok(()),
        (Value::Bool(flag), _) => sheet.write_boolean(line, at, *flag)?,
        (Value::Number(count), _) => match count.as_f64().filter(|_| is_safe(&count.to_string())) {
            Some(count) => sheet.write_number_with_format(line, at, count, &formats.count)?,
            None => sheet.write_string(line, at, count.to_string())?,
        },
        (Value::String(text), Kind::Amount | Kind::Rate) => {
            let format = match kind {
                Kind::Amount => &formats.amount,
                _ => &formats.rate,
            };
            match text.parse::<f64>().ok().filter(|_| is_safe(text)) {
                Some(number) => sheet.write_number_with_format(line, at, number, format)?,
                None => sheet.write_string(line, at, text)?,
            }
        }
        (Value::String(text), Kind::Date) => match text.parse::<Date>() {
            Ok(day) if day >= FIRST_DAY => {
                sheet.write_datetime_with_format(line, at, day, &formats.date)?
            }
            _ => sheet.write_string(line, at, text)?,
        },
        // The civil time that is written before the offset: that of the business zone.
        (Value::String(text), Kind::Moment) => match text.parse::<DateTime>() {
            Ok(time) if time.date() >= FIRST_DAY => {
                sheet.write_datetime_with_format(line, at, time, &formats.moment)?
            }
            _ => sheet.write_string(line, at, text)?,
        },
        (Value::String(text), _) => sheet.write_string(line, at, shortened(text))?,
        (Value::Array(parts), _) => {
            let parts: Vec<_> = parts.iter().filter_map(Value::as_str).collect();
            sheet.write_string(line, at, shortened(&parts.join(" / ")))?
        }
        (Value::Object(_), _) => sheet.write_string(line, at, shortened(&value.to_string()))?,
    };
    Ok(())
}

/// Whether a number keeps all of its digits in a cell.
fn is_safe(number: &str) -> bool {
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    digits <= SAFE_DIGITS
}

fn shortened(text: &str) -> String {
    text.chars().take(MOST_CHARACTERS).collect()
}
