//! What can go wrong with PostgreSQL, said without values from rows, and what each kind calls for.

use std::path::PathBuf;

use tokio_postgres::error::{DbError, SqlState};

use super::connect::Target;
use crate::config::setting::{self, Setting};

/// An error around PostgreSQL.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// The URL cannot be read. It is not shown, because it may hold a password.
    #[error("the PostgreSQL URL cannot be read")]
    Url,
    /// The file with the certificate authority cannot be used.
    #[error("{} holds no certificate authority in PEM form", path.display())]
    CaFile {
        /// The file.
        path: PathBuf,
    },
    /// No connection.
    #[error("{}", refusal(target, source))]
    Connect {
        /// Which server.
        target: Target,
        /// Why.
        #[source]
        source: tokio_postgres::Error,
    },
    /// A statement failed.
    #[error("PostgreSQL could not {action}")]
    Statement {
        /// What was being done.
        action: &'static str,
        /// Why.
        #[source]
        source: tokio_postgres::Error,
    },
    /// All connections of the service stayed in use.
    #[error("all connections to PostgreSQL are in use")]
    Busy,
    /// Another process of the service leads.
    #[error("another process of the service has taken over")]
    NotLeading,
    /// The server takes no writes.
    #[error("PostgreSQL takes no writes")]
    ReadOnly,
    /// The migrations could not be applied.
    #[error("the schema could not be migrated: {0}")]
    Migration(String),
    /// There is no schema.
    #[error("the database has no daybook schema yet")]
    SchemaMissing,
    /// The schema is older than the program.
    #[error("the database has schema {found}, this daybook needs {needed}")]
    SchemaOlder {
        /// Version in the database.
        found: u32,
        /// Version of this program.
        needed: u32,
    },
    /// The schema is newer than the program.
    #[error(
        "the database was migrated by a newer daybook: it has schema {found}, this one knows {known}"
    )]
    SchemaNewer {
        /// Version in the database.
        found: u32,
        /// Version of this program.
        known: u32,
    },
    /// A setting differs from the one the stored figures were made with.
    #[error("{} is {configured}, but the stored orders were loaded with {stored}", setting.key)]
    BusinessDiffers {
        /// Which setting.
        setting: &'static Setting,
        /// What is configured.
        configured: String,
        /// What is stored.
        stored: String,
    },
}

const READ_ONLY: &str = "the server is a standby or read-only; connect to the primary";

impl DatabaseError {
    /// Wraps the error of a statement with what was being done, as in "could not `read the queue`".
    pub fn statement(action: &'static str) -> impl Fn(tokio_postgres::Error) -> Self {
        move |source| Self::Statement { action, source }
    }

    /// The error of the driver, when there is one.
    pub fn driver(&self) -> Option<&tokio_postgres::Error> {
        match self {
            Self::Connect { source, .. } | Self::Statement { source, .. } => Some(source),
            _ => None,
        }
    }

    /// Whether the same may well work again by itself: the server restarts, or the way to it was cut.
    pub fn is_passing(&self) -> bool {
        match self {
            // A server that cannot be reached at all may be on its way back.
            Self::Connect { source, .. } => source.code().is_none() || is_transient(source),
            Self::Statement { source, .. } => is_transient(source),
            Self::Busy => true,
            _ => false,
        }
    }

    /// Whether PostgreSQL gave a statement up because it took too long.
    pub fn is_too_slow(&self) -> bool {
        let code = self.driver().and_then(tokio_postgres::Error::code);
        code == Some(&SqlState::QUERY_CANCELED)
    }

    /// Whether this process has lost the lead of the service.
    pub fn is_not_leading(&self) -> bool {
        matches!(self, Self::NotLeading) || self.driver().is_some_and(super::is_not_leading)
    }

    /// What the server or the connection said.
    pub fn cause(&self) -> Option<String> {
        self.driver().map(describe)
    }

    /// Which setting to look at.
    pub fn setting(&self) -> Option<&'static Setting> {
        match self {
            Self::Url | Self::Connect { .. } => Some(&setting::DATABASE_URL),
            Self::CaFile { .. } => Some(&setting::DATABASE_CA_FILE),
            Self::BusinessDiffers { setting, .. } => Some(setting),
            _ => None,
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Url => {
                "write postgresql://user:password@host:5432/database, with @ : / # in the password \
                          percent-encoded"
                    .to_owned()
            }
            Self::CaFile { .. } => {
                "give the PEM file of the authority that signed the server's certificate".to_owned()
            }
            Self::Connect { target, source } => connect_hint(target, source),
            Self::Statement { source, .. } => statement_hint(source),
            Self::Busy => "try again in a moment, or raise serve.connections".to_owned(),
            Self::NotLeading => "nothing to do: that process goes on with the work".to_owned(),
            Self::ReadOnly => READ_ONLY.to_owned(),
            Self::Migration(_) => {
                "nothing was changed; mend the cause and run `daybook migrate` again".to_owned()
            }
            Self::SchemaMissing | Self::SchemaOlder { .. } => "run `daybook migrate`".to_owned(),
            Self::SchemaNewer { .. } => "install the daybook that migrated it, or a newer one; \
                                         `daybook --version` tells which this is"
                .to_owned(),
            Self::BusinessDiffers {
                setting, stored, ..
            } => format!(
                "set {} back to {stored}, or load everything into a new database: the stored civil times and amounts \
                 cannot be converted",
                setting.key
            ),
        }
    }
}

/// An error in words: message and code of the server. For errors about data, only the code and the place, because
/// the message may quote the row.
pub(super) fn describe(error: &tokio_postgres::Error) -> String {
    match error.as_db_error() {
        Some(db) if is_about_data(db) => {
            let place = [db.table(), db.column(), db.constraint()];
            let place: Vec<_> = place.into_iter().flatten().collect();
            if place.is_empty() {
                format!("a value was refused ({})", db.code().code())
            } else {
                format!(
                    "a value was refused by {} ({})",
                    place.join(", "),
                    db.code().code()
                )
            }
        }
        Some(db) => format!("{} ({})", db.message(), db.code().code()),
        None => with_causes(error),
    }
}

fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let inner_text = inner.to_string();
        if !text.contains(&inner_text) {
            text = format!("{text}: {inner_text}");
        }
        cause = inner.source();
    }
    text
}

fn refusal(target: &Target, error: &tokio_postgres::Error) -> String {
    match error.code() {
        Some(&SqlState::INVALID_PASSWORD | &SqlState::INVALID_AUTHORIZATION_SPECIFICATION) => {
            format!("{target} refused the login of user \"{}\"", target.user)
        }
        Some(&SqlState::INVALID_CATALOG_NAME) => {
            format!("{target} has no database \"{}\"", target.database)
        }
        Some(_) => format!("{target} refused the connection"),
        None => format!("{target} cannot be reached"),
    }
}

fn connect_hint(target: &Target, error: &tokio_postgres::Error) -> String {
    match error.code() {
        Some(&SqlState::INVALID_CATALOG_NAME) => {
            format!("create it with `createdb {}`, or correct the name at the end of the URL", target.database)
        }
        Some(&SqlState::INVALID_PASSWORD | &SqlState::INVALID_AUTHORIZATION_SPECIFICATION) => {
            "check user and password; percent-encode @ : / # in a password; `daybook doctor` tests the connection alone"
                .to_owned()
        }
        Some(&SqlState::TOO_MANY_CONNECTIONS) => {
            "raise max_connections, or lower aggregate.workers".to_owned()
        }
        Some(&SqlState::CANNOT_CONNECT_NOW) => "the server is starting or stopping; try again in a moment".to_owned(),
        _ => "check host and port, and that the server runs and accepts connections from here; `daybook doctor` tests \
              the connection alone"
            .to_owned(),
    }
}

fn statement_hint(error: &tokio_postgres::Error) -> String {
    match error.code() {
        Some(&SqlState::DISK_FULL) => {
            "free space on the disk of PostgreSQL, then run the command again: it goes on where it stopped".to_owned()
        }
        Some(&SqlState::INSUFFICIENT_PRIVILEGE) => {
            "grant the right to the user of the URL, or use the owner of the tables".to_owned()
        }
        Some(&SqlState::READ_ONLY_SQL_TRANSACTION) => {
            READ_ONLY.to_owned()
        }
        Some(&SqlState::UNDEFINED_TABLE | &SqlState::UNDEFINED_COLUMN | &SqlState::UNDEFINED_FUNCTION) => {
            "the schema was changed by hand or is incomplete; run `daybook doctor`".to_owned()
        }
        None => "the connection broke; run the command again: it goes on where it stopped".to_owned(),
        _ => "run the command again; if it stays, `daybook doctor` looks for the cause".to_owned(),
    }
}

fn is_about_data(error: &DbError) -> bool {
    // Class 22 is data exceptions, 23 integrity constraint violations.
    ["22", "23"]
        .iter()
        .any(|class| error.code().code().starts_with(class))
}

/// Whether the server refused a value, as opposed to being unable to work: the row is at fault, not the run.
pub fn is_data_error(error: &tokio_postgres::Error) -> bool {
    error.as_db_error().is_some_and(is_about_data)
}

/// Whether the same transaction may well succeed when it is tried again.
pub fn is_transient(error: &tokio_postgres::Error) -> bool {
    error.is_closed()
        || matches!(
            error.code(),
            Some(
                &SqlState::T_R_SERIALIZATION_FAILURE
                    | &SqlState::T_R_DEADLOCK_DETECTED
                    | &SqlState::ADMIN_SHUTDOWN
                    | &SqlState::CRASH_SHUTDOWN
                    | &SqlState::CANNOT_CONNECT_NOW
                    | &SqlState::CONNECTION_FAILURE
                    // What PgBouncer says when it has lost the server, or cannot reach it.
                    | &SqlState::PROTOCOL_VIOLATION
                    | &SqlState::CONNECTION_DOES_NOT_EXIST
            )
        )
        || (error.as_db_error().is_none() && std::error::Error::source(error).is_some_and(is_io))
}

fn is_io(source: &(dyn std::error::Error + 'static)) -> bool {
    source.is::<std::io::Error>()
}
