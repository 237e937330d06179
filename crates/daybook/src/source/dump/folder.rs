//! Which files of a folder are dumps of the configured collections.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use order_model::Platform;

use crate::config::Config;
use crate::source::{SourceError, StreamContent};

/// Endings of dump files, before that of a compression.
const FORMATS: [&str; 4] = [".bson", ".json", ".ndjson", ".jsonl"];
/// Endings of compressions.
const COMPRESSIONS: [&str; 4] = ["", ".gz", ".zst", ".zstd"];

/// A file with orders.
#[derive(Debug, Clone)]
pub(super) struct DumpFile {
    pub path: PathBuf,
    pub content: StreamContent,
}

/// What a folder holds for us.
pub(super) struct FolderContents {
    pub orders: Vec<DumpFile>,
    pub companions: HashMap<Platform, Vec<PathBuf>>,
}

/// Finds the dumps in a folder and in the folders directly below it, as mongodump lays them out.
pub(super) fn find(config: &Config, folder: &Path) -> Result<FolderContents, SourceError> {
    let folder_error = |source| SourceError::Folder {
        path: folder.to_owned(),
        source,
    };
    let folder = folder.canonicalize().map_err(folder_error)?;
    let files = list(&folder).map_err(folder_error)?;
    let of_collection = |name: &str| -> Vec<PathBuf> {
        files
            .iter()
            .filter(|path| collection_of(path) == Some(name))
            .cloned()
            .collect()
    };

    let wanted = wanted_collections(config);
    let mut orders = Vec::new();
    for (name, content) in &wanted {
        orders.extend(of_collection(name).into_iter().map(|path| DumpFile {
            path,
            content: content.clone(),
        }));
    }
    if orders.is_empty() {
        return Err(SourceError::NoDumps {
            path: folder.clone(),
            expected: names(wanted.iter().map(|(name, _)| name.clone())),
            found: names(files.iter().map(|path| relative(&folder, path))),
        });
    }
    let companions = Platform::ALL
        .into_iter()
        .filter_map(|platform| {
            Some((
                platform,
                of_collection(config.collections.companions(platform)?),
            ))
        })
        .filter(|(_, paths)| !paths.is_empty())
        .collect();
    Ok(FolderContents { orders, companions })
}

fn wanted_collections(config: &Config) -> Vec<(String, StreamContent)> {
    match &config.collections.shared {
        Some((collection, platform_field)) => {
            vec![(
                collection.clone(),
                StreamContent::Mixed {
                    platform_field: platform_field.clone(),
                },
            )]
        }
        None => Platform::ALL
            .into_iter()
            .map(|p| {
                (
                    config.collections.orders(p).to_owned(),
                    StreamContent::Orders(p),
                )
            })
            .collect(),
    }
}

/// Files of the folder and of its direct sub-folders, sorted, so that every run reads in the same order.
fn list(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            // A sub-folder we may not read has nothing to do with us.
            let Ok(inner) = std::fs::read_dir(&path) else {
                continue;
            };
            files.extend(
                inner
                    .filter_map(|entry| Some(entry.ok()?.path()))
                    .filter(|path| path.is_file()),
            );
        } else {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// The collection a file is a dump of, by its name.
fn collection_of(path: &Path) -> Option<&str> {
    let name = path.file_name()?.to_str()?;
    COMPRESSIONS
        .iter()
        .filter_map(|compression| name.strip_suffix(compression))
        .find_map(|plain| {
            FORMATS
                .iter()
                .find_map(|format| plain.strip_suffix(format))
                .filter(|name| !name.ends_with(".metadata"))
        })
}

fn relative(folder: &Path, path: &Path) -> String {
    path.strip_prefix(folder)
        .unwrap_or(path)
        .display()
        .to_string()
}

fn names(names: impl Iterator<Item = String>) -> String {
    const SHOWN: usize = 20;
    let all: Vec<_> = names.collect();
    match all.len() {
        0 => "nothing".to_owned(),
        count if count > SHOWN => {
            format!("{}, and {} more", all[..SHOWN].join(", "), count - SHOWN)
        }
        _ => all.join(", "),
    }
}
