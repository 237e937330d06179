//! Between reading and normalising, when documents are read again: those that were merged into their orders' rows before, and are
//! still the same, have nothing to say. They are counted as unchanged or stale, and go no further.
//!
//! The row of an order names by hashes the document that decides it, and some older ones. A document whose hash its row has was
//! merged into the row before, read by the same rules, and merging it again changes nothing
//! ([`OrderState::merge`](order_model::OrderState::merge) is idempotent). All others take the usual way.

mod document_hash;

use std::collections::HashSet;
use std::sync::Arc;

use order_model::{OrderKey, Rules};
use tokio_postgres::Client;
use tokio_postgres::types::Type;

pub use self::document_hash::{DocumentHash, RulesHash};
use crate::db::{Database, DatabaseError, OrderKeys, index_of};
use crate::source::{Content, Giver, RawBatch, Recognised, SourceDocument, StreamContent, Taker};

/// At most so many batches are handed on together, so that the position, and the progress people see, moves also where everything
/// is known.
const TOGETHER: usize = 4;

/// Recognises the documents of one stream.
pub struct Recogniser<'a> {
    database: &'a Database,
    /// Of its own, because it asks about a batch while the one before is being loaded; opened when there is something to ask.
    client: Option<Client>,
    rules: &'a Rules,
    rules_hash: RulesHash,
    content: &'a StreamContent,
    quarantined: Arc<HashSet<String>>,
}

/// A document that may be known.
struct Candidate {
    /// Its place in the batch.
    index: usize,
    key: OrderKey,
    hash: DocumentHash,
}

/// The documents of a batch that are known.
struct Known {
    /// Their places in the batch.
    places: HashSet<usize>,
    counts: Recognised,
}

impl<'a> Recogniser<'a> {
    /// By some rules, for a stream's content. `quarantined` are the locators of its documents that are in quarantine: they leave it
    /// when they are understood, so they take the usual way.
    pub fn new(
        database: &'a Database,
        rules: &'a Rules,
        content: &'a StreamContent,
        quarantined: Arc<HashSet<String>>,
    ) -> Self {
        Self {
            database,
            client: None,
            rules,
            rules_hash: RulesHash::of(rules),
            content,
            quarantined,
        }
    }

    /// Hands batches on without the documents that are known, until nothing comes any more, or nobody takes it. What is left of
    /// several is handed on together: a transaction costs the same however little it has to do.
    pub async fn pass_on(mut self, mut batches: Taker<RawBatch>, giver: Giver<RawBatch>) {
        while let Some(batch) = batches.recv().await {
            let mut left = self.without_known(batch).await;
            for _ in 1..TOGETHER {
                if left.is_full() {
                    break;
                }
                match batches.recv().await {
                    Some(next) => left.append(self.without_known(next).await),
                    None => break,
                }
            }
            if !giver.give(left).await {
                return;
            }
        }
    }

    /// Takes the known documents out of a batch. If PostgreSQL cannot be asked, none is known; what is wrong with it will show when
    /// the batch is loaded.
    async fn without_known(&mut self, mut batch: RawBatch) -> RawBatch {
        let candidates = self.candidates(&batch.documents);
        if candidates.is_empty() {
            return batch;
        }
        let known = match self.known(&candidates).await {
            Ok(known) => known,
            Err(error) => {
                tracing::debug!(%error, "nobody knows which documents are known");
                return batch;
            }
        };
        let mut index = 0;
        batch.documents.retain(|_| {
            index += 1;
            !known.places.contains(&(index - 1))
        });
        batch.recognised += known.counts;
        batch
    }

    fn candidates(&self, documents: &[SourceDocument]) -> Vec<Candidate> {
        let candidate = |(index, document): (usize, &SourceDocument)| {
            let Content::Document(bytes) = &document.content else {
                return None;
            };
            if self.quarantined.contains(&document.id.locator) {
                return None;
            }
            let platform = self.content.platform_of(bytes).ok()?;
            let code = order_model::order_code_of(platform, bytes, &self.rules.layout)?;
            let hash = DocumentHash::new(&document.sha256(), self.rules_hash);
            let key = OrderKey { platform, code };
            Some(Candidate { index, key, hash })
        };
        documents.iter().enumerate().filter_map(candidate).collect()
    }

    async fn known(&mut self, candidates: &[Candidate]) -> Result<Known, DatabaseError> {
        let keys: OrderKeys<'_> = candidates.iter().map(|it| &it.key).collect();
        let hashes: Vec<_> = candidates.iter().map(|it| it.hash.stored()).collect();
        let client = match &mut self.client {
            Some(client) => client,
            none => none.insert(self.database.connect().await?),
        };
        let row = client
            .query_typed_one(
                include_str!("known_documents.sql"),
                &[
                    (&keys.platforms, Type::TEXT_ARRAY),
                    (&keys.codes, Type::TEXT_ARRAY),
                    (&hashes, Type::INT8_ARRAY),
                ],
            )
            .await
            .map_err(DatabaseError::statement("ask which documents are known"))?;
        let (deciding, older): (Vec<i32>, Vec<i32>) = (row.get("deciding"), row.get("older"));
        let place = |number| candidates[index_of(number)].index;
        Ok(Known {
            counts: Recognised {
                deciding: deciding.len() as u64,
                older: older.len() as u64,
            },
            places: deciding.into_iter().chain(older).map(place).collect(),
        })
    }
}
