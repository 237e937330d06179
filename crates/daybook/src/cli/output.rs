//! Prints results, as text for people or as one JSON document.

use serde::Serialize;

use super::options::Format;

/// Where a command's result goes.
#[derive(Debug)]
pub struct Output {
    format: Format,
}

impl Output {
    /// Output in a form.
    pub fn new(format: Format) -> Self {
        Self { format }
    }

    /// Whether people read it.
    pub fn is_text(&self) -> bool {
        self.format == Format::Text
    }

    /// Prints one of many results for machines, on a line of its own.
    pub fn print_line<T: Serialize>(&self, value: &T) {
        let json = serde_json::to_string(value).expect("results are plain data");
        anstream::println!("{json}");
    }

    /// Prints a result: `value` as JSON, or what `text` makes of it.
    pub fn print<T: Serialize>(&self, value: &T, text: impl FnOnce(&T) -> String) {
        match self.format {
            Format::Json => {
                let json = serde_json::to_string_pretty(value).expect("results are plain data");
                anstream::println!("{json}");
            }
            Format::Text => anstream::println!("{}", text(value)),
        }
    }
}
