//! A file system of its own, so small that it fills.

use std::fs::{self, File, Permissions};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// A small file system in memory, unmounted at the end.
#[derive(Debug)]
pub struct SmallDisk {
    path: PathBuf,
    _folder: TempDir,
}

impl SmallDisk {
    /// Needs the right to mount; `None` without.
    ///
    /// # Panics
    /// There is no place for temporary files.
    pub fn mount(megabytes: u32) -> Option<Self> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        // As root the server runs as another user, who must be able to enter.
        let open_to_all = Permissions::from_mode(0o755);
        fs::set_permissions(folder.path(), open_to_all).expect("our own folder");
        let path = folder.path().join("disk");
        fs::create_dir(&path).expect("our own folder");
        let size = format!("size={megabytes}m,mode=0755");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &size, "tmpfs"])
            .arg(&path)
            .output();
        mounted
            .is_ok_and(|output| output.status.success())
            .then_some(Self {
                path,
                _folder: folder,
            })
    }

    /// Where it is mounted.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes until nothing fits any more.
    ///
    /// # Panics
    /// Not even a file can be made.
    pub fn fill(&self) {
        let mut file = File::create(self.ballast()).expect("a file on the small disk");
        let page = vec![0_u8; 4 << 10];
        while file.write_all(&page).is_ok() {}
    }

    /// Takes away what [`Self::fill`] wrote.
    ///
    /// # Panics
    /// It was not filled.
    pub fn make_room(&self) {
        fs::remove_file(self.ballast()).expect("the ballast is there");
    }

    fn ballast(&self) -> PathBuf {
        self.path.join("ballast")
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount")
            .arg("--lazy")
            .arg(&self.path)
            .status();
    }
}
