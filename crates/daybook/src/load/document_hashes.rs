//! What the documents of orders are recognised by when they are read again. It goes beside `incoming_order`, not in it: older
//! programs write that type.

use crate::normalise::NormalisedOrder;
use crate::recognise::DocumentHash;

/// So many of the older documents of an order are remembered; `merged_document_hashes()` says the same.
const MOST_OLDER: usize = 7;

/// That of the document that decides an order.
pub(super) fn deciding(order: &NormalisedOrder) -> Option<i64> {
    order.document_hash.map(DocumentHash::stored)
}

/// Those of its older documents, the last ones first; `None` when there are none.
pub(super) fn older(order: &NormalisedOrder) -> Option<Vec<i64>> {
    let last = order.older_hashes.iter().rev().take(MOST_OLDER);
    let stored: Vec<_> = last.map(|hash| hash.stored()).collect();
    (!stored.is_empty()).then_some(stored)
}

/// Those of several orders, in their order, as parameters of a statement.
pub(super) struct DocumentHashes {
    /// `bigint[]`
    pub deciding: Vec<Option<i64>>,
    /// `text[]`, each an array of `bigint` as text: PostgreSQL knows no array of arrays of different lengths.
    pub older: Vec<Option<String>>,
}

impl DocumentHashes {
    pub fn of(orders: &[&NormalisedOrder]) -> Self {
        let as_text = |hashes: Vec<i64>| {
            let numbers: Vec<_> = hashes.iter().map(i64::to_string).collect();
            format!("{{{}}}", numbers.join(","))
        };
        Self {
            deciding: orders.iter().map(|order| deciding(order)).collect(),
            older: orders
                .iter()
                .map(|order| older(order).map(as_text))
                .collect(),
        }
    }
}
