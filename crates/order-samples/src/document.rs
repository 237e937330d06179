//! Raw documents, as collectors store them.

mod envelope;
mod item_documents;
mod lazada;
mod plain_json;
mod shopee;
mod tiktok;

use bson::raw::BindRawBsonRef;
use bson::{Document, RawArrayBuf, RawBson, RawDocumentBuf};

use crate::drift::Speller;
use crate::expected::{ExpectedOrder, Outcome, Quarantined, Told};
use crate::life::Order;
use crate::telling::Tellings;
use crate::version::Version;
use crate::{Marketplace, Plan};

pub(crate) use self::envelope::{document_id, replaced_id, wrapped};
pub(crate) use self::item_documents::take_items;

/// A document for a collection.
#[derive(Debug, Clone)]
pub struct Sample {
    /// Whose order it is.
    pub marketplace: Marketplace,
    /// The collection it belongs to: the marketplace's, or that of Lazada's items.
    pub collection: &'static str,
    /// The document.
    pub document: Document,
}

/// One order's documents and what they must become.
#[derive(Debug)]
pub struct OrderDocuments {
    /// Its documents, in no order of time.
    pub samples: Vec<Sample>,
    /// The row it must become, unless it is spoiled.
    pub expected: Option<ExpectedOrder>,
    /// What must be in quarantine: the only document of a spoiled order.
    pub quarantined: Option<Quarantined>,
}

/// The orders of a plan, each with its documents and what they must become: what
/// [`write`](crate::write()) writes, for putting into a server.
pub struct Documents(Tellings);

impl Documents {
    /// The documents of a plan. A zone that is not known is taken as UTC.
    pub fn of(plan: &Plan) -> Self {
        Self(Tellings::of(plan))
    }
}

impl Iterator for Documents {
    type Item = OrderDocuments;

    fn next(&mut self) -> Option<OrderDocuments> {
        let telling = self.0.next()?;
        let samples = telling
            .documents
            .into_iter()
            .map(|(collection, document)| Sample {
                marketplace: telling.marketplace,
                collection: collection.name(),
                document: Document::try_from(document).expect("what was just made can be read"),
            });
        Some(OrderDocuments {
            samples: samples.collect(),
            expected: telling.outcome.as_ref().map(Outcome::row),
            quarantined: telling.quarantined,
        })
    }
}

/// What an encoder makes of a version: the payload, and what it tells.
pub(crate) struct Encoded {
    pub payload: RawDocumentBuf,
    pub told: Told,
}

/// A version as its marketplace would answer.
pub(crate) fn encoded(order: &Order, version: &Version, currency: &str) -> Encoded {
    let mut random = order.random.clone();
    random.set_stream(version.seed);
    let mut speller = Speller::new(random);
    match order.marketplace {
        Marketplace::Tiktok => tiktok::encode(order, version, currency, &mut speller),
        Marketplace::Shopee => shopee::encode(order, version, currency, &mut speller),
        Marketplace::Lazada => lazada::encode(order, version, currency, &mut speller),
    }
}

/// An array of documents.
fn array<T: BindRawBsonRef>(elements: impl IntoIterator<Item = T>) -> RawBson {
    RawBson::Array(elements.into_iter().collect::<RawArrayBuf>())
}
