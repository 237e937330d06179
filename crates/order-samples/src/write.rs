//! Writes a plan's documents as mongodump would, and beside them what they must become.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use bson::RawDocumentBuf;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::collection::Collection;
use crate::expected::{Expected, Tally};
use crate::stragglers::Stragglers;
use crate::telling::{Telling, Tellings};
use crate::{LazadaItems, Plan, category};

const EXPECTED: &str = "expected.json";
/// Which category a product is in.
const CATEGORIES: &str = "categories.csv";
const PARTIAL: &str = ".partial";

/// How many orders `progress` is told at once.
const STEP: u64 = 1_000;

/// The documents cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The folder holds files of somebody else.
    #[error("{} holds {file:?}, which is not a file of sample orders", path.display())]
    NotOurs {
        /// The folder.
        path: PathBuf,
        /// Name of the first file found that is not ours.
        file: String,
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

/// Writes a plan to a folder, as `<collection>.bson`, `categories.csv` and `expected.json`. `progress` is told the
/// number of good orders from time to time, and at the end.
///
/// Files appear under their names when all of them are complete. How many orders there are matters
/// to the time it takes, not to the memory.
///
/// # Errors
/// The zone is not known; the folder holds other files, or cannot be written to.
pub fn write(plan: &Plan, dir: &Path, progress: &mut dyn FnMut(u64)) -> Result<Summary, Error> {
    if TimeZone::get(&plan.zone).is_err() {
        return Err(Error::Zone(plan.zone.clone()));
    }
    claim(dir)?;
    let mut dump = Dump::create(dir, plan)?;
    let mut tally = Tally::new(plan);
    for telling in Tellings::of(plan) {
        if tally.add(&telling) && tally.orders().is_multiple_of(STEP) {
            progress(tally.orders());
        }
        dump.append(telling)?;
    }
    let expected = tally.finish();
    progress(expected.orders);
    dump.finish(dir, &expected)?;
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
        let file = name.to_string_lossy();
        let name = file.strip_suffix(PARTIAL).unwrap_or(&file);
        let of_dump = |collection: &Collection| name == file_name(*collection);
        if name != EXPECTED && name != CATEGORIES && !Collection::ALL.iter().any(of_dump) {
            return Err(Error::NotOurs {
                path: dir.to_owned(),
                file: file.into_owned(),
            });
        }
    }
    Ok(())
}

fn file_name(collection: Collection) -> String {
    format!("{}.bson", collection.name())
}

/// The dump files of a plan.
struct Dump {
    /// By [`Collection::index`]; the last one only where items are apart.
    files: Vec<PendingFile>,
    stragglers: Stragglers<(Collection, RawDocumentBuf)>,
}

impl Dump {
    fn create(dir: &Path, plan: &Plan) -> Result<Self, Error> {
        let collections = match plan.lazada_items {
            LazadaItems::Embedded => &Collection::ALL[..Collection::LazadaItems.index()],
            LazadaItems::Sibling => &Collection::ALL[..],
        };
        let files = collections
            .iter()
            .map(|collection| PendingFile::create(dir, &file_name(*collection)));
        Ok(Self {
            files: files.collect::<Result<_, _>>()?,
            stragglers: Stragglers::new(),
        })
    }

    fn append(&mut self, telling: Telling) -> Result<(), Error> {
        for (number, document) in telling.documents.into_iter().enumerate() {
            let ready = if telling.straggles && number > 0 {
                self.stragglers.hold(document)
            } else {
                Some(document)
            };
            if let Some((collection, document)) = ready {
                self.files[collection.index()].write(document.as_bytes())?;
            }
        }
        Ok(())
    }

    /// Gives the files their names, that with the expectations last.
    fn finish(mut self, dir: &Path, expected: &Expected) -> Result<(), Error> {
        for (collection, document) in self.stragglers.release() {
            self.files[collection.index()].write(document.as_bytes())?;
        }
        let mut file = PendingFile::create(dir, EXPECTED)?;
        let text = serde_json::to_string_pretty(expected).expect("figures are plain data");
        file.write(text.as_bytes())?;
        let mut categories = PendingFile::create(dir, CATEGORIES)?;
        categories.write(category::table().as_bytes())?;
        for collection in Collection::ALL.into_iter().skip(self.files.len()) {
            remove_stale(&dir.join(file_name(collection)))?;
        }
        self.files.extend([categories, file]);
        self.files.into_iter().try_for_each(PendingFile::finish)
    }
}

/// Removes a file of an earlier plan that this one has not.
fn remove_stale(path: &Path) -> Result<(), Error> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Error::Io {
            path: path.to_owned(),
            source: error,
        }),
        _ => Ok(()),
    }
}

/// A file that gets its name when it is complete.
struct PendingFile {
    path: PathBuf,
    partial: PathBuf,
    writer: BufWriter<File>,
}

impl PendingFile {
    fn create(dir: &Path, name: &str) -> Result<Self, Error> {
        let partial = dir.join(format!("{name}{PARTIAL}"));
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
