//! Which indexes the collections need, and whether they have them.

use bson::RawDocumentBuf;
use futures_util::TryStreamExt;
use mongodb::Collection;

use super::{MongoSource, probe};
use crate::source::SourceError;

/// An index that polling or joining needs.
#[derive(Debug)]
pub struct IndexAdvice {
    /// The collection.
    pub collection: String,
    /// The field the index must begin with.
    pub field: String,
    /// Whether there is one.
    pub present: bool,
}

impl MongoSource {
    /// Looks for the indexes that make polling and joining cheap.
    ///
    /// # Errors
    /// MongoDB refuses.
    pub async fn index_advice(&self) -> Result<Vec<IndexAdvice>, SourceError> {
        let mut advice = Vec::new();
        let orders = self.orders.iter().map(|orders| (&orders.collection, None));
        let siblings = self
            .siblings
            .values()
            .map(|s| (&s.collection, Some(s.code_path.clone())));
        for (collection, join_field) in orders.chain(siblings) {
            let sample = probe::look_at(collection).await?;
            let ingest_field = sample.ingest_field(&self.layout);
            for field in ingest_field.into_iter().chain(join_field) {
                let present = has_index_on(collection, &field).await?;
                advice.push(IndexAdvice {
                    collection: collection.name().to_owned(),
                    field,
                    present,
                });
            }
        }
        Ok(advice)
    }
}

async fn has_index_on(
    collection: &Collection<RawDocumentBuf>,
    field: &str,
) -> Result<bool, SourceError> {
    let mut indexes = collection.list_indexes().await?;
    while let Some(index) = indexes.try_next().await? {
        if index.keys.keys().next().is_some_and(|first| first == field) {
            return Ok(true);
        }
    }
    Ok(false)
}
