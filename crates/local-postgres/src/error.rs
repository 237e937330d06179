//! What can go wrong, and what to do about it.

use std::io;
use std::path::{Path, PathBuf};

/// The server cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No PostgreSQL is installed.
    #[error(
        "the programs of a PostgreSQL server (initdb, postgres) were not found on this machine"
    )]
    NotInstalled,
    /// `DAYBOOK_PG_BIN` names a folder without the programs.
    #[error("DAYBOOK_PG_BIN is {}, which does not hold initdb and postgres", path.display())]
    NotThere {
        /// The folder.
        path: PathBuf,
    },
    /// The folder was made by a version of PostgreSQL that is not installed.
    #[error("{} was made by PostgreSQL {version}, which is not installed", path.display())]
    OtherVersion {
        /// The data folder.
        path: PathBuf,
        /// The major version that made it.
        version: String,
    },
    /// We are root, and there is no other user to run the server as.
    #[error("PostgreSQL refuses to run as root, and there is no user `postgres` to run it as")]
    NoAccount,
    /// `DAYBOOK_PG_USER` names nobody, or root.
    #[error("DAYBOOK_PG_USER is `{name}`, which is not a user that PostgreSQL can run as")]
    UnknownAccount {
        /// The name.
        name: String,
    },
    /// The server's user cannot enter the folder.
    #[error("the user `{user}` that PostgreSQL runs as cannot enter {}", path.display())]
    NotTraversable {
        /// The user.
        user: String,
        /// The first folder on the way that is closed.
        path: PathBuf,
    },
    /// The folder holds something else, or belongs to somebody else.
    #[error("{} is in use, and is no folder of this server", path.display())]
    NotOurs {
        /// The folder.
        path: PathBuf,
    },
    /// A file or folder cannot be used.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A program of PostgreSQL could not be run, or failed.
    #[error("{program} failed: {output}")]
    Program {
        /// Which one.
        program: &'static str,
        /// The end of what it printed.
        output: String,
    },
    /// The server ended while it started.
    #[error("the server did not start; the end of its log: {log}")]
    NotStarted {
        /// The last lines of its log.
        log: String,
    },
    /// The server is busy starting, as after a crash.
    #[error("the server was not ready within {seconds} s; the end of its log: {log}")]
    NotReady {
        /// How long was waited.
        seconds: u64,
        /// The last lines of its log.
        log: String,
    },
    /// The server was told to stop and did not.
    #[error("the server in {} did not stop within {seconds} s", path.display())]
    NotStopped {
        /// The folder.
        path: PathBuf,
        /// How long was waited.
        seconds: u64,
    },
}

impl Error {
    /// What a person can do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::NotInstalled => {
                "run `scripts/setup demo`, or install a PostgreSQL server (Debian: apt-get install \
                 postgresql), or set DAYBOOK_PG_BIN to the folder with its programs"
                    .to_owned()
            }
            Self::NotThere { .. } => "set it to the folder that does, such as \
                                      /usr/lib/postgresql/15/bin, or unset it"
                .to_owned(),
            Self::OtherVersion { version, .. } => format!(
                "install PostgreSQL {version} beside the one that is there, or choose another folder (--dir)"
            ),
            Self::NoAccount => {
                "install PostgreSQL from the system's packages, which creates the user, or run this \
                 as an ordinary user"
                    .to_owned()
            }
            Self::UnknownAccount { .. } => {
                "set it to the name of an ordinary user, or unset it".to_owned()
            }
            Self::NotTraversable { path, .. } => format!(
                "choose another folder (--dir), or let others enter this one: chmod o+x {}",
                path.display()
            ),
            Self::NotOurs { .. } => "choose an empty or new folder (--dir)".to_owned(),
            Self::Io { .. } => "check the path, its rights and the space on its disk".to_owned(),
            Self::Program { .. } | Self::NotStarted { .. } => {
                "the message says why; the folder can be removed and made anew".to_owned()
            }
            Self::NotReady { .. } => {
                "it may be recovering from a crash: try again in a minute".to_owned()
            }
            Self::NotStopped { .. } => {
                "close the programs that are connected to it, and try again".to_owned()
            }
        }
    }

    /// Names the path that an operation failed on.
    pub(crate) fn io(path: &Path, source: impl Into<io::Error>) -> Self {
        Self::Io {
            path: path.to_owned(),
            source: source.into(),
        }
    }
}
