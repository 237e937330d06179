//! Temporary folders for servers.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use local_postgres::Watchdog;

/// A folder that is removed when it is dropped, and when the test process ends in any other way.
#[derive(Debug)]
pub(crate) struct ServerFolder {
    path: PathBuf,
    /// Removes the folder when it is dropped.
    _remover: Watchdog,
}

/// Servers that end at the same time still write for a moment; a folder that fills up again is removed again.
const REMOVE: &str = "for attempt in 1 2 3 4 5 6 7 8 9 10; do
    rm -rf -- \"$1\"; sleep 0.2; [ -e \"$1\" ] || exit 0
done 2>/dev/null";

impl ServerFolder {
    /// Creates a folder that servers of other users can get into.
    pub fn create(name: &str) -> Self {
        let folder = tempfile::Builder::new()
            .prefix(&format!("daybook-test-{name}-"))
            .tempdir()
            .expect("temporary folders can be created");
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755))
            .expect("the rights of one's own folder can be changed");
        let path = folder.keep();
        let remover = Watchdog::start(REMOVE, [&path]).expect("there is a shell");
        Self {
            path,
            _remover: remover,
        }
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }
}
