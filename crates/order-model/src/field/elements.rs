//! The elements of a document: walked through where they lie, or found once and asked for many times.

use bson::RawDocument;
use bson::raw::RawElement;

/// What most payloads stay below.
const USUAL: usize = 40;

/// The elements of a document that is asked for fields again and again.
pub(crate) struct Elements<'a> {
    found: Vec<RawElement<'a>>,
    is_whole: bool,
}

impl<'a> Elements<'a> {
    /// Walks through a document once.
    pub fn of(document: &'a RawDocument) -> Self {
        let mut found = Vec::with_capacity(USUAL);
        let is_whole = document.walk(|element| found.push(element.clone()));
        Self { found, is_whole }
    }

    /// Whether the document's frame is whole: behind a break nothing can be found.
    pub fn is_whole(&self) -> bool {
        self.is_whole
    }
}

/// Something that fields are picked from.
pub(crate) trait Walk<'a> {
    /// Hands on the elements in their order, up to a break in the document's frame. Returns whether there was none.
    fn walk(self, take: impl FnMut(&RawElement<'a>)) -> bool;
}

impl<'a> Walk<'a> for &'a RawDocument {
    fn walk(self, mut take: impl FnMut(&RawElement<'a>)) -> bool {
        for element in self.iter_elements() {
            match element {
                Ok(element) => take(&element),
                Err(_) => return false,
            }
        }
        true
    }
}

impl<'a> Walk<'a> for &Elements<'a> {
    fn walk(self, take: impl FnMut(&RawElement<'a>)) -> bool {
        self.found.iter().for_each(take);
        self.is_whole
    }
}
