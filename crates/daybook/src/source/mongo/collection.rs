//! Which collections hold orders, and which hold what belongs to them.

use std::collections::HashMap;

use bson::RawDocumentBuf;
use mongodb::{Collection, Database};
use order_model::Platform;

use super::probe;
use crate::config::Config;
use crate::source::{SourceError, StreamContent};

/// A collection with orders.
#[derive(Clone)]
pub(super) struct OrderCollection {
    pub collection: Collection<RawDocumentBuf>,
    pub content: StreamContent,
    /// Dotted path of the order's number in its documents; `None` while the collection is empty, and where nothing is joined.
    pub code_path: Option<String>,
}

/// A collection with documents that complete orders.
#[derive(Clone)]
pub(super) struct SiblingCollection {
    pub collection: Collection<RawDocumentBuf>,
    /// Dotted path of the order's number in its documents.
    pub code_path: String,
}

/// The configured collections that exist.
pub(super) async fn orders(
    config: &Config,
    database: &Database,
    present: &[String],
    siblings: &HashMap<Platform, SiblingCollection>,
) -> Result<Vec<OrderCollection>, SourceError> {
    let wanted: Vec<(String, StreamContent)> = match &config.collections.shared {
        Some((collection, field)) => {
            vec![(
                collection.clone(),
                StreamContent::Mixed {
                    platform_field: field.clone(),
                },
            )]
        }
        None => Platform::ALL
            .into_iter()
            .map(|p| {
                (
                    config.collections.orders(p).to_owned(),
                    StreamContent::Orders(p),
                )
            })
            .collect(),
    };
    let mut found = Vec::new();
    for (name, content) in wanted.iter().filter(|(name, _)| present.contains(name)) {
        let collection = database.collection::<RawDocumentBuf>(name);
        let code_path = match content.platform() {
            Some(platform) if siblings.contains_key(&platform) => {
                probe::code_path(&collection, platform).await?
            }
            _ => None,
        };
        found.push(OrderCollection {
            collection,
            content: content.clone(),
            code_path,
        });
    }
    if found.is_empty() {
        let mut present = present.to_vec();
        present.sort();
        return Err(SourceError::NoCollections {
            database: database.name().to_owned(),
            expected: wanted
                .iter()
                .map(|(name, _)| name.as_str())
                .collect::<Vec<_>>()
                .join(", "),
            found: if present.is_empty() {
                "no collection at all".to_owned()
            } else {
                present.join(", ")
            },
        });
    }
    Ok(found)
}

/// The sibling collections that exist and are not empty.
pub(super) async fn siblings(
    config: &Config,
    database: &Database,
    present: &[String],
) -> Result<HashMap<Platform, SiblingCollection>, SourceError> {
    let mut siblings = HashMap::new();
    for platform in Platform::ALL {
        let Some(name) = config.collections.companions(platform) else {
            continue;
        };
        if !present.iter().any(|p| p == name) {
            continue;
        }
        let collection = database.collection::<RawDocumentBuf>(name);
        let Some(sample) = collection.find_one(Default::default()).await? else {
            continue;
        };
        let code_path =
            probe::code_path_in(&sample, platform).ok_or_else(|| SourceError::NoJoinField {
                label: name.to_owned(),
                keys: order_model::key_paths(&sample).join(", "),
            })?;
        siblings.insert(
            platform,
            SiblingCollection {
                collection,
                code_path,
            },
        );
    }
    Ok(siblings)
}
