//! What can go wrong, and what to do about it.

use std::io;
use std::path::PathBuf;

/// The server cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No PostgreSQL is installed.
    #[error(
        "the programs of a PostgreSQL server (initdb, postgres) were not found on this machine"
    )]
    NotInstalled,
    /// We are root, and there is no other user to run the server as.
    #[error("PostgreSQL refuses to run as root, and there is no user `postgres` to run it as")]
    NoAccount,
    /// The server's user cannot enter the folder.
    #[error("the user `{user}` that PostgreSQL runs as cannot enter {}", path.display())]
    NotTraversable {
        /// The user.
        user: String,
        /// The first folder on the way that is closed.
        path: PathBuf,
    },
    /// The folder holds something else.
    #[error("{} is not empty, and is no folder of this server", path.display())]
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
    /// A program of PostgreSQL failed.
    #[error("{program} failed: {output}")]
    Program {
        /// Which one.
        program: &'static str,
        /// The end of what it printed.
        output: String,
    },
    /// The server did not become ready.
    #[error("the server did not start within {seconds} s; the end of its log: {log}")]
    NotReady {
        /// How long was waited.
        seconds: u64,
        /// The end of its log.
        log: String,
    },
}

impl Error {
    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::NotInstalled => "run `scripts/setup demo`, or install a PostgreSQL server (Debian: apt-get install \
                                   postgresql), or set DAYBOOK_PG_BIN to the folder with its programs"
                .to_owned(),
            Self::NoAccount => "install PostgreSQL from the system's packages, which creates the user, or run this as an \
                                ordinary user"
                .to_owned(),
            Self::NotTraversable { path, .. } => format!(
                "choose another folder with --dir, or let others enter this one: chmod o+x {}",
                path.display()
            ),
            Self::NotOurs { .. } => "choose an empty or new folder with --dir".to_owned(),
            Self::Io { .. } => "check the path, its rights and the space on its disk".to_owned(),
            Self::Program { .. } | Self::NotReady { .. } => {
                "the message above says why; the folder can be removed and made anew".to_owned()
            }
        }
    }
}
