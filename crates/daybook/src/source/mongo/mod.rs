//! MongoDB through the official driver: raw documents, read once in full and then polled by ingest time.

mod advice;
pub mod changes;
mod collection;
mod companions;
pub mod oplog;
mod poll;
mod probe;
mod scan;

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use bson::{DateTime, RawDocument, RawDocumentBuf, doc};
use jiff::Timestamp;
use mongodb::options::{ClientOptions, ReadConcern};
use mongodb::{Client, Collection, Database};
use order_model::{Layout, Platform};

use self::collection::{OrderCollection, SiblingCollection};
use self::probe::Sample;
use super::{
    Content, DocumentId, Giver, Position, RawBatch, ReadRequest, Recognised, SourceDocument,
    SourceError, Stream, StreamContent, document_id,
};
use crate::config::Config;

/// How long to look for a server, unless the URL says otherwise.
const SERVER_SELECTION: Duration = Duration::from_secs(10);
/// Documents a server sends at a time.
const SERVER_BATCH: u32 = 1_000;

/// The orders' collections of a MongoDB database.
#[derive(Clone)]
pub struct MongoSource {
    database: Database,
    /// Hosts and database, for the identity of the streams.
    identity: String,
    orders: Vec<OrderCollection>,
    siblings: HashMap<Platform, SiblingCollection>,
    layout: Layout,
    overlap: Duration,
}

impl MongoSource {
    /// Connects and looks at the collections.
    ///
    /// # Errors
    /// The server cannot be reached, or has none of the configured collections.
    pub async fn open(config: &Config, uri: &str) -> Result<Self, SourceError> {
        let (database, identity) = connect(uri).await?;
        Self::look(config, database, identity).await
    }

    /// Looks at the collections again, over the same connections.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub async fn look_again(&self, config: &Config) -> Result<Self, SourceError> {
        Self::look(config, self.database.clone(), self.identity.clone()).await
    }

    async fn look(
        config: &Config,
        database: Database,
        identity: String,
    ) -> Result<Self, SourceError> {
        let present = database.list_collection_names().await?;
        let siblings = collection::siblings(config, &database, &present).await?;
        let orders = collection::orders(config, &database, &present, &siblings).await?;
        Ok(Self {
            database,
            identity,
            orders,
            siblings,
            layout: config.layout.clone(),
            overlap: config.overlap,
        })
    }

    /// Orders first: a sibling document of an order not yet loaded has nothing to add.
    pub fn streams(&self) -> Vec<Stream> {
        let orders = self.orders.iter().map(|orders| Stream {
            name: self.name_of(&orders.collection),
            label: orders.collection.name().to_owned(),
            content: orders.content.clone(),
            documents_in: self.name_of(&orders.collection),
        });
        let siblings = self.siblings.iter().filter_map(|(platform, sibling)| {
            let content = StreamContent::Orders(*platform);
            let orders = self
                .orders
                .iter()
                .find(|orders| orders.content == content)?;
            Some(Stream {
                name: self.name_of(&sibling.collection),
                label: sibling.collection.name().to_owned(),
                content: StreamContent::Companions(*platform),
                documents_in: self.name_of(&orders.collection),
            })
        });
        orders.chain(siblings).collect()
    }

    fn name_of(&self, collection: &Collection<RawDocumentBuf>) -> String {
        format!("{}.{}", self.identity, collection.name())
    }

    /// Reads what was stored since the position; everything, when there is none.
    ///
    /// # Errors
    /// MongoDB fails; the batches sent before stand.
    pub async fn read(
        &self,
        stream: &Stream,
        request: ReadRequest,
        batches: Giver<RawBatch>,
    ) -> Result<(), SourceError> {
        let reading = Reading {
            source: self,
            content: &stream.content,
            collection: self.database.collection(&stream.label),
            server_time: server_time(&self.database).await?,
            batches,
        };
        reading.run(request).await
    }

    /// Reads single documents again, by `_id`.
    ///
    /// # Errors
    /// MongoDB fails.
    pub async fn fetch(
        &self,
        stream: &Stream,
        locators: &[String],
    ) -> Result<Vec<SourceDocument>, SourceError> {
        let collection = self.database.collection::<RawDocumentBuf>(&stream.label);
        let ids: Vec<_> = locators
            .iter()
            .filter_map(|locator| document_id::id_from_locator(locator))
            .collect();
        let found = collect(collection.find(doc! { "_id": { "$in": ids } }).await?).await?;
        self.with_companions(&stream.content, found).await
    }

    /// Reads every document about some orders. All documents are looked at: where the number is can differ from one to the
    /// next, and in JSON text it cannot be asked for.
    ///
    /// # Errors
    /// MongoDB fails.
    pub async fn fetch_orders(
        &self,
        stream: &Stream,
        codes: &BTreeSet<String>,
    ) -> Result<Vec<SourceDocument>, SourceError> {
        let collection = self.database.collection::<RawDocumentBuf>(&stream.label);
        let is_about = |document: &RawDocumentBuf| {
            Platform::ALL.into_iter().any(|platform| {
                order_model::order_code_of(platform, document, &self.layout)
                    .is_some_and(|code| codes.contains(code.as_str()))
            })
        };
        let mut cursor = collection.find(doc! {}).await?;
        let mut found = Vec::new();
        while cursor.advance().await? {
            let document = cursor.current().to_owned();
            if is_about(&document) {
                found.push(document);
            }
        }
        self.with_companions(&stream.content, found).await
    }

    /// About how many documents a collection holds.
    pub async fn size_hint(&self, stream: &Stream) -> Option<u64> {
        self.database
            .collection::<RawDocumentBuf>(&stream.label)
            .estimated_document_count()
            .await
            .ok()
    }

    /// What changed documents of a stream's collection stand for: themselves with what belongs to them, or for companions
    /// the orders they belong to.
    async fn documents_of(
        &self,
        content: &StreamContent,
        documents: Vec<RawDocumentBuf>,
    ) -> Result<Vec<SourceDocument>, SourceError> {
        match content {
            StreamContent::Companions(platform) => self.orders_of(*platform, documents).await,
            _ => self.with_companions(content, documents).await,
        }
    }

    /// Joins documents of a stream with what sibling collections say about them.
    async fn with_companions(
        &self,
        content: &StreamContent,
        documents: Vec<RawDocumentBuf>,
    ) -> Result<Vec<SourceDocument>, SourceError> {
        let sibling = content
            .platform()
            .and_then(|platform| Some((platform, self.siblings.get(&platform)?)));
        let mut companions = match sibling {
            Some((platform, sibling)) => {
                companions::of_orders(sibling, platform, &self.layout, &documents).await?
            }
            None => HashMap::new(),
        };
        Ok(documents
            .into_iter()
            .map(|document| {
                let code = sibling.and_then(|(platform, _)| {
                    order_model::order_code_of(platform, &document, &self.layout)
                });
                SourceDocument {
                    id: DocumentId::in_collection(&document),
                    companions: code
                        .and_then(|code| companions.remove(code.as_str()))
                        .unwrap_or_default(),
                    companions_expected: sibling.is_some(),
                    content: Content::Document(document),
                }
            })
            .collect())
    }
}

/// One pass over a collection.
struct Reading<'a> {
    source: &'a MongoSource,
    content: &'a StreamContent,
    collection: Collection<RawDocumentBuf>,
    server_time: DateTime,
    batches: Giver<RawBatch>,
}

impl Reading<'_> {
    async fn run(&self, request: ReadRequest) -> Result<(), SourceError> {
        match (request.since, request.position) {
            (
                None,
                Some(Position::Scan {
                    started_at,
                    last_id,
                    finished: false,
                }),
            ) => self.scan(started_at, last_id).await,
            // Where everything was read before, nothing could be polled.
            (None, Some(Position::Scan { .. })) => self.scan(self.server_time, None).await,
            (None, None) if self.content.is_orders() => self.scan(self.server_time, None).await,
            (since, position) => self.read_on(since, position).await,
        }
    }

    /// Polls what was stored since, if documents have a date to poll by, and reads everything otherwise.
    async fn read_on(
        &self,
        since: Option<Timestamp>,
        position: Option<Position>,
    ) -> Result<(), SourceError> {
        let sample = probe::look_at(&self.collection).await?;
        if sample.is_empty() {
            return Ok(()); // An empty collection has nothing to say, not even where to go on from.
        }
        self.require_orders(&sample)?;
        let Some(field) = sample.ingest_field(self.layout()) else {
            return self.scan(self.server_time, None).await;
        };
        match (since, position) {
            (Some(since), _) => {
                let since = DateTime::from_millis(since.as_millisecond());
                self.poll(&field, poll::Start::At(since)).await
            }
            (
                None,
                Some(Position::Poll {
                    since,
                    last_id: Some(id),
                    finished: false,
                }),
            ) => self.poll(&field, poll::Start::After(since, id)).await,
            (None, Some(Position::Poll { since, .. } | Position::Follow { since, .. })) => {
                let start = poll::Start::At(self.before(since));
                self.poll(&field, start).await
            }
            (None, None) if !self.content.is_orders() => self.anchor().await,
            (None, _) => self.scan(self.server_time, None).await,
        }
    }

    /// Refuses a collection of orders that has none.
    fn require_orders(&self, sample: &Sample) -> Result<(), SourceError> {
        match self.content.is_orders() {
            true => sample.require_orders(self.content, self.layout(), self.collection.name()),
            false => Ok(()),
        }
    }

    fn layout(&self) -> &Layout {
        &self.source.layout
    }

    /// Remembers where companions are to be polled from, before the orders are read for the first time: those reads
    /// see all companions there are by then.
    async fn anchor(&self) -> Result<(), SourceError> {
        let now = Position::Poll {
            since: self.server_time,
            last_id: None,
            finished: true,
        };
        self.send(Vec::new(), now, false).await?;
        Ok(())
    }

    /// An overlap earlier.
    fn before(&self, time: DateTime) -> DateTime {
        let overlap = i64::try_from(self.source.overlap.as_millis()).unwrap_or(i64::MAX);
        DateTime::from_millis(time.timestamp_millis().saturating_sub(overlap))
    }

    /// Sends a batch on. False when the loader has stopped; it says why itself.
    async fn send(
        &self,
        documents: Vec<RawDocumentBuf>,
        position: Position,
        last: bool,
    ) -> Result<bool, SourceError> {
        let documents = self.source.documents_of(self.content, documents).await?;
        let complete_through = last.then(|| timestamp(self.server_time));
        let batch = RawBatch {
            documents,
            recognised: Recognised::default(),
            position,
            complete_through,
        };
        Ok(self.batches.give(batch).await)
    }
}

/// Gathers raw documents up to a batch.
#[derive(Default)]
struct Pending {
    documents: Vec<RawDocumentBuf>,
    bytes: usize,
}

impl Pending {
    fn push(&mut self, document: RawDocumentBuf) {
        self.bytes += document.as_bytes().len();
        self.documents.push(document);
    }

    fn is_full(&self) -> bool {
        self.documents.len() >= super::BATCH_DOCUMENTS || self.bytes >= super::BATCH_BYTES
    }

    fn take(&mut self) -> Vec<RawDocumentBuf> {
        self.bytes = 0;
        std::mem::take(&mut self.documents)
    }
}

/// Hands every document of a collection on.
///
/// # Errors
/// MongoDB cannot be reached or refuses, or there is no such collection.
pub async fn each_document(
    uri: &str,
    collection: &str,
    mut take: impl FnMut(&RawDocument),
) -> Result<(), SourceError> {
    let (database, _) = connect(uri).await?;
    let mut names = database.list_collection_names().await?;
    if !names.iter().any(|name| name == collection) {
        names.sort();
        return Err(SourceError::NoCollections {
            database: database.name().to_owned(),
            expected: collection.to_owned(),
            found: names.join(", "),
        });
    }
    let mut cursor = database
        .collection::<RawDocumentBuf>(collection)
        .find(doc! {})
        .await?;
    while cursor.advance().await? {
        take(cursor.current());
    }
    Ok(())
}

async fn connect(uri: &str) -> Result<(Database, String), SourceError> {
    let mut options = ClientOptions::parse(uri).await.map_err(url_error)?;
    options.app_name.get_or_insert_with(|| "daybook".to_owned());
    options
        .server_selection_timeout
        .get_or_insert(SERVER_SELECTION);
    // What a majority has cannot be rolled back, so no order is loaded that later never existed.
    options
        .read_concern
        .get_or_insert_with(ReadConcern::majority);
    let mut hosts: Vec<_> = options.hosts.iter().map(ToString::to_string).collect();
    hosts.sort();
    let name = options
        .default_database
        .clone()
        .ok_or(SourceError::NoDatabase)?;
    let client = Client::with_options(options)?;
    Ok((
        client.database(&name),
        format!("mongodb://{}/{name}", hosts.join(",")),
    ))
}

/// A problem of the connection string itself, as opposed to one of the servers it names.
fn url_error(error: mongodb::error::Error) -> SourceError {
    match error.kind.as_ref() {
        mongodb::error::ErrorKind::InvalidArgument { message, .. } => {
            SourceError::Url(message.clone())
        }
        _ => SourceError::Mongo(error),
    }
}

/// The server's clock: positions follow it, not ours and not the documents'.
async fn server_time(database: &Database) -> Result<DateTime, SourceError> {
    let hello = database.run_command(doc! { "hello": 1 }).await?;
    let time = hello.get_datetime("localTime");
    Ok(time.copied().unwrap_or(DateTime::from_millis(0)))
}

async fn collect(
    mut cursor: mongodb::Cursor<RawDocumentBuf>,
) -> Result<Vec<RawDocumentBuf>, SourceError> {
    let mut documents = Vec::new();
    while cursor.advance().await? {
        documents.push(cursor.current().to_owned());
    }
    Ok(documents)
}

fn timestamp(time: DateTime) -> Timestamp {
    Timestamp::from_millisecond(time.timestamp_millis()).unwrap_or(Timestamp::UNIX_EPOCH)
}
