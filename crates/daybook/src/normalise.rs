//! Stage 2: a batch of raw documents becomes the states of orders, and rejects. Pure computation around the adapters
//! of `order-model`: no I/O, no clock.

use std::collections::{BTreeMap, HashMap, HashSet};

use bson::RawDocument;
use jiff::Timestamp;
use order_model::{
    Merge, OrderKey, OrderState, Platform, RawOrder, Reject, RejectReason, Rules, Warning,
};

use crate::quarantine::Entry;
use crate::recognise::{DocumentHash, RulesHash};
use crate::source::{Content, DocumentId, Position, RawBatch, SourceDocument, StreamContent};

/// What a batch of documents adds up to.
#[derive(Debug, Default)]
pub struct NormalisedBatch {
    /// One state an order, in key order.
    pub orders: Vec<NormalisedOrder>,
    /// Documents that became no order.
    pub rejects: Vec<Entry>,
    /// Documents that are fine now and were quarantined before.
    pub resolved: Vec<String>,
    /// How many documents there were.
    pub read: u64,
    /// Documents that were older than another one of their order in the same batch, or were recognised as older than its row.
    pub stale: u64,
    /// Documents that were the same version as another one of their order in the same batch, or were recognised as the one that
    /// decides its row.
    pub unchanged: u64,
    /// What a person should know, and how often.
    pub warnings: Warnings,
    /// Newest ingest time among the documents.
    pub newest_ingested_at: Option<Timestamp>,
    /// The position once this is loaded; `None` leaves it where it is.
    pub position: Option<Position>,
    /// Orders whose rows were changed by hand: the documents decide again, whatever version the rows claim.
    pub forgotten: Vec<Forgotten>,
    /// Set on the last batch of a pass.
    pub complete_through: Option<Timestamp>,
}

/// The state of an order, and the document that decides it.
#[derive(Debug)]
pub struct NormalisedOrder {
    /// What the order's versions in this batch add up to.
    pub state: OrderState,
    /// The document of the newest version.
    pub document: DocumentId,
    /// SHA-256 of that document.
    pub content_hash: [u8; 32],
    /// What that document is recognised by when it is read again; `None` when it has warnings, which are told every time.
    pub document_hash: Option<DocumentHash>,
    /// The same of the batch's older documents of the order.
    pub older_hashes: Vec<DocumentHash>,
}

/// An order whose row was changed by hand.
#[derive(Debug, Clone)]
pub struct Forgotten {
    /// The order.
    pub key: OrderKey,
    /// Columns that were changed.
    pub columns: Vec<String>,
}

/// Warnings by platform, with how often each was met.
pub type Warnings = BTreeMap<(Platform, Warning), u64>;

/// How one stream's documents are to be read.
pub struct Normaliser<'a> {
    rules: &'a Rules,
    rules_hash: RulesHash,
    content: &'a StreamContent,
    quarantined: &'a HashSet<String>,
}

impl<'a> Normaliser<'a> {
    /// By some rules, for a stream's content. `quarantined` are the locators of its documents that are in quarantine.
    pub fn new(
        rules: &'a Rules,
        content: &'a StreamContent,
        quarantined: &'a HashSet<String>,
    ) -> Self {
        Self {
            rules,
            rules_hash: RulesHash::of(rules),
            content,
            quarantined,
        }
    }

    /// Normalises a batch of a pass.
    pub fn batch(&self, batch: RawBatch) -> NormalisedBatch {
        let normalised = self.documents(batch.documents);
        NormalisedBatch {
            read: normalised.read + batch.recognised.deciding + batch.recognised.older,
            unchanged: normalised.unchanged + batch.recognised.deciding,
            stale: normalised.stale + batch.recognised.older,
            position: Some(batch.position),
            complete_through: batch.complete_through,
            ..normalised
        }
    }

    /// Normalises documents that were read for themselves, outside of a pass.
    pub fn documents(&self, documents: Vec<SourceDocument>) -> NormalisedBatch {
        let mut out = NormalisedBatch {
            orders: Vec::with_capacity(documents.len()),
            read: documents.len() as u64,
            ..NormalisedBatch::default()
        };
        let mut by_key: HashMap<OrderKey, usize> = HashMap::with_capacity(documents.len());
        for document in documents {
            self.document(document, &mut by_key, &mut out);
        }
        // Key order, so that two loaders never wait for each other crosswise.
        out.orders
            .sort_by(|a, b| a.state.newest().key.cmp(&b.state.newest().key));
        out
    }

    fn document(
        &self,
        document: SourceDocument,
        by_key: &mut HashMap<OrderKey, usize>,
        out: &mut NormalisedBatch,
    ) {
        let content_hash = document.sha256();
        let (platform, result) = self.normalise(&document);
        let normalised = match result {
            Ok(normalised) => normalised,
            Err(reject) => {
                out.rejects.push(Entry {
                    document: document.id,
                    platform,
                    reject,
                    content_hash,
                });
                return;
            }
        };
        if self.quarantined.contains(&document.id.locator) {
            out.resolved.push(document.id.locator.clone());
        }
        let order = normalised.order;
        let document_hash = normalised
            .warnings
            .is_empty()
            .then(|| DocumentHash::new(&content_hash, self.rules_hash));
        for warning in normalised.warnings {
            *out.warnings
                .entry((order.key.platform, warning))
                .or_default() += 1;
        }
        out.newest_ingested_at = out.newest_ingested_at.max(Some(order.version.ingested_at));

        let incoming = NormalisedOrder {
            state: OrderState::from(order),
            document: document.id,
            content_hash,
            document_hash,
            older_hashes: Vec::new(),
        };
        match by_key.get(&incoming.state.newest().key) {
            None => {
                by_key.insert(incoming.state.newest().key.clone(), out.orders.len());
                out.orders.push(incoming);
            }
            Some(&index) => {
                let known = &mut out.orders[index];
                match known.state.merge(incoming.state) {
                    Merge::Superseded => {
                        known.document = incoming.document;
                        known.content_hash = incoming.content_hash;
                        known.older_hashes.extend(known.document_hash);
                        known.document_hash = incoming.document_hash;
                        out.stale += 1;
                    }
                    Merge::Stale => {
                        known.older_hashes.extend(incoming.document_hash);
                        out.stale += 1;
                    }
                    Merge::Unchanged => out.unchanged += 1,
                }
            }
        }
    }

    fn normalise(
        &self,
        document: &SourceDocument,
    ) -> (Option<Platform>, Result<order_model::Normalised, Reject>) {
        let Content::Document(bytes) = &document.content else {
            return (
                self.content.platform(),
                Err(Reject::new(RejectReason::MalformedDocument, "")),
            );
        };
        let platform = match self.content.platform_of(bytes) {
            Ok(platform) => platform,
            Err(field) => return (None, Err(Reject::new(RejectReason::UnknownPlatform, field))),
        };
        let companions: Vec<&RawDocument> = document.companions.iter().map(AsRef::as_ref).collect();
        let raw = RawOrder {
            document: bytes,
            companions: &companions,
            companions_expected: document.companions_expected,
        };
        (
            Some(platform),
            order_model::normalise(platform, &raw, self.rules),
        )
    }
}
