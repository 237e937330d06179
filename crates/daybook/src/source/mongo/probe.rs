//! Looks at a few documents of a collection: whether there are orders in them, and which field tells their age.

use bson::{RawBsonRef, RawDocument, RawDocumentBuf, doc};
use mongodb::Collection;
use order_model::{Layout, Platform};

use super::collect;
use crate::source::{SourceError, StreamContent};

/// Documents looked at from either end of the collection.
const SAMPLE: i64 = 10;
/// Where collectors put the payload; the same names the normaliser looks under.
const WRAPPERS: [&str; 7] = [
    "raw", "data", "order", "payload", "raw_json", "response", "record",
];

/// A few documents of a collection.
#[derive(Default)]
pub(super) struct Sample(Vec<RawDocumentBuf>);

/// Takes the oldest and the newest documents by `_id`.
pub(super) async fn look_at(
    collection: &Collection<RawDocumentBuf>,
) -> Result<Sample, SourceError> {
    let from_end = |direction: i32| async move {
        let found = collection
            .find(doc! {})
            .sort(doc! { "_id": direction })
            .limit(SAMPLE);
        collect(found.await?).await
    };
    let mut documents = from_end(1).await?;
    documents.extend(from_end(-1).await?);
    Ok(Sample(documents))
}

impl Sample {
    /// Adds the first of some documents.
    pub fn take_first(&mut self, documents: &[RawDocumentBuf]) {
        self.0
            .extend(documents.iter().take(SAMPLE as usize).cloned());
    }

    /// Adds the last of some documents.
    pub fn take_last(&mut self, documents: &[RawDocumentBuf]) {
        self.0
            .extend(documents.iter().rev().take(SAMPLE as usize).cloned());
    }

    /// Whether the collection had none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether there is an order of the content's marketplace among the documents.
    pub fn has_order(&self, content: &StreamContent, layout: &Layout) -> bool {
        let platforms = match content.platform() {
            Some(platform) => vec![platform],
            None => Platform::ALL.to_vec(),
        };
        self.0.iter().any(|document| {
            platforms
                .iter()
                .any(|p| order_model::looks_like_order(*p, document, layout))
        })
    }

    /// Refuses a collection in which no sampled document has an order.
    pub fn require_orders(
        &self,
        content: &StreamContent,
        layout: &Layout,
        label: &str,
    ) -> Result<(), SourceError> {
        if self.has_order(content, layout) {
            return Ok(());
        }
        Err(SourceError::NoOrders {
            label: label.to_owned(),
            keys: self.keys(),
        })
    }

    /// The paths of the fields of the first document.
    pub fn keys(&self) -> String {
        self.0
            .first()
            .map(|document| order_model::key_paths(document).join(", "))
            .unwrap_or_default()
    }

    /// The field with ingest times, when it holds dates that can be polled: the one that most of the sample has as a date.
    pub fn ingest_field(&self, layout: &Layout) -> Option<String> {
        let dated = |field: &str| {
            let is_dated = |document: &&RawDocumentBuf| {
                matches!(document.get(field), Ok(Some(RawBsonRef::DateTime(_))))
            };
            self.0.iter().filter(is_dated).count()
        };
        let candidates: Vec<&str> = match &layout.ingest_field {
            Some(field) => vec![field],
            None => order_model::INGEST_FIELDS.to_vec(),
        };
        candidates
            .into_iter()
            .map(|field| (dated(field), field))
            .filter(|(count, _)| *count > 0)
            // On equal counts the earlier candidate, which is the more usual name.
            .max_by_key(|(count, field)| (*count, std::cmp::Reverse(position(field))))
            .map(|(_, field)| field.to_owned())
    }
}

fn position(field: &str) -> usize {
    order_model::INGEST_FIELDS
        .iter()
        .position(|known| *known == field)
        .unwrap_or(0)
}

/// Dotted path of the order's number, from a sample document; `None` for an empty collection.
pub(super) async fn code_path(
    collection: &Collection<RawDocumentBuf>,
    platform: Platform,
) -> Result<Option<String>, SourceError> {
    let sample = collection.find_one(doc! {}).await?;
    Ok(sample.and_then(|document| code_path_in(&document, platform)))
}

/// Dotted path of the order's number in a document: at the root, or up to two wrappers deep.
pub(super) fn code_path_in(document: &RawDocument, platform: Platform) -> Option<String> {
    path_within(document, order_model::order_code_fields(platform), 2)
}

fn path_within(document: &RawDocument, names: &[&str], depth: u8) -> Option<String> {
    if let Some(name) = names
        .iter()
        .find(|name| matches!(document.get(**name), Ok(Some(_))))
    {
        return Some((*name).to_owned());
    }
    if depth == 0 {
        return None;
    }
    WRAPPERS.iter().find_map(|wrapper| {
        let inner = document.get_document(*wrapper).ok()?;
        Some(format!(
            "{wrapper}.{}",
            path_within(inner, names, depth - 1)?
        ))
    })
}
