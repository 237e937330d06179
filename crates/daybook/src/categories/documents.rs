//! The table from product and category documents of the marketplaces, in a collection or a dump file.

use std::path::Path;

use order_model::{Platform, catalogue_facts};

use super::{Catalogue, CategoriesError};
use crate::config::{Config, SourceUrl};
use crate::error::Error;
use crate::source;

/// Reads all documents of a collection of the configured source, or of a dump file.
///
/// # Errors
/// They cannot be read, or contradict each other, or say nothing about categories.
pub async fn read(
    config: &Config,
    place: &str,
    platform: Option<Platform>,
) -> Result<Catalogue, Error> {
    let platform = platform.or_else(|| named_in(place)).ok_or_else(|| {
        Error::Usage(format!(
            "{place} does not tell its marketplace; add --platform tiktok, shopee or lazada"
        ))
    })?;
    let mut catalogue = Catalogue::default();
    let mut number = 0_u64;
    let take = |document: &bson::RawDocument| {
        number += 1;
        let at = format!("document {number}");
        match catalogue_facts(platform, document) {
            Ok(facts) => {
                for fact in facts {
                    catalogue.add(platform, fact, &at);
                }
            }
            Err(reject) => catalogue.refuse(&at, reject.to_string()),
        }
    };
    let path = Path::new(place);
    if path.is_file() {
        source::each_document_of_file(path, take)?;
    } else {
        match config.source()? {
            SourceUrl::Mongo(uri) => {
                source::each_document_of_collection(uri, place, take).await?;
            }
            SourceUrl::Folder(folder) => {
                return Err(CategoriesError::File {
                    place: place.to_owned(),
                    action: "read",
                    problem: format!(
                        "there is no such file, and the source is the folder {}, which has no collections",
                        folder.display()
                    ),
                }
                .into());
            }
        }
    }
    Ok(catalogue.checked(place)?)
}

/// The marketplace in a name such as `shopee_products`.
fn named_in(place: &str) -> Option<Platform> {
    let name = Path::new(place).file_name()?.to_str()?.to_ascii_lowercase();
    let mut named = Platform::ALL
        .into_iter()
        .filter(|platform| name.contains(platform.as_str()));
    named.next().filter(|_| named.next().is_none())
}
