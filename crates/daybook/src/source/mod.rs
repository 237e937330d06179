//! Stage 1: raw orders, wherever they are stored. MongoDB and dump folders behind one interface.
//!
//! A source is a set of streams; a stream is read from a position in batches, each with the position after it. What a
//! document means is none of a source's business.

mod document_id;
pub mod dump;
mod error;
mod handover;
pub mod mongo;
mod position;

use std::collections::BTreeSet;

use bson::{RawDocument, RawDocumentBuf};
use jiff::Timestamp;
use order_model::Platform;
use sha2::{Digest, Sha256};

pub use self::document_id::DocumentId;
pub use self::error::SourceError;
pub use self::handover::{Giver, Taker, handover};
pub use self::position::Position;
use crate::config::{Config, SourceUrl};

/// A batch ends after this many documents,
const BATCH_DOCUMENTS: usize = 5_000;
/// or after this many bytes of them, whichever comes first.
const BATCH_BYTES: usize = 3 << 20;

/// One collection or file that is read from a position of its own.
#[derive(Debug, Clone)]
pub struct Stream {
    /// Identity in `sync_state`: server or folder, and collection or file; without credentials.
    pub name: String,
    /// Short name for people: the collection or file.
    pub label: String,
    /// Whose orders are in it.
    pub content: StreamContent,
    /// Identity of the stream that holds the documents a read returns: its own, or for companions that of the orders.
    pub documents_in: String,
}

/// Whose orders a stream holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StreamContent {
    /// Orders of one marketplace.
    Orders(Platform),
    /// Orders of several, told apart by a field.
    Mixed {
        /// The field with the marketplace's name.
        platform_field: String,
    },
    /// Documents that complete orders of one marketplace: a change here reads the order again.
    Companions(Platform),
}

impl StreamContent {
    /// What it is, in words.
    pub fn describe(&self) -> String {
        match self {
            Self::Orders(platform) => format!("{} orders", platform.display_name()),
            Self::Mixed { .. } => "orders of several marketplaces".to_owned(),
            Self::Companions(platform) => {
                format!("what completes {} orders", platform.display_name())
            }
        }
    }

    /// The marketplace, when there is only one.
    pub fn platform(&self) -> Option<Platform> {
        match self {
            Self::Orders(platform) | Self::Companions(platform) => Some(*platform),
            Self::Mixed { .. } => None,
        }
    }

    /// Whether it is orders themselves, and not what belongs to them.
    pub fn is_orders(&self) -> bool {
        !matches!(self, Self::Companions(_))
    }

    /// The marketplace that a document of the stream is of.
    ///
    /// # Errors
    /// The document does not tell: the name of the field that should.
    pub fn platform_of(&self, document: &RawDocument) -> Result<Platform, &str> {
        match self {
            Self::Orders(platform) | Self::Companions(platform) => Ok(*platform),
            Self::Mixed { platform_field } => {
                let name = document.get_str(platform_field).ok();
                name.and_then(|name| name.parse().ok())
                    .ok_or(platform_field)
            }
        }
    }
}

/// A document as found.
#[derive(Debug)]
pub struct SourceDocument {
    /// Which one it is.
    pub id: DocumentId,
    /// What is in it.
    pub content: Content,
    /// Its companions from a sibling collection.
    pub companions: Vec<RawDocumentBuf>,
    /// Whether a sibling collection exists, so that missing companions mean an incomplete order.
    pub companions_expected: bool,
}

impl SourceDocument {
    /// How many bytes it has, its companions included.
    pub fn size(&self) -> usize {
        let own = match &self.content {
            Content::Document(bytes) => bytes.as_bytes().len(),
            Content::Unreadable(bytes) => bytes.len(),
        };
        let companions = self.companions.iter();
        own + companions.map(|it| it.as_bytes().len()).sum::<usize>()
    }

    /// SHA-256 of all of it, its companions included.
    pub fn sha256(&self) -> [u8; 32] {
        let mut hasher = Sha256::new();
        match &self.content {
            Content::Document(bytes) => hasher.update(bytes.as_bytes()),
            Content::Unreadable(bytes) => hasher.update(bytes),
        }
        for companion in &self.companions {
            hasher.update(companion.as_bytes());
        }
        hasher.finalize().into()
    }
}

/// The content of a place where a document should be.
#[derive(Debug)]
pub enum Content {
    /// A document.
    Document(RawDocumentBuf),
    /// Bytes that are none, such as a broken line.
    Unreadable(Vec<u8>),
}

/// Documents that are loaded together, and where to go on after them.
#[derive(Debug)]
pub struct RawBatch {
    /// The documents, in the order they were read.
    pub documents: Vec<SourceDocument>,
    /// Documents that were read besides, and were recognised.
    pub recognised: Recognised,
    /// The position once they are loaded.
    pub position: Position,
    /// Set on the last batch of a pass: everything the source stored before this instant has been read.
    pub complete_through: Option<Timestamp>,
}

/// How many documents were recognised as merged into their orders' rows before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Recognised {
    /// Those that decide their rows.
    pub deciding: u64,
    /// Those that are older than their rows.
    pub older: u64,
}

impl std::ops::AddAssign for Recognised {
    fn add_assign(&mut self, other: Self) {
        self.deciding += other.deciding;
        self.older += other.older;
    }
}

impl RawBatch {
    /// Whether it has as many documents as are loaded together.
    pub fn is_full(&self) -> bool {
        let bytes = self.documents.iter().map(SourceDocument::size);
        self.documents.len() >= BATCH_DOCUMENTS || bytes.sum::<usize>() >= BATCH_BYTES
    }

    /// Adds the batch that was read after it.
    pub fn append(&mut self, next: Self) {
        self.documents.extend(next.documents);
        self.recognised += next.recognised;
        self.position = next.position;
        self.complete_through = next.complete_through;
    }
}

/// What to read.
#[derive(Debug, Clone)]
pub struct ReadRequest {
    /// Where to go on; `None` reads from the beginning.
    pub position: Option<Position>,
    /// Read only what was stored since this instant, whatever the position says.
    pub since: Option<Timestamp>,
}

pub use self::dump::each_document as each_document_of_file;
pub use self::mongo::each_document as each_document_of_collection;

/// Where raw orders come from.
pub enum Source {
    /// A MongoDB database.
    Mongo(mongo::MongoSource),
    /// A folder of dump files.
    Dump(dump::DumpSource),
}

impl Source {
    /// Opens the configured source and looks at what it holds.
    ///
    /// # Errors
    /// It cannot be reached, or holds nothing that looks like orders.
    pub async fn open(config: &Config, url: &SourceUrl) -> Result<Self, SourceError> {
        match url {
            SourceUrl::Mongo(uri) => Ok(Self::Mongo(mongo::MongoSource::open(config, uri).await?)),
            SourceUrl::Folder(path) => Ok(Self::Dump(dump::DumpSource::open(config, path)?)),
        }
    }

    /// The streams, orders before companions.
    pub fn streams(&self) -> Vec<Stream> {
        match self {
            Self::Mongo(mongo) => mongo.streams(),
            Self::Dump(dump) => dump.streams(),
        }
    }

    /// Reads a stream from a position to its present end, batch by batch.
    ///
    /// # Errors
    /// The source fails; the batches sent before stand.
    pub async fn read(
        &self,
        stream: &Stream,
        request: ReadRequest,
        batches: Giver<RawBatch>,
    ) -> Result<(), SourceError> {
        match self {
            Self::Mongo(mongo) => mongo.read(stream, request, batches).await,
            Self::Dump(dump) => dump.read(stream, request, batches).await,
        }
    }

    /// Reads single documents again. Those that are gone are left out.
    ///
    /// # Errors
    /// The source fails.
    pub async fn fetch(
        &self,
        stream: &Stream,
        locators: &[String],
    ) -> Result<Vec<SourceDocument>, SourceError> {
        match self {
            Self::Mongo(mongo) => mongo.fetch(stream, locators).await,
            Self::Dump(dump) => dump.fetch(stream, locators).await,
        }
    }

    /// Reads every document about some orders, whatever the position says.
    ///
    /// # Errors
    /// The source fails.
    pub async fn fetch_orders(
        &self,
        stream: &Stream,
        codes: &BTreeSet<String>,
    ) -> Result<Vec<SourceDocument>, SourceError> {
        match self {
            Self::Mongo(mongo) => mongo.fetch_orders(stream, codes).await,
            Self::Dump(dump) => dump.fetch_orders(stream, codes).await,
        }
    }

    /// How much there is to read in a stream, for a progress display; `None` when nobody knows.
    pub async fn size_hint(&self, stream: &Stream) -> Option<u64> {
        match self {
            Self::Mongo(mongo) => mongo.size_hint(stream).await,
            Self::Dump(_) => None,
        }
    }
}

/// Gathers documents until a batch is full.
#[derive(Debug, Default)]
struct BatchBuilder {
    documents: Vec<SourceDocument>,
    bytes: usize,
}

impl BatchBuilder {
    fn push(&mut self, document: SourceDocument) {
        self.bytes += document.size();
        self.documents.push(document);
    }

    fn is_full(&self) -> bool {
        self.documents.len() >= BATCH_DOCUMENTS || self.bytes >= BATCH_BYTES
    }

    fn finish(&mut self, position: Position, complete_through: Option<Timestamp>) -> RawBatch {
        self.bytes = 0;
        RawBatch {
            documents: std::mem::take(&mut self.documents),
            recognised: Recognised::default(),
            position,
            complete_through,
        }
    }
}
