//! The folder of a server: what lies where in it, and that nobody else's folder is taken for one.

use std::fs::{self, File, OpenOptions};
use std::io::ErrorKind;
use std::net::TcpListener;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use nix::fcntl::{Flock, FlockArg};

use crate::Error;
use crate::account::Account;

/// What may lie in a folder that holds no data yet: all of it is left by a start that was cut.
const OURS: [&str; 5] = [
    "password",
    "port",
    "postgresql.log",
    "lock",
    "data.unfinished",
];

/// A folder that exists.
#[derive(Debug, Clone)]
pub(crate) struct Folder {
    path: PathBuf,
}

impl Folder {
    /// Creates the folder, or takes one that is empty or ours, and hands it to the account.
    pub fn create(dir: &Path, account: &Account) -> Result<Self, Error> {
        fs::create_dir_all(dir).map_err(|error| Error::io(dir, error))?;
        // The server runs elsewhere and names its folder in full, which is how it is recognised.
        let path = dir.canonicalize().map_err(|error| Error::io(dir, error))?;
        account.check_way(&path)?;
        let folder = Self { path };
        if !folder.is_made() {
            folder.refuse_foreign_content()?;
            account.own(&folder.path)?;
        } else if !folder.password().exists() {
            return Err(Error::NotOurs { path: folder.path });
        }
        Ok(folder)
    }

    /// The folder itself.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The data folder of PostgreSQL.
    pub fn data(&self) -> PathBuf {
        data_in(&self.path)
    }

    /// Where a data folder is made, so that a cut leaves no half of one behind under the right name.
    pub fn unfinished_data(&self) -> PathBuf {
        self.path.join("data.unfinished")
    }

    /// The password's file.
    pub fn password(&self) -> PathBuf {
        self.path.join("password")
    }

    /// Whether there is a data folder.
    pub fn is_made(&self) -> bool {
        self.version_file().is_file()
    }

    /// Removes what a start that was cut left behind; it may belong to another user.
    pub fn clear_unfinished(&self) -> Result<(), Error> {
        let (data, password) = (self.unfinished_data(), self.password());
        for (path, removed) in [
            (&data, fs::remove_dir_all(&data)),
            (&password, fs::remove_file(&password)),
        ] {
            match removed {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    return Err(Error::io(path, error));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The major version of PostgreSQL that made the data folder.
    pub fn version(&self) -> Result<String, Error> {
        let path = self.version_file();
        let text = fs::read_to_string(&path).map_err(|error| Error::io(&path, error))?;
        Ok(text.trim().to_owned())
    }

    /// The port it was last started on, or another one when that is taken.
    pub fn free_port(&self) -> Result<u16, Error> {
        let last = fs::read_to_string(self.port_file())
            .ok()
            .and_then(|text| text.trim().parse().ok());
        match last {
            Some(port) if is_free(port) => Ok(port),
            _ => any_free_port().map_err(|error| Error::io(&self.path, error)),
        }
    }

    /// Remembers a port, so that a URL somebody wrote down stays right.
    pub fn remember_port(&self, port: u16) -> Result<(), Error> {
        let path = self.port_file();
        fs::write(&path, port.to_string()).map_err(|error| Error::io(&path, error))
    }

    /// The server's log, to be appended to. It can quote what is stored, so only the server's user reads it.
    pub fn open_log(&self, account: &Account) -> Result<File, Error> {
        let path = self.log_file();
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .mode(0o600)
            .open(&path)
            .map_err(|error| Error::io(&path, error))?;
        account.own(&path)?;
        Ok(file)
    }

    /// The server's log so far.
    pub fn read_log(&self) -> String {
        fs::read(self.log_file())
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
            .unwrap_or_default()
    }

    /// Waits until nobody else makes or starts the server, for as long as the result lives.
    pub fn lock(&self) -> Result<Flock<File>, Error> {
        lock(&self.path.join("lock"))
    }

    fn version_file(&self) -> PathBuf {
        self.data().join("PG_VERSION")
    }

    fn port_file(&self) -> PathBuf {
        self.path.join("port")
    }

    fn log_file(&self) -> PathBuf {
        self.path.join("postgresql.log")
    }

    fn refuse_foreign_content(&self) -> Result<(), Error> {
        let entries = fs::read_dir(&self.path).map_err(|error| Error::io(&self.path, error))?;
        let is_ours = |name: &str| OURS.contains(&name);
        for entry in entries {
            let entry = entry.map_err(|error| Error::io(&self.path, error))?;
            if !entry.file_name().to_str().is_some_and(is_ours) {
                return Err(Error::NotOurs {
                    path: self.path.clone(),
                });
            }
        }
        Ok(())
    }
}

/// The data folder in the folder of a server, which need not exist.
pub(crate) fn data_in(dir: &Path) -> PathBuf {
    dir.join("data")
}

/// Waits for a lock file and holds it.
pub(crate) fn lock(path: &Path) -> Result<Flock<File>, Error> {
    let file = File::create(path).map_err(|error| Error::io(path, error))?;
    Flock::lock(file, FlockArg::LockExclusive).map_err(|(_, error)| Error::io(path, error))
}

/// Whether nobody listens on a port of 127.0.0.1.
pub(crate) fn is_free(port: u16) -> bool {
    TcpListener::bind(("127.0.0.1", port)).is_ok()
}

fn any_free_port() -> std::io::Result<u16> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    Ok(listener.local_addr()?.port())
}
