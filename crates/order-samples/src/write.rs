//! Writes a plan's documents as mongodump would, and beside them what they must become.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::{Documents, Expected, Marketplace, Plan};

const EXPECTED: &str = "expected.json";

/// The documents cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The folder holds files of somebody else.
    #[error("{} holds files that are not sample orders", path.display())]
    NotOurs {
        /// The folder.
        path: PathBuf,
    },
    /// A file cannot be written.
    #[error("{} cannot be written: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The zone is not known.
    #[error("{0:?} is not a time zone")]
    Zone(String),
}

impl Error {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NotOurs { .. } => "choose an empty or new folder",
            Self::Io { .. } => "check the path, its rights and the space on its disk",
            Self::Zone(_) => "use a name such as Asia/Ho_Chi_Minh",
        }
    }
}

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Orders, each counted once, without the spoiled ones.
    pub orders: u64,
    /// Documents.
    pub documents: u64,
    /// Documents that must be in quarantine.
    pub quarantined: u64,
}

/// Writes a plan to a folder. `progress` is told the number of orders from time to time.
///
/// Files appear under their names when all of them are complete.
///
/// # Errors
/// The folder holds other files, or cannot be written to.
pub fn write(plan: &Plan, dir: &Path, progress: &mut dyn FnMut(u64)) -> Result<Summary, Error> {
    if jiff::tz::TimeZone::get(&plan.zone).is_err() {
        return Err(Error::Zone(plan.zone.clone()));
    }
    claim(dir)?;
    let mut files = Marketplace::ALL
        .into_iter()
        .map(|marketplace| DumpFile::create(dir, &format!("{}.bson", marketplace.collection())))
        .collect::<Result<Vec<_>, _>>()?;
    let mut expected = Expected::new(plan);
    for order in Documents::of(plan) {
        for sample in &order.samples {
            files[sample.marketplace as usize].append(&sample.document)?;
        }
        expected.documents += order.samples.len() as u64;
        expected.quarantine.extend(order.quarantined);
        if let Some(order) = order.expected {
            expected.add(order);
        }
        if expected.orders.is_multiple_of(1_000) {
            progress(expected.orders);
        }
    }
    expected.finish();
    let mut file = DumpFile::create(dir, EXPECTED)?;
    let text = serde_json::to_string_pretty(&expected).expect("figures are plain data");
    file.write(text.as_bytes())?;
    files.push(file);
    for file in files {
        file.finish()?;
    }
    Ok(Summary {
        orders: expected.orders,
        documents: expected.documents,
        quarantined: expected.quarantine.len() as u64,
    })
}

/// Makes the folder, or makes sure that all its files are ours.
fn claim(dir: &Path) -> Result<(), Error> {
    let failed = |source| Error::Io {
        path: dir.to_owned(),
        source,
    };
    fs::create_dir_all(dir).map_err(failed)?;
    for entry in fs::read_dir(dir).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name();
        let name = name.to_string_lossy();
        let name = name.strip_suffix(".partial").unwrap_or(&name);
        let is_ours = name == EXPECTED
            || Marketplace::ALL
                .iter()
                .any(|m| name.strip_suffix(".bson") == Some(m.collection()));
        if !is_ours {
            return Err(Error::NotOurs {
                path: dir.to_owned(),
            });
        }
    }
    Ok(())
}

/// A file that gets its name when it is complete.
struct DumpFile {
    path: PathBuf,
    partial: PathBuf,
    writer: BufWriter<File>,
}

impl DumpFile {
    fn create(dir: &Path, name: &str) -> Result<Self, Error> {
        let partial = dir.join(format!("{name}.partial"));
        let file = File::create(&partial).map_err(|source| Error::Io {
            path: partial.clone(),
            source,
        })?;
        Ok(Self {
            path: dir.join(name),
            partial,
            writer: BufWriter::with_capacity(1 << 18, file),
        })
    }

    fn append(&mut self, document: &bson::Document) -> Result<(), Error> {
        let bytes = document
            .to_vec()
            .expect("sample documents hold nothing that BSON cannot");
        self.write(&bytes)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.writer.write_all(bytes).map_err(|source| Error::Io {
            path: self.partial.clone(),
            source,
        })
    }

    fn finish(mut self) -> Result<(), Error> {
        let renamed = self
            .writer
            .flush()
            .and_then(|()| fs::rename(&self.partial, &self.path));
        renamed.map_err(|source| Error::Io {
            path: self.path,
            source,
        })
    }
}
