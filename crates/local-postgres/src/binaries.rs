//! Where the programs of PostgreSQL are.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Error;

/// The folder with `initdb` and `postgres`.
#[derive(Debug, Clone)]
pub struct Binaries {
    folder: PathBuf,
}

impl Binaries {
    /// Looks at `DAYBOOK_PG_BIN`, on the PATH, and where the systems' packages put them, the newest version first.
    ///
    /// # Errors
    /// They are nowhere.
    pub fn find() -> Result<Self, Error> {
        let chosen = std::env::var_os("DAYBOOK_PG_BIN").map(PathBuf::from);
        if let Some(folder) = chosen {
            return if is_server(&folder) {
                Ok(Self { folder })
            } else {
                Err(Error::NotInstalled)
            };
        }
        let path = std::env::var_os("PATH").unwrap_or_default();
        let on_path: Vec<_> = std::env::split_paths(&path).collect();
        on_path
            .into_iter()
            .chain(versions("/usr/lib/postgresql", "bin"))
            .chain(versions("/opt/homebrew/opt", "bin"))
            .chain(versions("/usr", "bin"))
            .find(|folder| is_server(folder))
            .map(|folder| Self { folder })
            .ok_or(Error::NotInstalled)
    }

    /// The path of a program.
    pub fn program(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// What `postgres --version` says, as a name for a cache.
    pub fn version(&self) -> Option<String> {
        let output = Command::new(self.program("postgres"))
            .arg("--version")
            .output()
            .ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        text.split_whitespace().nth(2).map(str::to_owned)
    }
}

fn is_server(folder: &Path) -> bool {
    folder.join("initdb").is_file() && folder.join("postgres").is_file()
}

/// Folders such as /usr/lib/postgresql/15/bin and /usr/pgsql-15/bin, the greatest version first.
fn versions(base: &str, below: &str) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(base) else {
        return Vec::new();
    };
    let version = |name: &str| {
        name.rsplit(['-', '@'])
            .next()
            .and_then(|text| text.parse::<u32>().ok())
    };
    let mut found: Vec<_> = entries
        .flatten()
        .filter_map(|entry| {
            Some((
                version(entry.file_name().to_str()?)?,
                entry.path().join(below),
            ))
        })
        .collect();
    found.sort_by_key(|(version, _)| std::cmp::Reverse(*version));
    found.into_iter().map(|(_, folder)| folder).collect()
}
