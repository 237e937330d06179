//! Opens a dump file, whatever its format and compression, as a sequence of entries with their byte offsets.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use bson::DateTime;
use flate2::bufread::MultiGzDecoder;

use super::bson_file::BsonFile;
use super::json_file::JsonFile;
use crate::source::{Content, SourceError};

/// Bytes read from the disk at a time.
const BUFFER: usize = 256 << 10;

/// Something in a dump file.
pub(super) struct Entry {
    /// Where it begins in the decompressed content.
    pub offset: u64,
    /// What it is.
    pub content: Content,
}

/// The entries of a file, in order.
pub(super) enum Entries {
    Bson(BsonFile),
    Json(JsonFile),
}

impl Entries {
    /// Opens a file and skips to an offset of its decompressed content, which must be where an entry begins.
    pub fn open(path: &Path, offset: u64) -> Result<Self, SourceError> {
        let input = Input::open(path, offset)?;
        let name = path.to_string_lossy();
        if name.contains(".bson") {
            Ok(Self::Bson(BsonFile::new(input)))
        } else {
            Ok(Self::Json(JsonFile::new(input)))
        }
    }

    /// The next entry, or `None` at the end of the file.
    pub fn next_entry(&mut self) -> Result<Option<Entry>, SourceError> {
        match self {
            Self::Bson(file) => file.next_entry(),
            Self::Json(file) => file.next_entry(),
        }
    }

    /// Where the next entry begins: everything before has been returned.
    pub fn offset(&self) -> u64 {
        match self {
            Self::Bson(file) => file.offset(),
            Self::Json(file) => file.offset(),
        }
    }
}

/// Size and time of modification: the same values mean the same content.
pub(super) fn identity(path: &Path) -> Result<(i64, DateTime), SourceError> {
    let failed = |source| SourceError::File {
        path: path.to_owned(),
        source,
    };
    let metadata = std::fs::metadata(path).map_err(failed)?;
    let modified = metadata.modified().map_err(failed)?;
    Ok((
        i64::try_from(metadata.len()).unwrap_or(i64::MAX),
        DateTime::from_system_time(modified),
    ))
}

/// The decompressed bytes of a file, with the place in them.
pub(super) struct Input {
    reader: Box<dyn BufRead + Send>,
    path: PathBuf,
    /// Bytes consumed so far.
    pub offset: u64,
}

impl Input {
    fn open(path: &Path, offset: u64) -> Result<Self, SourceError> {
        let failed = |source| SourceError::File {
            path: path.to_owned(),
            source,
        };
        let file = BufReader::with_capacity(BUFFER, File::open(path).map_err(failed)?);
        let extension = path
            .extension()
            .and_then(|e| e.to_str())
            .unwrap_or_default();
        let reader: Box<dyn BufRead + Send> = match extension {
            "gz" => Box::new(BufReader::with_capacity(BUFFER, MultiGzDecoder::new(file))),
            "zst" | "zstd" => {
                let decoder = zstd::Decoder::with_buffer(file).map_err(failed)?;
                Box::new(BufReader::with_capacity(BUFFER, decoder))
            }
            _ => Box::new(file),
        };
        let mut input = Self {
            reader,
            path: path.to_owned(),
            offset: 0,
        };
        input.skip(offset)?;
        Ok(input)
    }

    fn skip(&mut self, bytes: u64) -> Result<(), SourceError> {
        let skipped = std::io::copy(&mut (&mut self.reader).take(bytes), &mut std::io::sink())
            .map_err(|error| self.failed(error))?;
        self.offset += skipped;
        Ok(())
    }

    /// Bytes at hand, empty at the end of the file.
    pub fn fill(&mut self) -> Result<&[u8], SourceError> {
        // Asked twice, because a borrow that is returned on one path only cannot be ended on the other.
        if let Err(error) = self.reader.fill_buf() {
            return Err(self.failed(error));
        }
        match self.reader.fill_buf() {
            Ok(bytes) => Ok(bytes),
            Err(source) => Err(SourceError::File {
                path: self.path.clone(),
                source,
            }),
        }
    }

    /// Takes bytes at hand away.
    pub fn consume(&mut self, bytes: usize) {
        self.reader.consume(bytes);
        self.offset += bytes as u64;
    }

    /// Reads up to so many bytes; fewer at the end of the file.
    pub fn read_up_to(&mut self, bytes: usize, into: &mut Vec<u8>) -> Result<usize, SourceError> {
        let read = (&mut self.reader)
            .take(bytes as u64)
            .read_to_end(into)
            .map_err(|error| self.failed(error))?;
        self.offset += read as u64;
        Ok(read)
    }

    /// The file is damaged from an offset on.
    pub fn damaged(&self, offset: u64, problem: impl Into<String>) -> SourceError {
        SourceError::Damaged {
            path: self.path.clone(),
            offset,
            problem: problem.into(),
        }
    }

    /// An error while decompressing is damage, one of the disk is not.
    fn failed(&self, source: std::io::Error) -> SourceError {
        use std::io::ErrorKind;
        match source.kind() {
            ErrorKind::UnexpectedEof
            | ErrorKind::InvalidData
            | ErrorKind::InvalidInput
            | ErrorKind::Other => {
                self.damaged(self.offset, format!("it cannot be decompressed: {source}"))
            }
            _ => SourceError::File {
                path: self.path.clone(),
                source,
            },
        }
    }
}
