//! Where raw orders are: a MongoDB database or a folder of dump files.

use std::fmt;
use std::path::PathBuf;

/// The source as configured.
#[derive(Clone, PartialEq, Eq)]
pub enum SourceUrl {
    /// A connection string of MongoDB, as its driver takes it. It may hold a password.
    Mongo(String),
    /// A folder with dump files.
    Folder(PathBuf),
}

impl SourceUrl {
    /// Reads a `mongodb://`, `mongodb+srv://` or `file://` URL, or a folder's path.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        if text.starts_with("mongodb://") || text.starts_with("mongodb+srv://") {
            return Ok(SourceUrl::Mongo(text.to_owned()));
        }
        let path = match text.split_once("://") {
            Some(("file", path)) => path.strip_prefix("localhost").unwrap_or(path),
            Some((scheme, _)) => {
                return Err(format!("{scheme}:// is not a source daybook can read"));
            }
            None => text,
        };
        if path.is_empty() {
            return Err("names no folder".to_owned());
        }
        Ok(SourceUrl::Folder(PathBuf::from(path)))
    }
}

impl fmt::Debug for SourceUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SourceUrl::Mongo(_) => f.write_str("Mongo(****)"),
            SourceUrl::Folder(path) => f.debug_tuple("Folder").field(path).finish(),
        }
    }
}

/// A URL with its password replaced by stars. Text that is no URL comes back as it is.
pub fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    let authority_end = rest.find(['/', '?']).unwrap_or(rest.len());
    // The last @ ends the user part, because a password may hold an @ that should have been encoded.
    match rest[..authority_end].rfind('@').or_else(|| rest.rfind('@')) {
        Some(at) => {
            let user = rest[..at].split(':').next().unwrap_or_default();
            format!("{scheme}://{user}:****{}", &rest[at..])
        }
        None => url.to_owned(),
    }
}
