//! Texts: status words, provinces, shop ids.

use bson::RawBsonRef;
use unicode_normalization::UnicodeNormalization;

use super::{Field, id, is_absent_text};
use crate::{Reject, RejectReason};

/// Longer texts are no name of a province.
const MAX_REGION_CHARS: usize = 200;
/// Longer texts are no name.
const MAX_LABEL_CHARS: usize = 300;
/// Longer texts are no status.
const MAX_STATUS_CHARS: usize = 100;
/// Longer texts are no id.
const MAX_ID_CHARS: usize = 100;

/// A province: trimmed, in Unicode NFC; `None` when it is absent, masked, or no name.
pub(crate) fn region(field: Field<'_>) -> Option<String> {
    let text = field.value()?.as_str()?.trim();
    let is_name = !is_absent_text(text)
        && !text.contains('*')
        && !text.contains(char::is_control)
        && text.chars().count() <= MAX_REGION_CHARS;
    is_name.then(|| text.nfc().collect())
}

/// A name for people: trimmed, in Unicode NFC, without control characters; `None` when there is nothing left.
pub(crate) fn label(field: Field<'_>) -> Option<String> {
    let text = field.value()?.as_str()?;
    let label: String = text.nfc().filter(|c| !c.is_control()).collect();
    let label = label.trim();
    (!label.is_empty() && label.chars().count() <= MAX_LABEL_CHARS).then(|| label.to_owned())
}

/// A status as the marketplace writes it: a word or a number; empty when absent.
///
/// # Errors
/// It is neither.
pub(crate) fn status(field: Field<'_>) -> Result<String, Reject> {
    let word = match field.value() {
        None => return Ok(String::new()),
        Some(RawBsonRef::String(text)) => text.trim().to_owned(),
        Some(code) => {
            id::from_number(code).map_err(|_| field.reject(RejectReason::InvalidStatus))?
        }
    };
    if is_status(&word) {
        Ok(word)
    } else {
        Err(field.reject(RejectReason::InvalidStatus))
    }
}

/// Whether a text can be a status at all.
pub(crate) fn is_status(word: &str) -> bool {
    word.chars().count() <= MAX_STATUS_CHARS && !word.contains(char::is_control)
}

/// A word that can be shown anywhere: no more than letters, digits and what joins them.
pub(crate) fn plain_word(word: &str) -> Option<&str> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_ ,-".contains(c);
    ((1..=64).contains(&word.len()) && word.chars().all(plain)).then_some(word)
}

/// An id of a seller account, product or variant: any short text, or a number spelt as digits. Zero stands for none.
pub(crate) fn short_id(field: Field<'_>) -> Option<String> {
    let text = match field.value()? {
        RawBsonRef::String(text) => text.trim().to_owned(),
        number => id::from_number(number).ok()?,
    };
    let usable =
        text != "0" && text.chars().count() <= MAX_ID_CHARS && !text.contains(char::is_control);
    usable.then_some(text)
}
