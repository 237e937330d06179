//! The table as a CSV file: what a spreadsheet of the region writes is read, what is written a spreadsheet reads.
//!
//! A row with a product puts it into its category; a row without one names a category. Columns come in any order.

use std::io::Write;
use std::path::Path;

use order_model::{CatalogueFact, Platform};
use unicode_normalization::UnicodeNormalization;

use super::catalogue::{Catalogue, CategoryNames};
use super::{CategoriesError, store::Exported};

const COLUMNS: [&str; 5] = [
    "platform",
    "product_id",
    "category_id",
    "category_name",
    "parent_id",
];
/// What spreadsheets put between the cells: commas, where a comma is the decimal sign semicolons, or tabs.
const DELIMITERS: [u8; 3] = *b",;\t";
/// Spreadsheets write this before UTF-8.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();
/// A cell that begins like this is taken for a formula.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// Where each column is; `None` where there is no such column.
struct Columns([Option<usize>; COLUMNS.len()]);

impl Columns {
    fn find(header: &csv::StringRecord) -> Self {
        Self(COLUMNS.map(|column| {
            header
                .iter()
                .position(|name| name.trim().eq_ignore_ascii_case(column))
        }))
    }

    fn cells<'r>(&self, row: &'r csv::StringRecord) -> [Option<&'r str>; COLUMNS.len()] {
        self.0.map(|index| {
            let cell = row.get(index?)?.trim();
            let cell = cell
                .strip_prefix('\'')
                .filter(|rest| rest.starts_with(FORMULA))
                .unwrap_or(cell);
            (!cell.is_empty()).then_some(cell)
        })
    }
}

/// Reads a file. `platform` is the marketplace of rows that name none.
///
/// # Errors
/// The file cannot be read, or not all of its rows can be taken as they are.
pub fn read(path: &Path, platform: Option<Platform>) -> Result<Catalogue, CategoriesError> {
    let place = path.display().to_string();
    let unreadable = |problem: String| CategoriesError::File {
        place: place.clone(),
        action: "read",
        problem,
    };
    let bytes = std::fs::read(path).map_err(|error| unreadable(error.to_string()))?;
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&bytes);
    let text = std::str::from_utf8(bytes)
        .map_err(|_| unreadable("it is not in UTF-8; save it as CSV UTF-8".to_owned()))?;
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter(text))
        .flexible(true)
        .from_reader(text.as_bytes());
    let header = reader
        .headers()
        .map_err(|error| unreadable(error.to_string()))?
        .clone();
    let columns = Columns::find(&header);
    for (index, needed) in [(2, true), (0, platform.is_none())] {
        if needed && columns.0[index].is_none() {
            return Err(CategoriesError::Header {
                place,
                problem: format!(
                    "there is no column {}{}",
                    COLUMNS[index],
                    if index == 0 {
                        ", and no --platform"
                    } else {
                        ""
                    }
                ),
            });
        }
    }
    let mut catalogue = Catalogue::default();
    for row in reader.records() {
        match row {
            Ok(row) => {
                let line = row.position().map_or(0, csv::Position::line);
                add(
                    &mut catalogue,
                    &columns,
                    &row,
                    platform,
                    &format!("line {line}"),
                );
            }
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                catalogue.refuse(&format!("line {line}"), "is no row of a CSV file");
            }
        }
    }
    catalogue.checked(&place)
}

/// The delimiter that the first line has most of.
fn delimiter(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or_default();
    let count = |delimiter: &u8| first.bytes().filter(|byte| byte == delimiter).count();
    // The first of equals wins, so the last is looked at first.
    let most = DELIMITERS
        .iter()
        .rev()
        .max_by_key(|delimiter| count(delimiter));
    most.copied().unwrap_or(b',')
}

fn add(
    catalogue: &mut Catalogue,
    columns: &Columns,
    row: &csv::StringRecord,
    platform: Option<Platform>,
    place: &str,
) {
    let [marketplace, product, category, name, parent] = columns.cells(row);
    if [marketplace, product, category, name, parent] == [None; COLUMNS.len()] {
        return; // A line left empty at the end of a sheet.
    }
    let platform = match (marketplace, platform) {
        (None, Some(platform)) => platform,
        (None, None) => return catalogue.refuse(place, "names no platform"),
        (Some(word), _) => match word.to_ascii_lowercase().parse() {
            Ok(platform) => platform,
            Err(_) => {
                return catalogue.refuse(
                    place,
                    format!("platform {word:?} is not tiktok, shopee or lazada"),
                );
            }
        },
    };
    for id in [product, category, parent].into_iter().flatten() {
        if let Some(problem) = fault_of(id) {
            return catalogue.refuse(place, problem);
        }
    }
    let Some(category_id) = category.map(str::to_owned) else {
        return catalogue.refuse(place, "has no category_id");
    };
    if let Some(product_id) = product.map(str::to_owned) {
        let fact = CatalogueFact::Product {
            product_id,
            category_id: category_id.clone(),
        };
        catalogue.add(platform, fact, place);
    }
    if name.is_some() || parent.is_some() {
        let fact = CatalogueFact::Category {
            category_id,
            name: name.map(|name| name.nfc().filter(|c| !c.is_control()).collect()),
            parent_id: parent.map(str::to_owned),
        };
        catalogue.add(platform, fact, place);
    }
}

/// What is wrong with an id. A spreadsheet shows ids of 16 digits and more as 1.73E+18, and saves what it shows.
fn fault_of(id: &str) -> Option<String> {
    let looks_rounded = id.parse::<f64>().is_ok() && id.contains(['E', 'e', '.', ',']);
    if looks_rounded {
        Some(format!(
            "{id} has lost digits; format the column as text before pasting ids"
        ))
    } else if id.chars().count() > 100 || id.chars().any(char::is_control) {
        Some("an id is longer than 100 characters, or holds control characters".to_owned())
    } else {
        None
    }
}

/// Writes rows, the names of categories first.
///
/// # Errors
/// The place they go to does not take them.
pub fn write(exported: &Exported, out: impl Write) -> Result<(), csv::Error> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(COLUMNS)?;
    for ((platform, category), CategoryNames { name, parent_id }) in &exported.categories {
        let name = name.as_deref().unwrap_or_default();
        let parent = parent_id.as_deref().unwrap_or_default();
        let row = [platform.as_str(), "", category, name, parent];
        writer.write_record(row.map(as_text))?;
    }
    for ((platform, product), category) in &exported.products {
        let category = category.as_deref().unwrap_or_default();
        let row = [platform.as_str(), product, category, "", ""];
        writer.write_record(row.map(as_text))?;
    }
    writer.flush()?;
    Ok(())
}

/// A cell that no spreadsheet takes for a formula.
fn as_text(cell: &str) -> String {
    if cell.starts_with(FORMULA) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}
