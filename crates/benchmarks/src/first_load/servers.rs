//! What the two servers need by themselves.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bson::RawDocumentBuf;
use mongodb::Database;

use crate::ready_made::ReadyMade;

/// Reads every document by the bare driver, and lets go of it; beside that, psql copies ready-made rows into a database. Until both
/// are done.
pub async fn alone(
    rows: &Arc<ReadyMade>,
    url: &str,
    documents: &Database,
) -> anyhow::Result<Duration> {
    let (rows, url) = (Arc::clone(rows), url.to_owned());
    let started = Instant::now();
    let copying = tokio::task::spawn_blocking(move || rows.copy(&url));
    for collection in documents.list_collection_names().await? {
        let collection = documents.collection::<RawDocumentBuf>(&collection);
        let mut cursor = collection.find(bson::doc! {}).await?;
        while cursor.advance().await? {}
    }
    copying.await??;
    Ok(started.elapsed())
}
