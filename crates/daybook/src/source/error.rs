//! What can go wrong with a source, without credentials and without values from documents.

use std::path::PathBuf;

use crate::config::setting::{self, Setting};

/// A source failed.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The connection string is wrong.
    #[error("the MongoDB URL cannot be used: {0}")]
    Url(String),
    /// The connection string names no database.
    #[error("the MongoDB URL names no database")]
    NoDatabase,
    /// MongoDB cannot be reached or refuses.
    #[error("{}", describe_mongo(.0))]
    Mongo(#[from] mongodb::error::Error),
    /// The stored place in the changes is none.
    #[error("the stored place in the changes cannot be read")]
    PlaceUnreadable,
    /// A dump does not change by itself.
    #[error("a folder of dumps cannot be followed: it does not change by itself")]
    NothingToFollow,
    /// None of the expected collections exist.
    #[error(
        "no collection with orders in database \"{database}\": looked for {expected}; found {found}"
    )]
    NoCollections {
        /// The database.
        database: String,
        /// Names looked for.
        expected: String,
        /// Names that are there.
        found: String,
    },
    /// The folder cannot be read.
    #[error("the dump folder {} cannot be read: {source}", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The folder has no dump of the expected collections.
    #[error("no dump of orders in {}: looked for {expected} with ending .bson, .json or .ndjson, plain, .gz or .zst; found {found}", path.display())]
    NoDumps {
        /// The folder.
        path: PathBuf,
        /// Names looked for.
        expected: String,
        /// Files that are there.
        found: String,
    },
    /// A file cannot be read.
    #[error("{} cannot be read: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file ends in the middle of a document, or stops being BSON.
    #[error("{} is cut off or damaged at byte {offset}: {problem}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Where, in the decompressed content.
        offset: u64,
        /// What is wrong there.
        problem: String,
    },
    /// No document of a sample has an order in it.
    #[error("no order found in {label}: a sample document has the keys {keys}")]
    NoOrders {
        /// The collection or file.
        label: String,
        /// Keys of a sample document, without values.
        keys: String,
    },
    /// A sibling collection has no field to join by.
    #[error(
        "the documents of {label} cannot be joined to their orders: a sample document has the keys {keys}"
    )]
    NoJoinField {
        /// The collection.
        label: String,
        /// Keys of a sample document, without values.
        keys: String,
    },
}

impl SourceError {
    /// Which setting to look at.
    pub fn setting(&self) -> Option<&'static Setting> {
        match self {
            Self::Url(_) | Self::NoDatabase | Self::Mongo(_) | Self::Folder { .. } => {
                Some(&setting::SOURCE_URL)
            }
            Self::NoCollections { .. } | Self::NoDumps { .. } => Some(&setting::SOURCE_URL),
            Self::NoOrders { .. } => Some(&setting::SOURCE_PAYLOAD),
            Self::NothingToFollow => Some(&setting::SOURCE_URL),
            Self::PlaceUnreadable
            | Self::NoJoinField { .. }
            | Self::File { .. }
            | Self::Damaged { .. } => None,
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Url(_) => {
                "write mongodb://user:password@host:27017/database, with @ : / # in the password \
                             percent-encoded"
                    .to_owned()
            }
            Self::NoDatabase => "add it after the host: mongodb://host:27017/database".to_owned(),
            Self::Mongo(error) => mongo_hint(error).to_owned(),
            Self::NoCollections { .. } => {
                "name yours with tiktok.collection, shopee.collection, lazada.collection, or \
                                           source.collection for one that holds all"
                    .to_owned()
            }
            Self::NoDumps { .. } => {
                "name yours with tiktok.collection, shopee.collection, lazada.collection (without \
                                     the ending), or point to the folder that holds them"
                    .to_owned()
            }
            Self::PlaceUnreadable => "what was missed is polled for; nothing to do".to_owned(),
            Self::NothingToFollow => {
                "set source.url to a MongoDB database, or run `daybook sync` whenever there is a new dump"
                    .to_owned()
            }
            Self::Folder { .. } | Self::File { .. } => {
                "check the path and the rights of this user".to_owned()
            }
            Self::Damaged { .. } => {
                "what came before it is loaded; export the collection again and run `daybook sync`"
                    .to_owned()
            }
            Self::NoOrders { .. } => {
                "say where the marketplace's payload is with source.payload, for example raw.data"
                    .to_owned()
            }
            Self::NoJoinField { .. } => {
                "the items need their order_id, the escrow details their order_sn, outside of \
                                         JSON text"
                    .to_owned()
            }
        }
    }
}

/// The driver's error, without the deployment's full description.
fn describe_mongo(error: &mongodb::error::Error) -> String {
    use mongodb::error::ErrorKind;
    match error.kind.as_ref() {
        ErrorKind::Authentication { message, .. } => {
            format!("MongoDB refused the login: {message}")
        }
        ErrorKind::ServerSelection { message, .. } => {
            format!("MongoDB cannot be reached: {message}")
        }
        ErrorKind::Command(command) => {
            format!(
                "MongoDB refused a command: {} ({})",
                command.message, command.code_name
            )
        }
        ErrorKind::Io(io) => format!("the connection to MongoDB failed: {io}"),
        other => format!("MongoDB: {other}"),
    }
}

fn mongo_hint(error: &mongodb::error::Error) -> &'static str {
    use mongodb::error::ErrorKind;
    match error.kind.as_ref() {
        ErrorKind::Authentication { .. } => {
            "check user and password, percent-encode @ : / # in a password, and add ?authSource=admin when the user \
             belongs to another database"
        }
        ErrorKind::ServerSelection { .. } | ErrorKind::Io(_) | ErrorKind::DnsResolve { .. } => {
            "check host, port, TLS options and that the server runs; `daybook doctor` tests the connection alone"
        }
        // 13 is Unauthorized, in every version since 2.6.
        ErrorKind::Command(command) if command.code == 13 => {
            "grant the user the role `read` on the database of the URL"
        }
        _ => {
            "run the command again: it goes on where it stopped; `daybook doctor` looks for the cause"
        }
    }
}
