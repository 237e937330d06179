//! Finds the marketplace's payload within the collector's envelope (`platforms.md` 7).

use std::borrow::Cow;

use bson::{RawBsonRef, RawDocument};

use crate::field::{Elements, Walk, find, id, pick};
use crate::{Layout, OrderCode, PayloadLocation, Reject, RejectReason, document_from_json};

/// Names under which collectors keep the payload, the most usual first.
pub(super) const WRAPPERS: [&str; 10] = [
    "raw",
    "data",
    "order",
    "payload",
    "raw_json",
    "response",
    "record",
    "record_content",
    "order_list",
    "orders",
];
/// Envelopes within envelopes, such as `raw.data.order`.
const MAX_DEPTH: usize = 3;

/// The fields a marketplace's order is known by. Each list names alternatives.
pub(super) struct Signature {
    /// The order's number.
    pub code: &'static [&'static str],
    /// Whether the number is one, or any text.
    pub numeric_code: bool,
    pub status: &'static [&'static str],
    pub created: &'static [&'static str],
    pub updated: &'static [&'static str],
    pub money: &'static [&'static str],
    /// What the documents of a sibling collection are known by.
    pub companion: &'static [&'static str],
}

impl Signature {
    /// How many of the fields a document has; the number counts one like the others.
    fn score<'a>(&self, document: impl Walk<'a>) -> usize {
        let groups = [self.code, self.status, self.created, self.money];
        let mut found = [false; 4];
        document.walk(|element| {
            let key = element.key().as_str();
            for (group, found) in groups.iter().zip(&mut found) {
                *found |= group.contains(&key);
            }
        });
        found.into_iter().filter(|found| *found).count()
    }

    const FULL: usize = 4;
    /// Fewer could be anything: an envelope holds a number or a status of its own.
    const ENOUGH: usize = 2;
}

/// The payload within a document, whose elements are known; `None` when nothing in it looks like an order.
///
/// # Errors
/// The document is no valid BSON.
pub(super) fn locate<'a>(
    document: &'a RawDocument,
    elements: &Elements<'a>,
    layout: &Layout,
    signature: &Signature,
) -> Result<Option<Cow<'a, RawDocument>>, Reject> {
    match &layout.payload {
        PayloadLocation::At(path) => Ok(at(document, path)),
        // What is behind a break would be missed in silence.
        PayloadLocation::Probe if !elements.is_whole() => {
            Err(Reject::new(RejectReason::MalformedDocument, ""))
        }
        PayloadLocation::Probe => Ok(probe(document, elements, signature)),
    }
}

fn at<'a>(document: &'a RawDocument, path: &[String]) -> Option<Cow<'a, RawDocument>> {
    let mut current = Cow::Borrowed(document);
    for name in path {
        current = match current {
            Cow::Borrowed(outer) => inner(outer.get(name).ok()??)?,
            Cow::Owned(outer) => Cow::Owned(inner(outer.get(name).ok()??)?.into_owned()),
        };
    }
    Some(current)
}

/// Takes the place with the most fields of an order, the outermost of equals.
fn probe<'a>(
    document: &'a RawDocument,
    elements: &Elements<'a>,
    signature: &Signature,
) -> Option<Cow<'a, RawDocument>> {
    let mut best = (signature.score(elements), Cow::Borrowed(document));
    let mut level: Vec<Cow<'a, RawDocument>> = Vec::new();
    for depth in 0..MAX_DEPTH {
        if best.0 == Signature::FULL {
            break;
        }
        level = match depth {
            0 => inners(elements).collect(),
            _ => level.iter().flat_map(wrapped).collect(),
        };
        for candidate in &level {
            let score = signature.score(&**candidate);
            if score > best.0 {
                best = (score, candidate.clone());
            }
        }
    }
    (best.0 >= Signature::ENOUGH).then_some(best.1)
}

/// The documents under the usual names of a document.
fn wrapped<'a>(outer: &Cow<'a, RawDocument>) -> Vec<Cow<'a, RawDocument>> {
    match outer {
        Cow::Borrowed(outer) => inners(*outer).collect(),
        Cow::Owned(outer) => inners(&**outer)
            .map(|inner| Cow::Owned(inner.into_owned()))
            .collect(),
    }
}

fn inners<'a>(outer: impl Walk<'a>) -> impl Iterator<Item = Cow<'a, RawDocument>> {
    find(outer, &WRAPPERS)
        .into_iter()
        .flatten()
        .filter_map(inner)
}

/// A document within a document, within a JSON text in it, or the only one of a list, as the marketplaces' answers have.
fn inner(value: RawBsonRef<'_>) -> Option<Cow<'_, RawDocument>> {
    match value {
        RawBsonRef::Document(document) => Some(Cow::Borrowed(document)),
        RawBsonRef::Array(list) => {
            let mut elements = list.into_iter();
            let only = elements.next()?.ok()?.as_document()?;
            elements.next().is_none().then_some(Cow::Borrowed(only))
        }
        RawBsonRef::String(text) if text.trim_start().starts_with('{') => {
            document_from_json(text.as_bytes()).ok().map(Cow::Owned)
        }
        _ => None,
    }
}

/// The companions without their envelopes.
pub(super) fn companions<'a>(
    documents: &[&'a RawDocument],
    signature: &Signature,
) -> Vec<Cow<'a, RawDocument>> {
    documents
        .iter()
        .map(|document| unwrap_companion(document, signature))
        .collect()
}

/// The innermost place that has a companion's fields; the document itself when none has.
fn unwrap_companion<'a>(document: &'a RawDocument, signature: &Signature) -> Cow<'a, RawDocument> {
    let is_companion = |candidate: &RawDocument| {
        signature
            .companion
            .iter()
            .any(|name| matches!(candidate.get(name), Ok(Some(_))))
    };
    let mut level: Vec<Cow<'a, RawDocument>> = vec![Cow::Borrowed(document)];
    for _ in 0..=MAX_DEPTH {
        if let Some(found) = level.iter().find(|candidate| is_companion(candidate)) {
            return found.clone();
        }
        level = level.iter().flat_map(wrapped).collect();
    }
    Cow::Borrowed(document)
}

/// The order's number in a payload, when it can be read.
pub(super) fn order_code<'a>(
    payload: impl Walk<'a> + Copy,
    signature: &Signature,
) -> Option<OrderCode> {
    signature.code.iter().find_map(|name| {
        let [field] = pick(payload, "", [name]).ok()?;
        if signature.numeric_code {
            id::numeric_code(field).ok()
        } else {
            id::opaque_code(field).ok()
        }
    })
}
