//! Which document something is about: shown to people, and precise enough to find it again.

use bson::{Bson, RawDocument};

/// A document's identity within its stream.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DocumentId {
    /// How to find it again: its `_id` as canonical extended JSON, or `@offset` in a dump file.
    pub locator: String,
    /// Its `_id` as canonical extended JSON; `None` when it has none.
    pub extended_json: Option<String>,
}

impl DocumentId {
    /// The identity of a document in a collection.
    pub fn in_collection(document: &RawDocument) -> Self {
        let id = id_of(document);
        let locator = extended_json(&id);
        Self {
            extended_json: (id != Bson::Null).then(|| locator.clone()),
            locator,
        }
    }

    /// The identity of what begins at a byte of a dump file.
    pub fn in_file(offset: u64, document: Option<&RawDocument>) -> Self {
        let id = document.map_or(Bson::Null, id_of);
        Self {
            locator: format!("@{offset}"),
            extended_json: (id != Bson::Null).then(|| extended_json(&id)),
        }
    }

    /// For people: the digits of an ObjectId, or the text; empty when it has no `_id`.
    pub fn shown(&self) -> String {
        let id = self.extended_json.as_deref().and_then(id_from_locator);
        id.as_ref().map(show).unwrap_or_default()
    }
}

/// The two usual kinds are spelt out: the way by a JSON value takes a first load a noticeable part of its time.
fn extended_json(id: &Bson) -> String {
    match id {
        Bson::ObjectId(id) => format!("{{\"$oid\":\"{}\"}}", id.to_hex()),
        Bson::String(text) => serde_json::Value::String(text.clone()).to_string(),
        other => other.clone().into_canonical_extjson().to_string(),
    }
}

/// The `_id` of a document, null when it has none that can be read.
pub(super) fn id_of(document: &RawDocument) -> Bson {
    document
        .get("_id")
        .ok()
        .flatten()
        .and_then(|id| Bson::try_from(id).ok())
        .unwrap_or(Bson::Null)
}

/// Reads a locator of a collection back into the `_id` it was made from.
pub(super) fn id_from_locator(locator: &str) -> Option<Bson> {
    let value: serde_json::Value = serde_json::from_str(locator).ok()?;
    let wrapped = serde_json::json!({ "_id": value }).to_string();
    let document = order_model::document_from_json(wrapped.as_bytes()).ok()?;
    Some(id_of(&document))
}

fn show(id: &Bson) -> String {
    match id {
        Bson::ObjectId(id) => id.to_hex(),
        Bson::String(text) => text.clone(),
        Bson::Null => String::new(),
        other => other.clone().into_relaxed_extjson().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use bson::{Bson, doc, oid::ObjectId};
    use proptest::prelude::*;

    use super::{extended_json, id_from_locator};

    #[test]
    fn every_kind_of_id_is_canonical_extended_json() {
        let ids = [
            Bson::ObjectId(ObjectId::from_bytes([7; 12])),
            Bson::String("a \"quoted\" \\ đơn\u{1}".to_owned()),
            Bson::Int64(5),
            Bson::Null,
            Bson::Document(doc! { "shop": 1, "order": "A" }),
        ];
        for id in ids {
            let written = extended_json(&id);
            assert_eq!(written, id.clone().into_canonical_extjson().to_string());
            assert_eq!(id_from_locator(&written), Some(id));
        }
    }

    proptest! {
        #[test]
        fn texts_come_back(text in any::<String>()) {
            let id = Bson::String(text);
            prop_assert_eq!(id_from_locator(&extended_json(&id)), Some(id));
        }
    }
}
