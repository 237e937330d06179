//! Where the programs of PostgreSQL are.

use std::cmp::Reverse;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::Error;

/// Names the folder with the programs, before all others.
const FOLDER_VARIABLE: &str = "DAYBOOK_PG_BIN";
/// Folders that hold one folder a version: Debian, Red Hat, Homebrew on both kinds of Mac.
const VERSIONED: [&str; 4] = [
    "/usr/lib/postgresql",
    "/usr",
    "/opt/homebrew/opt",
    "/usr/local/opt",
];

/// The folder with `initdb` and `postgres`.
#[derive(Debug, Clone)]
pub(crate) struct Binaries {
    folder: PathBuf,
}

impl Binaries {
    /// The programs in `DAYBOOK_PG_BIN`, else on the PATH, else where `pg_config` says, else where the systems'
    /// packages put them, the newest version first.
    pub fn find() -> Result<Self, Error> {
        Self::chosen()?
            .or_else(|| Self::candidates().next())
            .ok_or(Error::NotInstalled)
    }

    /// The programs that a data folder was made by, by its major version.
    pub fn find_for(data: &Path, version: &str) -> Result<Self, Error> {
        let made_it = |binaries: &Self| {
            let found = binaries.version();
            found.is_some_and(|found| found.split('.').next() == Some(version))
        };
        match Self::chosen()? {
            Some(chosen) => Some(chosen).filter(made_it),
            None => Self::candidates().find(made_it),
        }
        .ok_or_else(|| Error::OtherVersion {
            path: data.to_owned(),
            version: version.to_owned(),
        })
    }

    /// The path of a program. A folder on the PATH may hold links to some of them only; the others are where these lead.
    pub fn program(&self, name: &str) -> PathBuf {
        let path = self.folder.join(name);
        if path.exists() {
            return path;
        }
        let server = self.folder.join("postgres").canonicalize();
        server.map_or(path, |server| server.with_file_name(name))
    }

    /// What `postgres --version` says, such as `15.18`.
    pub fn version(&self) -> Option<String> {
        // postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)
        let text = output(Command::new(self.program("postgres")).arg("--version"))?;
        text.split_whitespace().nth(2).map(str::to_owned)
    }

    fn chosen() -> Result<Option<Self>, Error> {
        let Some(folder) = std::env::var_os(FOLDER_VARIABLE).map(PathBuf::from) else {
            return Ok(None);
        };
        if is_server(&folder) {
            Ok(Some(Self { folder }))
        } else {
            Err(Error::NotThere { path: folder })
        }
    }

    fn candidates() -> impl Iterator<Item = Self> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let on_path: Vec<_> = std::env::split_paths(&path).collect();
        let configured = std::iter::once_with(|| {
            output(Command::new("pg_config").arg("--bindir")).map(|text| text.trim().into())
        });
        on_path
            .into_iter()
            .chain(configured.flatten())
            .chain(VERSIONED.into_iter().flat_map(versions))
            .filter(|folder| is_server(folder))
            .map(|folder| Self { folder })
    }
}

fn is_server(folder: &Path) -> bool {
    folder.join("initdb").is_file() && folder.join("postgres").is_file()
}

/// Folders such as `/usr/lib/postgresql/15/bin`, `/usr/pgsql-15/bin` and `.../postgresql@15/bin`, the greatest version
/// first.
fn versions(base: &str) -> Vec<PathBuf> {
    let version = |name: &str| name.rsplit(['-', '@']).next()?.parse::<u32>().ok();
    let mut found: Vec<_> = std::fs::read_dir(base)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            Some((
                version(entry.file_name().to_str()?)?,
                entry.path().join("bin"),
            ))
        })
        .collect();
    found.sort_by_key(|(version, _)| Reverse(*version));
    found.into_iter().map(|(_, folder)| folder).collect()
}

fn output(command: &mut Command) -> Option<String> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    String::from_utf8(output.stdout)
        .ok()
        .filter(|_| output.status.success())
}
