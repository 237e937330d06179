//! Typed readers for raw values: ids, amounts and times in their many spellings (`platforms.md` 8).
//!
//! Documentation and live payloads disagree on types on every marketplace, so each reader takes them all, and refuses what
//! it would have to guess.

pub(crate) mod amount;
mod decimal;
pub(crate) mod elements;
pub(crate) mod id;
pub(crate) mod quantity;
pub(crate) mod text;
pub(crate) mod time;

use bson::{RawBsonRef, RawDocument};

pub(crate) use self::elements::{Elements, Walk};

use crate::reject::Found;
use crate::{Reject, RejectReason};

/// A field of a document, found or not.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field<'a> {
    parent: &'static str,
    name: &'static str,
    raw: Option<RawBsonRef<'a>>,
}

impl<'a> Field<'a> {
    /// The value; `None` when it is missing or stands for nothing.
    pub fn value(self) -> Option<RawBsonRef<'a>> {
        self.raw.filter(|value| !is_absent(*value))
    }

    /// This field, or another one that says the same under another name.
    pub fn or(self, other: Self) -> Self {
        if self.value().is_some() || other.value().is_none() {
            self
        } else {
            other
        }
    }

    /// The value as a document.
    pub fn document(self) -> Option<&'a RawDocument> {
        self.value().and_then(RawBsonRef::as_document)
    }

    /// The elements of an array that are documents.
    ///
    /// # Errors
    /// The array is no valid BSON: what is behind the break would be missed in silence.
    pub fn documents(self) -> Result<Vec<&'a RawDocument>, Reject> {
        let array = self.value().and_then(RawBsonRef::as_array);
        let mut documents = Vec::new();
        for element in array.into_iter().flatten() {
            let element = element.map_err(|_| self.reject(RejectReason::MalformedDocument))?;
            documents.extend(element.as_document());
        }
        Ok(documents)
    }

    /// A reject for this field.
    pub fn reject(self, reason: RejectReason) -> Reject {
        let path = match self.parent {
            "" => self.name.to_owned(),
            parent => format!("{parent}.{}", self.name),
        };
        let found = self
            .raw
            .map_or(Found::Missing, |value| Found::Type(value.element_type()));
        Reject {
            found,
            ..Reject::new(reason, &path)
        }
    }
}

/// Finds fields of a document in one pass. `parent` is the document's own path, for messages.
///
/// Values that nobody asks for are not decoded, so broken text in a name does not spoil an order.
///
/// # Errors
/// The document, or one of the fields, is no valid BSON.
pub(crate) fn pick<'a, const N: usize>(
    document: impl Walk<'a>,
    parent: &'static str,
    names: [&'static str; N],
) -> Result<[Field<'a>; N], Reject> {
    let mut fields = names.map(|name| Field {
        parent,
        name,
        raw: None,
    });
    let mut unreadable = None;
    let is_whole = document.walk(|element| {
        let key = element.key().as_str();
        // The first of two fields of one name counts, as for MongoDB.
        if let Some(field) = fields
            .iter_mut()
            .find(|field| field.name == key && field.raw.is_none())
        {
            match element.value() {
                Ok(value) => field.raw = Some(value),
                Err(_) => unreadable = unreadable.or(Some(field.name)),
            }
        }
    });
    match unreadable.or((!is_whole).then_some(parent)) {
        None => Ok(fields),
        Some(name) => Err(Reject::new(RejectReason::MalformedDocument, name)),
    }
}

/// Finds values by name in one pass, the first of each; what cannot be read counts as missing.
pub(crate) fn find<'a, const N: usize>(
    document: impl Walk<'a>,
    names: &[&str; N],
) -> [Option<RawBsonRef<'a>>; N] {
    let mut found = [None; N];
    document.walk(|element| {
        let key = element.key().as_str();
        if let Some(index) = names.iter().position(|name| *name == key)
            && found[index].is_none()
        {
            found[index] = element.value().ok();
        }
    });
    found
}

/// Whether a value stands for nothing. Payloads say it in many ways (`platforms.md` 8).
pub(crate) fn is_absent(value: RawBsonRef<'_>) -> bool {
    match value {
        RawBsonRef::Null | RawBsonRef::Undefined => true,
        RawBsonRef::String(text) => is_absent_text(text),
        RawBsonRef::Document(document) => document.is_empty(),
        RawBsonRef::Array(array) => array.is_empty(),
        _ => false,
    }
}

/// Whether a text stands for nothing.
pub(crate) fn is_absent_text(text: &str) -> bool {
    matches!(
        text.trim(),
        "" | "null" | "NULL" | "null_null_null" | "undefined"
    )
}

/// Whether a literal writes the very number that a double is shown as.
pub(crate) fn is_exact_double(literal: &str, double: f64) -> bool {
    let written = decimal::Decimal::parse(literal);
    written.is_some() && written == decimal::Decimal::from_double(double)
}
