//! Who the server runs as: us, or, when we are root, somebody else. PostgreSQL refuses to run as root.

use std::ffi::OsStr;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use nix::unistd::{Uid, User};

use crate::Error;
use crate::process::tail;

/// Names the user that root runs the server as.
const USER_VARIABLE: &str = "DAYBOOK_PG_USER";
/// Taken in this order when nobody is named. The first comes with the system's packages of PostgreSQL.
const ORDINARY_USERS: [&str; 2] = ["postgres", "nobody"];

/// Whether we are root, so that the server has to run as somebody else.
pub fn is_root() -> bool {
    Uid::effective().is_root()
}

/// Another user to run the server as; `None` runs it as ourselves.
#[derive(Debug, Clone)]
pub(crate) struct Account(Option<User>);

impl Account {
    /// As root: the user named in `DAYBOOK_PG_USER`, else the owner of an existing folder, else `postgres` or `nobody`.
    pub fn choose(folder: &Path) -> Result<Self, Error> {
        if !is_root() {
            return Ok(Self(None));
        }
        if let Ok(name) = std::env::var(USER_VARIABLE) {
            return match ordinary(User::from_name(&name)) {
                Some(user) => Ok(Self(Some(user))),
                None => Err(Error::UnknownAccount { name }),
            };
        }
        let owner = || {
            let metadata = folder.metadata().ok()?;
            ordinary(User::from_uid(Uid::from_raw(metadata.uid())))
        };
        let usual = || {
            ORDINARY_USERS
                .into_iter()
                .find_map(|name| ordinary(User::from_name(name)))
        };
        let user = owner().or_else(usual).ok_or(Error::NoAccount)?;
        Ok(Self(Some(user)))
    }

    /// The number of the user, for caches.
    pub fn uid(&self) -> u32 {
        let uid = self.0.as_ref().map_or_else(Uid::effective, |user| user.uid);
        uid.as_raw()
    }

    /// A command that runs as the account, away from our folder and our standard input. Its messages are in English.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir("/")
            .env("LC_ALL", "C")
            .stdin(Stdio::null());
        if let Some(user) = &self.0 {
            // The standard library drops root's other groups along with the user.
            command.uid(user.uid.as_raw()).gid(user.gid.as_raw());
        }
        command
    }

    /// Runs a command to its end.
    pub fn run(program: &'static str, mut command: Command) -> Result<(), Error> {
        let failed = |output| Error::Program { program, output };
        let output = command
            .output()
            .map_err(|error| failed(error.to_string()))?;
        if output.status.success() {
            Ok(())
        } else {
            Err(failed(tail(&String::from_utf8_lossy(&output.stderr))))
        }
    }

    /// Hands a file or folder over.
    pub fn own(&self, path: &Path) -> Result<(), Error> {
        let Some(user) = &self.0 else { return Ok(()) };
        chown(path, Some(user.uid.as_raw()), Some(user.gid.as_raw()))
            .map_err(|error| Error::io(path, error))
    }

    /// Makes sure that the account can get to an absolute folder; the folder itself may still be handed over.
    pub fn check_way(&self, folder: &Path) -> Result<(), Error> {
        let Some(user) = &self.0 else { return Ok(()) };
        let way: Vec<_> = folder.ancestors().skip(1).collect();
        match way.into_iter().rev().find(|path| !may_enter(user, path)) {
            None => Ok(()),
            Some(path) => Err(Error::NotTraversable {
                user: user.name.clone(),
                path: path.to_owned(),
            }),
        }
    }
}

/// A user who exists and is not root.
fn ordinary(found: nix::Result<Option<User>>) -> Option<User> {
    found.ok().flatten().filter(|user| !user.uid.is_root())
}

/// The system's rule: of the rights of owner, group and others only the first that applies counts.
fn may_enter(user: &User, path: &Path) -> bool {
    let Ok(metadata) = path.metadata() else {
        return false;
    };
    let mask = if metadata.uid() == user.uid.as_raw() {
        0o100
    } else if metadata.gid() == user.gid.as_raw() {
        0o010
    } else {
        0o001
    };
    metadata.mode() & mask != 0
}
