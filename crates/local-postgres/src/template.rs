//! A folder that is made once and copied many times, because `initdb` takes longer than many a test.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use nix::unistd::Uid;

use crate::Error;
use crate::account::Account;
use crate::binaries::Binaries;
use crate::cluster;
use crate::folder::{Folder, lock};

/// Changes whenever `initdb` is called differently, so that templates of earlier builds are left alone.
const EDITION: u32 = 1;

/// A cache of templates for tests, in the system's folder for temporary files. Each user has one of his own, since he
/// has to trust what is in it.
pub fn user_template_cache() -> PathBuf {
    std::env::temp_dir().join(format!("daybook-test-postgresql-{}", Uid::effective()))
}

/// A folder of a server that never ran.
#[derive(Debug)]
pub(crate) struct Template(Folder);

impl Template {
    /// The template for a user and a version of PostgreSQL; made when the cache does not hold it.
    pub fn in_cache(cache: &Path, account: &Account, binaries: &Binaries) -> Result<Self, Error> {
        fs::create_dir_all(cache).map_err(|error| Error::io(cache, error))?;
        refuse_foreign(cache)?;
        let version = binaries.version().unwrap_or_default();
        let name = format!("{version}-{}-{EDITION}", account.uid());
        // Test processes start at the same time; one makes the template, the others wait.
        let _lock = lock(&cache.join(format!("{name}.lock")))?;
        let path = cache.join(name);
        if let Err(Error::NotOurs { .. }) = Folder::create(&path, account) {
            // What cleans temporary folders takes away single files.
            fs::remove_dir_all(&path).map_err(|error| Error::io(&path, error))?;
        }
        let folder = Folder::create(&path, account)?;
        cluster::make(&folder, account, None)?;
        Ok(Self(folder))
    }

    pub fn folder(&self) -> &Folder {
        &self.0
    }
}

/// In a folder for everybody, such as the temporary one, somebody else may have put the cache there first.
fn refuse_foreign(cache: &Path) -> Result<(), Error> {
    let metadata = cache.metadata().map_err(|error| Error::io(cache, error))?;
    if metadata.uid() == Uid::effective().as_raw() {
        Ok(())
    } else {
        Err(Error::NotOurs {
            path: cache.to_owned(),
        })
    }
}
