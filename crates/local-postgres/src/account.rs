//! Who the server runs as: us, or, when we are root, somebody else.

use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use nix::unistd::{Uid, User};

use crate::Error;

/// Whether we are root, so that the server has to run as somebody else.
pub fn is_root() -> bool {
    Uid::effective().is_root()
}

/// Another user to run the server as; `None` runs it as ourselves.
#[derive(Debug, Clone)]
pub(crate) struct Account(Option<User>);

impl Account {
    /// As root: the user named in `DAYBOOK_PG_USER`, else the owner of an existing folder, else `postgres`.
    pub fn choose(folder: &Path) -> Result<Self, Error> {
        if !is_root() {
            return Ok(Self(None));
        }
        let named = std::env::var("DAYBOOK_PG_USER")
            .ok()
            .and_then(|name| User::from_name(&name).ok()?);
        let owner = || {
            let owner = folder.metadata().ok().map(|metadata| metadata.uid())?;
            User::from_uid(Uid::from_raw(owner))
                .ok()?
                .filter(|user| !user.uid.is_root())
        };
        let account = named
            .or_else(owner)
            .or_else(|| User::from_name("postgres").ok()?);
        account.map(|user| Self(Some(user))).ok_or(Error::NoAccount)
    }

    /// A name for it, for caches.
    pub fn name(&self) -> &str {
        self.0.as_ref().map_or("self", |user| &user.name)
    }

    /// A command that runs as the account, away from our folder and our standard streams.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir("/");
        if let Some(user) = &self.0 {
            command.uid(user.uid.as_raw()).gid(user.gid.as_raw());
        }
        command
    }

    /// Hands a file or folder over.
    pub fn own(&self, path: &Path) -> Result<(), Error> {
        let Some(user) = &self.0 else { return Ok(()) };
        chown(path, Some(user.uid.as_raw()), Some(user.gid.as_raw())).map_err(|source| Error::Io {
            path: path.to_owned(),
            source,
        })
    }

    /// Makes sure that the account can enter a folder.
    pub fn check_way(&self, folder: &Path) -> Result<(), Error> {
        let Some(user) = &self.0 else { return Ok(()) };
        let way: Vec<_> = folder.ancestors().skip(1).collect();
        let closed = way.into_iter().rev().find(|path| {
            path.metadata().is_ok_and(|metadata| {
                let mode = metadata.permissions().mode();
                let owns = metadata.uid() == user.uid.as_raw() && mode & 0o100 != 0;
                let shares = metadata.gid() == user.gid.as_raw() && mode & 0o010 != 0;
                !owns && !shares && mode & 0o001 == 0
            })
        });
        match closed {
            Some(path) => Err(Error::NotTraversable {
                user: user.name.clone(),
                path: path.to_owned(),
            }),
            None => Ok(()),
        }
    }
}
