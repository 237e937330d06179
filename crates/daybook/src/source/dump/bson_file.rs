//! Concatenated BSON documents, as mongodump writes them.

use bson::RawDocumentBuf;

use super::open::{Entry, Input};
use crate::source::{Content, SourceError};

/// MongoDB's limit for a document, with what its own tools allow on top.
const MAX_DOCUMENT: usize = (16 << 20) + (16 << 10);
/// The shortest document: its length, and the closing zero byte.
const MIN_DOCUMENT: usize = 5;

/// A `.bson` file being read.
pub(super) struct BsonFile {
    input: Input,
}

impl BsonFile {
    pub fn new(input: Input) -> Self {
        Self { input }
    }

    pub fn offset(&self) -> u64 {
        self.input.offset
    }

    pub fn next_entry(&mut self) -> Result<Option<Entry>, SourceError> {
        let offset = self.input.offset;
        let mut bytes = Vec::new();
        let read = self.read(offset, 4, &mut bytes)?;
        if read == 0 {
            return Ok(None);
        }
        let length = bytes
            .first_chunk()
            .map(|prefix| i32::from_le_bytes(*prefix));
        let Some(length) = length.and_then(|length| usize::try_from(length).ok()) else {
            return Err(self.back_to(offset, "the file ends within a document"));
        };
        if !(MIN_DOCUMENT..=MAX_DOCUMENT).contains(&length) {
            return Err(self.back_to(
                offset,
                &format!("{length} bytes is no length of a document"),
            ));
        }
        bytes.reserve_exact(length - 4);
        if self.read(offset, length - 4, &mut bytes)? < length - 4 {
            return Err(self.back_to(offset, "the file ends within a document"));
        }
        let content = match RawDocumentBuf::from_bytes(bytes.clone()) {
            Ok(document) => Content::Document(document),
            Err(_) => Content::Unreadable(bytes),
        };
        Ok(Some(Entry { offset, content }))
    }

    /// Reads bytes; on failure the place is the beginning of the document they belong to.
    fn read(&mut self, start: u64, bytes: usize, into: &mut Vec<u8>) -> Result<usize, SourceError> {
        let result = self.input.read_up_to(bytes, into);
        if result.is_err() {
            self.input.offset = start;
        }
        result
    }

    fn back_to(&mut self, offset: u64, problem: &str) -> SourceError {
        self.input.offset = offset;
        self.input.damaged(offset, problem)
    }
}
