//! Everything that can end a command, and what each calls for.

use std::path::PathBuf;

use crate::access::AccessError;
use crate::categories::CategoriesError;
use crate::config::ConfigError;
use crate::config::setting::Setting;
use crate::db::DatabaseError;
use crate::load::LoadError;
use crate::source::SourceError;

/// A command failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// PostgreSQL.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The source.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// Loading.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// Importing or exporting categories.
    #[error(transparent)]
    Categories(#[from] CategoriesError),
    /// Users and tokens.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// Writing sample orders.
    #[error(transparent)]
    Samples(#[from] order_samples::Error),
    /// The demo's own PostgreSQL.
    #[error(transparent)]
    LocalPostgres(#[from] local_postgres::Error),
    /// A report of `validate` cannot be read or written.
    #[error("the report {} cannot be {action}: {problem}", path.display())]
    Report {
        /// The file.
        path: PathBuf,
        /// Read or written.
        action: &'static str,
        /// Why.
        problem: String,
    },
    /// A file or folder of our own cannot be written.
    #[error("{} cannot be written: {source}", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The service cannot listen.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: std::net::SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// A value on the command line is wrong.
    #[error("{0}")]
    Usage(String),
    /// An action needs a `yes` that nobody can give here.
    #[error("{0}")]
    Unconfirmed(String),
    /// There is nothing with this number.
    #[error("there is no quarantine entry {0}")]
    NoSuchEntry(i64),
}

impl Error {
    /// What lies beneath, as far as it is not in the message.
    pub fn cause(&self) -> Option<String> {
        match self {
            Self::Database(error)
            | Self::Load(LoadError::Database(error))
            | Self::Access(AccessError::Database(error)) => error.cause(),
            Self::Config(ConfigError::Unreadable { source, .. }) => Some(source.to_string()),
            _ => None,
        }
    }

    /// Message and cause in one line, for logs.
    pub fn in_one_line(&self) -> String {
        match self.cause() {
            Some(cause) => format!("{self}: {cause}"),
            None => self.to_string(),
        }
    }

    /// Which setting to look at.
    pub fn setting(&self) -> Option<&'static Setting> {
        match self {
            Self::Database(error)
            | Self::Load(LoadError::Database(error))
            | Self::Access(AccessError::Database(error)) => error.setting(),
            Self::Source(error) => error.setting(),
            Self::Config(ConfigError::Missing(setting)) => Some(setting),
            Self::Listen { .. } => Some(&crate::config::setting::SERVE_LISTEN),
            _ => None,
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Database(error)
            | Self::Load(LoadError::Database(error))
            | Self::Access(AccessError::Database(error)) => Some(error.hint()),
            Self::Source(error) => Some(error.hint()),
            Self::Config(ConfigError::Missing(setting)) => Some(format!(
                "set {} in the environment or {} in daybook.toml. {}",
                setting.env, setting.key, setting.help
            )),
            Self::Config(ConfigError::Faulty(_)) => None,
            Self::Config(ConfigError::Unreadable { .. }) => {
                Some("check the path given with --config".to_owned())
            }
            Self::Load(LoadError::Contended(_)) => {
                Some("wait for it to end; what it loads is not loaded twice".to_owned())
            }
            Self::Categories(error) => Some(error.hint().to_owned()),
            Self::Access(error) => Some(error.hint()),
            Self::Samples(error) => Some(error.hint().to_owned()),
            Self::LocalPostgres(error) => Some(error.hint()),
            Self::Report { .. } => Some("`daybook validate --report FILE` writes one".to_owned()),
            Self::Write { .. } => {
                Some("check the path, its rights and the space on its disk".to_owned())
            }
            Self::Listen { .. } => Some(
                "stop whatever uses that port, or choose another address with --listen".to_owned(),
            ),
            Self::Usage(_) => Some("`daybook help` shows every command with examples".to_owned()),
            Self::Unconfirmed(_) => Some("add --yes to do it without asking".to_owned()),
            Self::NoSuchEntry(_) => Some("`daybook quarantine list` shows the numbers".to_owned()),
        }
    }
}
