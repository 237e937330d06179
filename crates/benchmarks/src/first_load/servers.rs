//! What the two servers need by themselves.

use std::time::{Duration, Instant};

use bson::RawDocumentBuf;
use mongodb::Database;

use crate::ready_made::ReadyMade;
use crate::server::Server;

/// Reads every document by the bare driver, and lets go of it; beside that, psql copies the rows of one database, ready-made, into
/// another. Until both are done.
pub async fn alone(
    server: &Server,
    from: &str,
    to: &str,
    documents: &Database,
) -> anyhow::Result<Duration> {
    let rows = ReadyMade::of(&server.connect(from).await?, &server.url(from)).await?;
    let url = server.url(to);
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
