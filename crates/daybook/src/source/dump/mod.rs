//! Dump folders: `<collection>.bson` of mongodump, `.json` and `.ndjson` of mongoexport, plain or compressed.

mod bson_file;
mod folder;
mod json_file;
mod open;

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use bson::{DateTime, RawDocument, RawDocumentBuf};
use jiff::Timestamp;
use order_model::{Layout, Platform};

use self::folder::DumpFile;
use self::open::{Entries, Entry};
use super::{
    BatchBuilder, Content, DocumentId, Giver, Position, RawBatch, ReadRequest, SourceDocument,
    SourceError, Stream,
};
use crate::config::Config;

/// How many documents of a file are looked at before its first batch.
const SAMPLE: usize = 20;

/// A folder of dump files.
#[derive(Debug, Clone)]
pub struct DumpSource {
    files: Arc<Vec<DumpFile>>,
    companions: Arc<CompanionFiles>,
    layout: Layout,
}

/// Companion documents by the order they belong to, read once when the first order asks.
#[derive(Debug, Default)]
struct CompanionFiles {
    files: HashMap<Platform, Vec<PathBuf>>,
    loaded: OnceLock<HashMap<(Platform, String), Vec<RawDocumentBuf>>>,
}

impl DumpSource {
    /// Looks for the configured collections in a folder, or in the folders directly below it.
    ///
    /// # Errors
    /// The folder cannot be read, or holds no dump of orders.
    pub fn open(config: &Config, path: &Path) -> Result<Self, SourceError> {
        let contents = folder::find(config, path)?;
        Ok(Self {
            files: Arc::new(contents.orders),
            companions: Arc::new(CompanionFiles {
                files: contents.companions,
                loaded: OnceLock::new(),
            }),
            layout: config.layout.clone(),
        })
    }

    /// One stream a file.
    pub fn streams(&self) -> Vec<Stream> {
        self.files.iter().map(DumpFile::stream).collect()
    }

    /// Reads a file to its end. A pass that was cut goes on where it stopped, if the file is still the same.
    ///
    /// # Errors
    /// The file cannot be read, is damaged, or has no orders in it.
    pub async fn read(
        &self,
        stream: &Stream,
        request: ReadRequest,
        batches: Giver<RawBatch>,
    ) -> Result<(), SourceError> {
        let file = self.file(stream).clone();
        let source = self.clone();
        blocking(move || source.read_blocking(&file, &request, &batches)).await
    }

    fn read_blocking(
        &self,
        file: &DumpFile,
        request: &ReadRequest,
        batches: &Giver<RawBatch>,
    ) -> Result<(), SourceError> {
        self.check_sample(file)?;
        let identity = open::identity(&file.path)?;
        let start = resume_offset(request.position.as_ref(), identity);
        let mut entries = Entries::open(&file.path, start)?;
        let mut batch = BatchBuilder::default();
        let mut newest = None;
        let at = |offset: u64, finished| Position::File {
            size: identity.0,
            modified: identity.1,
            offset: i64::try_from(offset).unwrap_or(i64::MAX),
            finished,
        };
        loop {
            let entry = match entries.next_entry() {
                Ok(Some(entry)) => entry,
                Ok(None) => break,
                Err(error) => {
                    // What came before the damage is loaded; the position stays in front of it.
                    batches.give_blocking(batch.finish(at(entries.offset(), false), None));
                    return Err(error);
                }
            };
            let ingested_at = self.ingested_at(&entry);
            newest = newest.max(ingested_at);
            if is_before(ingested_at, request.since) {
                continue;
            }
            batch.push(self.document(file, entry)?);
            if batch.is_full()
                && !batches.give_blocking(batch.finish(at(entries.offset(), false), None))
            {
                return Ok(()); // The loader has stopped and says why itself.
            }
        }
        batches.give_blocking(batch.finish(at(entries.offset(), true), newest));
        Ok(())
    }

    /// Reads single entries again.
    ///
    /// # Errors
    /// The file cannot be read, or is damaged before the last of them.
    pub async fn fetch(
        &self,
        stream: &Stream,
        locators: &[String],
    ) -> Result<Vec<SourceDocument>, SourceError> {
        let file = self.file(stream).clone();
        let source = self.clone();
        let mut offsets: Vec<u64> = locators
            .iter()
            .filter_map(|locator| locator.strip_prefix('@')?.parse().ok())
            .collect();
        offsets.sort_unstable();
        blocking(move || {
            let mut found = Vec::new();
            let mut entries = Entries::open(&file.path, 0)?;
            while found.len() < offsets.len()
                && let Some(entry) = entries.next_entry()?
            {
                if offsets.binary_search(&entry.offset).is_ok() {
                    found.push(source.document(&file, entry)?);
                }
            }
            Ok(found)
        })
        .await
    }

    /// Reads every entry about some orders.
    ///
    /// # Errors
    /// The file cannot be read, or is damaged.
    pub async fn fetch_orders(
        &self,
        stream: &Stream,
        codes: &BTreeSet<String>,
    ) -> Result<Vec<SourceDocument>, SourceError> {
        let file = self.file(stream).clone();
        let (source, codes) = (self.clone(), codes.clone());
        blocking(move || {
            let mut found = Vec::new();
            let mut entries = Entries::open(&file.path, 0)?;
            while let Some(entry) = entries.next_entry()? {
                if source.is_about(&file, &entry, &codes) {
                    found.push(source.document(&file, entry)?);
                }
            }
            Ok(found)
        })
        .await
    }

    fn is_about(&self, file: &DumpFile, entry: &Entry, codes: &BTreeSet<String>) -> bool {
        let Content::Document(document) = &entry.content else {
            return false;
        };
        let is_wanted = |platform| {
            order_model::order_code_of(platform, document, &self.layout)
                .is_some_and(|code| codes.contains(code.as_str()))
        };
        match file.content.platform() {
            Some(platform) => is_wanted(platform),
            None => Platform::ALL.into_iter().any(is_wanted),
        }
    }

    /// Refuses a file in which no document of a sample has an order, before anything is quarantined.
    fn check_sample(&self, file: &DumpFile) -> Result<(), SourceError> {
        let mut entries = Entries::open(&file.path, 0)?;
        let mut first = None;
        for _ in 0..SAMPLE {
            let Ok(Some(entry)) = entries.next_entry() else {
                break;
            };
            let Content::Document(document) = entry.content else {
                continue;
            };
            let platforms = match file.content.platform() {
                Some(platform) => vec![platform],
                None => Platform::ALL.to_vec(),
            };
            let matches =
                |platform| order_model::looks_like_order(platform, &document, &self.layout);
            if platforms.into_iter().any(matches) {
                return Ok(());
            }
            first.get_or_insert(document);
        }
        match first {
            Some(document) => Err(SourceError::NoOrders {
                label: file.label(),
                keys: order_model::key_paths(&document).join(", "),
            }),
            None => Ok(()),
        }
    }

    fn document(&self, file: &DumpFile, entry: Entry) -> Result<SourceDocument, SourceError> {
        let platform = file.content.platform();
        let (id, companions) = match &entry.content {
            Content::Document(document) => (
                DocumentId::in_file(entry.offset, Some(document)),
                platform.map_or(Ok(Vec::new()), |platform| {
                    self.companions_of(platform, document)
                })?,
            ),
            Content::Unreadable(_) => (DocumentId::in_file(entry.offset, None), Vec::new()),
        };
        Ok(SourceDocument {
            id,
            content: entry.content,
            companions,
            companions_expected: platform.is_some_and(|p| self.companions.files.contains_key(&p)),
        })
    }

    fn companions_of(
        &self,
        platform: Platform,
        order: &RawDocumentBuf,
    ) -> Result<Vec<RawDocumentBuf>, SourceError> {
        if !self.companions.files.contains_key(&platform) {
            return Ok(Vec::new());
        }
        let Some(code) = order_model::order_code_of(platform, order, &self.layout) else {
            return Ok(Vec::new());
        };
        let loaded = match self.companions.loaded.get() {
            Some(loaded) => loaded,
            None => {
                let read = self.read_companions()?;
                self.companions.loaded.get_or_init(|| read)
            }
        };
        Ok(loaded
            .get(&(platform, code.as_str().to_owned()))
            .cloned()
            .unwrap_or_default())
    }

    fn read_companions(
        &self,
    ) -> Result<HashMap<(Platform, String), Vec<RawDocumentBuf>>, SourceError> {
        let mut by_order: HashMap<_, Vec<_>> = HashMap::new();
        for (platform, paths) in &self.companions.files {
            for path in paths {
                let mut entries = Entries::open(path, 0)?;
                while let Some(entry) = entries.next_entry()? {
                    let Content::Document(document) = entry.content else {
                        continue;
                    };
                    if let Some(key) =
                        order_model::companion_key(*platform, &document, &self.layout)
                    {
                        by_order.entry((*platform, key)).or_default().push(document);
                    }
                }
            }
        }
        Ok(by_order)
    }

    fn ingested_at(&self, entry: &Entry) -> Option<Timestamp> {
        match &entry.content {
            Content::Document(document) => order_model::ingested_at(document, &self.layout),
            Content::Unreadable(_) => None,
        }
    }

    fn file(&self, stream: &Stream) -> &DumpFile {
        self.files
            .iter()
            .find(|file| file.name() == stream.name)
            .expect("a stream is only read from the source that listed it")
    }
}

/// A document of unknown age is read whatever the limit.
fn is_before(ingested_at: Option<Timestamp>, since: Option<Timestamp>) -> bool {
    matches!((ingested_at, since), (Some(ingested_at), Some(since)) if ingested_at < since)
}

/// A finished pass, or another file under the same name, is read from the start.
fn resume_offset(position: Option<&Position>, identity: (i64, DateTime)) -> u64 {
    match position {
        Some(Position::File {
            size,
            modified,
            offset,
            finished: false,
        }) if (*size, *modified) == identity => u64::try_from(*offset).unwrap_or(0),
        _ => 0,
    }
}

/// Hands every document of a file on.
///
/// # Errors
/// The file cannot be read, or is damaged.
pub fn each_document(path: &Path, mut take: impl FnMut(&RawDocument)) -> Result<(), SourceError> {
    let mut entries = Entries::open(path, 0)?;
    while let Some(entry) = entries.next_entry()? {
        if let Content::Document(document) = &entry.content {
            take(document);
        }
    }
    Ok(())
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, SourceError> + Send + 'static,
) -> Result<T, SourceError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(panic) => std::panic::resume_unwind(panic.into_panic()),
    }
}

impl DumpFile {
    fn stream(&self) -> Stream {
        Stream {
            name: self.name(),
            label: self.label(),
            content: self.content.clone(),
            documents_in: self.name(),
        }
    }

    fn name(&self) -> String {
        format!("file://{}", self.path.display())
    }

    fn label(&self) -> String {
        self.path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned()
    }
}
