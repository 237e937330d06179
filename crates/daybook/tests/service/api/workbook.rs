//! Reads a workbook as a spreadsheet does: by its XML, with nothing of the crate that writes it.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use quick_xml::Reader;
use quick_xml::events::Event;

/// What is in a cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// A number, as it is written in the file, and the pattern it is shown by.
    Number(String, String),
    Text(String),
    Flag(bool),
}

/// A sheet: cells by row and column, from zero.
#[derive(Debug, Default)]
pub struct Sheet {
    pub name: String,
    pub cells: BTreeMap<(usize, usize), Cell>,
    /// Rows that stay when the sheet is scrolled.
    pub frozen_rows: usize,
}

/// The sheets of a workbook.
pub fn open(file: &[u8]) -> Vec<Sheet> {
    let mut archive = zip::ZipArchive::new(Cursor::new(file)).unwrap();
    let mut text = |name: &str| {
        let mut text = String::new();
        archive
            .by_name(name)
            .unwrap()
            .read_to_string(&mut text)
            .unwrap();
        text
    };
    let strings = strings(&text("xl/sharedStrings.xml"));
    let patterns = patterns(&text("xl/styles.xml"));
    let names = names(&text("xl/workbook.xml"));
    names
        .into_iter()
        .enumerate()
        .map(|(at, name)| {
            let xml = text(&format!("xl/worksheets/sheet{}.xml", at + 1));
            Sheet {
                name,
                ..sheet(&xml, &strings, &patterns)
            }
        })
        .collect()
}

/// Every element with its attributes, and every text, in order.
enum Part {
    Open(String, BTreeMap<String, String>),
    Text(String),
    Close(String),
}

fn parts(xml: &str) -> Vec<Part> {
    let mut reader = Reader::from_str(xml);
    let mut parts = Vec::new();
    loop {
        let event = reader.read_event().unwrap();
        match event {
            Event::Start(ref element) | Event::Empty(ref element) => {
                let name = element.name().as_ref().to_owned();
                let attributes = element
                    .attributes()
                    .map(|attribute| {
                        let attribute = attribute.unwrap();
                        let key = attribute.key.as_ref().to_owned();
                        let raw = attribute.value.as_ref();
                        (key, quick_xml::escape::unescape(raw).unwrap().into_owned())
                    })
                    .collect();
                parts.push(Part::Open(name.clone(), attributes));
                if matches!(event, Event::Empty(_)) {
                    parts.push(Part::Close(name));
                }
            }
            Event::Text(text) => parts.push(Part::Text(text.as_ref().to_owned())),
            Event::GeneralRef(name) => {
                let raw = format!("&{};", AsRef::<str>::as_ref(&name));
                let text = quick_xml::escape::unescape(&raw).unwrap().into_owned();
                parts.push(Part::Text(text));
            }
            Event::End(element) => {
                let name = element.name().as_ref().to_owned();
                parts.push(Part::Close(name));
            }
            Event::Eof => return parts,
            _ => {}
        }
    }
}

fn strings(xml: &str) -> Vec<String> {
    let (mut strings, mut inside) = (Vec::new(), false);
    for part in parts(xml) {
        match part {
            Part::Open(name, _) if name == "si" => strings.push(String::new()),
            Part::Open(name, _) if name == "t" => inside = true,
            Part::Text(text) if inside => strings.last_mut().unwrap().push_str(&text),
            Part::Close(name) if name == "t" => inside = false,
            _ => {}
        }
    }
    strings
}

/// The pattern of each style, by its number.
fn patterns(xml: &str) -> Vec<String> {
    let mut known: BTreeMap<String, String> = [
        ("0", "General"),
        ("1", "0"),
        ("2", "0.00"),
        ("3", "#,##0"),
        ("4", "#,##0.00"),
    ]
    .map(|(id, pattern)| (id.to_owned(), pattern.to_owned()))
    .into();
    let (mut styles, mut inside) = (Vec::new(), false);
    for part in parts(xml) {
        match part {
            Part::Open(name, mut of) if name == "numFmt" => {
                known.insert(
                    of.remove("numFmtId").unwrap(),
                    of.remove("formatCode").unwrap(),
                );
            }
            Part::Open(name, _) if name == "cellXfs" => inside = true,
            Part::Close(name) if name == "cellXfs" => inside = false,
            Part::Open(name, of) if name == "xf" && inside => {
                styles.push(known.get(&of["numFmtId"]).cloned().unwrap_or_default());
            }
            _ => {}
        }
    }
    styles
}

fn names(xml: &str) -> Vec<String> {
    parts(xml)
        .into_iter()
        .filter_map(|part| match part {
            Part::Open(name, mut of) if name == "sheet" => of.remove("name"),
            _ => None,
        })
        .collect()
}

fn sheet(xml: &str, strings: &[String], patterns: &[String]) -> Sheet {
    let mut sheet = Sheet::default();
    let (mut at, mut kind, mut style, mut inside) = ((0, 0), String::new(), 0, false);
    for part in parts(xml) {
        match part {
            Part::Open(name, of) if name == "pane" && of["state"] == "frozen" => {
                sheet.frozen_rows = of["ySplit"].parse().unwrap();
            }
            // A formula would be an element of its own.
            Part::Open(name, _) if name == "f" => panic!("a formula at {at:?}"),
            Part::Open(name, of) if name == "c" => {
                at = place(&of["r"]);
                kind = of.get("t").cloned().unwrap_or_default();
                style = of.get("s").map_or(0, |style| style.parse().unwrap());
            }
            Part::Open(name, _) if name == "v" => inside = true,
            Part::Close(name) if name == "v" => inside = false,
            Part::Text(text) if inside => {
                let cell = match kind.as_str() {
                    "s" => Cell::Text(strings[text.parse::<usize>().unwrap()].clone()),
                    "b" => Cell::Flag(text == "1"),
                    "" => Cell::Number(text, patterns[style].clone()),
                    other => panic!("a cell of kind {other}"),
                };
                sheet.cells.insert(at, cell);
            }
            _ => {}
        }
    }
    sheet
}

/// Row and column of a name such as `B3`.
fn place(name: &str) -> (usize, usize) {
    let digits = name
        .find(|character: char| character.is_ascii_digit())
        .unwrap();
    let column = name[..digits].bytes().fold(0, |column, letter| {
        column * 26 + usize::from(letter - b'A') + 1
    });
    (name[digits..].parse::<usize>().unwrap() - 1, column - 1)
}
