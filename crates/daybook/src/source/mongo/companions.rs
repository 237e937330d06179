//! Orders and the documents that belong to them, joined in both directions by the order's number.

use std::collections::{BTreeSet, HashMap};

use bson::{Bson, RawDocumentBuf, doc};
use order_model::{Layout, Platform};

use super::collection::SiblingCollection;
use super::{MongoSource, collect};
use crate::source::{SourceDocument, SourceError, StreamContent};

/// The sibling documents of some orders, by order number.
pub(super) async fn of_orders(
    sibling: &SiblingCollection,
    platform: Platform,
    layout: &Layout,
    orders: &[RawDocumentBuf],
) -> Result<HashMap<String, Vec<RawDocumentBuf>>, SourceError> {
    let codes = orders
        .iter()
        .filter_map(|order| order_model::order_code_of(platform, order, layout))
        .map(|code| code.as_str().to_owned());
    let filter = doc! { &sibling.code_path: { "$in": spellings(codes) } };
    let mut by_order: HashMap<String, Vec<RawDocumentBuf>> = HashMap::new();
    for document in collect(sibling.collection.find(filter).await?).await? {
        if let Some(code) = order_model::companion_key(platform, &document, layout) {
            by_order.entry(code).or_default().push(document);
        }
    }
    Ok(by_order)
}

impl MongoSource {
    /// The orders that some sibling documents belong to, with all their companions.
    pub(super) async fn orders_of(
        &self,
        platform: Platform,
        companions: Vec<RawDocumentBuf>,
    ) -> Result<Vec<SourceDocument>, SourceError> {
        let codes = companions
            .iter()
            .filter_map(|document| order_model::companion_key(platform, document, &self.layout));
        let spellings = spellings(codes);
        let content = StreamContent::Orders(platform);
        let orders = self.orders.iter().find(|orders| orders.content == content);
        let Some((orders, path)) = orders.and_then(|o| Some((o, o.code_path.as_ref()?))) else {
            return Ok(Vec::new());
        };
        let filter = doc! { path: { "$in": spellings } };
        let found = collect(orders.collection.find(filter).await?).await?;
        self.with_companions(&content, found).await
    }
}

/// The ways MongoDB may store an order number: as text, or as a number, which it compares across numeric types.
fn spellings(codes: impl Iterator<Item = String>) -> Vec<Bson> {
    let distinct: BTreeSet<String> = codes.collect();
    distinct
        .into_iter()
        .flat_map(|code| {
            let number = code.parse::<i64>().ok().map(Bson::Int64);
            std::iter::once(Bson::String(code)).chain(number)
        })
        .collect()
}
