//! A refused document on its way into quarantine.

use order_model::{Platform, Reject};

use crate::source::DocumentId;

/// A document and why it became no order.
#[derive(Debug)]
pub struct Entry {
    /// Which document.
    pub document: DocumentId,
    /// Whose order it should have been.
    pub platform: Option<Platform>,
    /// Why it was refused.
    pub reject: Reject,
    /// SHA-256 of the document, companions included.
    pub content_hash: [u8; 32],
}
