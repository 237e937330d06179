//! Extended JSON as mongoexport writes it: one document a line, an array of documents, or documents over several lines.

use order_model::document_from_json;

use super::open::{Entry, Input};
use crate::source::{Content, SourceError};

/// The longest text of one document. A document of MongoDB's 16 MiB is longer as text.
const MAX_TEXT: usize = 64 << 20;

/// A `.json` or `.ndjson` file being read.
pub(super) struct JsonFile {
    input: Input,
    shape: Option<Shape>,
}

/// How documents are set apart.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// One a line. A broken line is one bad document.
    Lines,
    /// By their braces, over as many lines as they take.
    Braces,
}

/// How a text of a document ended.
enum Ended {
    Complete,
    AtLineEnd,
    AtFileEnd,
    TooLong,
}

impl JsonFile {
    pub fn new(input: Input) -> Self {
        Self { input, shape: None }
    }

    pub fn offset(&self) -> u64 {
        self.input.offset
    }

    pub fn next_entry(&mut self) -> Result<Option<Entry>, SourceError> {
        let Some(first) = self.skip_separators()? else {
            return Ok(None);
        };
        let offset = self.input.offset;
        if first == b'[' {
            self.shape = Some(Shape::Braces);
            self.input.consume(1);
            return self.next_entry();
        }
        let mut text = Vec::new();
        let ended = self.read_document(&mut text)?;
        let content = match document_from_json(&text) {
            Ok(document) => Content::Document(document),
            Err(_) if matches!(ended, Ended::Complete | Ended::AtLineEnd) => {
                Content::Unreadable(text)
            }
            Err(_) => {
                let problem = match ended {
                    Ended::TooLong => "a document is longer than 64 MiB",
                    _ => "the file ends within a document",
                };
                self.input.offset = offset;
                return Err(self.input.damaged(offset, problem));
            }
        };
        Ok(Some(Entry { offset, content }))
    }

    /// Skips white space, a byte-order mark, and what separates the elements of an array. Returns the next byte.
    fn skip_separators(&mut self) -> Result<Option<u8>, SourceError> {
        loop {
            let bytes = self.input.fill()?;
            if bytes.is_empty() {
                return Ok(None);
            }
            let separators = bytes
                .iter()
                .take_while(|byte| byte.is_ascii_whitespace() || b",]\xEF\xBB\xBF".contains(byte))
                .count();
            match bytes.get(separators).copied() {
                Some(byte) => {
                    self.input.consume(separators);
                    return Ok(Some(byte));
                }
                None => self.input.consume(separators),
            }
        }
    }

    /// Takes the text of one document: up to the brace that closes it or, in a file of lines, the end of the line.
    fn read_document(&mut self, text: &mut Vec<u8>) -> Result<Ended, SourceError> {
        let mut braces = Braces::default();
        loop {
            let shape = self.shape;
            let bytes = self.input.fill()?;
            if bytes.is_empty() {
                return Ok(Ended::AtFileEnd);
            }
            let mut taken = bytes.len();
            let mut ended = None;
            for (index, byte) in bytes.iter().enumerate() {
                if *byte == b'\n' && shape != Some(Shape::Braces) {
                    // Documents over several lines begin with a line that holds only the brace. Anything else that
                    // does not end with its line is one broken line.
                    let begins_block =
                        text.trim_ascii().is_empty() && bytes[..index].trim_ascii() == b"{";
                    if shape.is_none() && begins_block {
                        self.shape = Some(Shape::Braces);
                        taken = index;
                    } else {
                        (taken, ended) = (index, Some(Ended::AtLineEnd));
                    }
                    break;
                }
                if braces.closes_with(*byte) {
                    (taken, ended) = (index + 1, Some(Ended::Complete));
                    break;
                }
            }
            text.extend_from_slice(&bytes[..taken]);
            self.input.consume(taken);
            match ended {
                Some(ended) => {
                    self.shape.get_or_insert(Shape::Lines);
                    return Ok(ended);
                }
                None if text.len() > MAX_TEXT => return Ok(Ended::TooLong),
                None => {}
            }
        }
    }
}

/// Follows the braces of a JSON text, minding that strings hold braces too.
#[derive(Default)]
struct Braces {
    depth: usize,
    in_string: bool,
    escaped: bool,
}

impl Braces {
    /// Takes the next byte; true when it closes the outermost brace.
    fn closes_with(&mut self, byte: u8) -> bool {
        if self.escaped {
            self.escaped = false;
            return false;
        }
        match byte {
            b'\\' if self.in_string => self.escaped = true,
            b'"' => self.in_string = !self.in_string,
            b'{' if !self.in_string => self.depth += 1,
            b'}' if !self.in_string && self.depth > 0 => {
                self.depth -= 1;
                return self.depth == 0;
            }
            _ => {}
        }
        false
    }
}
