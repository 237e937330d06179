//! The quarantine table.

use std::collections::HashSet;

use jiff::Timestamp;
use serde::Serialize;
use tokio_postgres::types::Type;
use tokio_postgres::{GenericClient, Transaction};

use super::Entry;
use crate::db::DatabaseError;
use crate::runs::RunId;

/// Files entries and takes resolved documents out, within the transaction of their batch. Returns how many entries are
/// new, or about a document that has changed.
///
/// # Errors
/// PostgreSQL refuses.
pub async fn store<'e>(
    transaction: &Transaction<'_>,
    stream: &str,
    run: RunId,
    now: Timestamp,
    entries: impl Iterator<Item = &'e Entry>,
    resolved: &[String],
) -> Result<u64, tokio_postgres::Error> {
    if !resolved.is_empty() {
        transaction
            .execute_typed(
                include_str!("resolve_entries.sql"),
                &[(&stream, Type::TEXT), (&resolved, Type::TEXT_ARRAY)],
            )
            .await?;
    }
    // One entry a document, even if the batch holds it twice; the upsert could not touch a row twice.
    let mut seen = HashSet::new();
    let entries: Vec<_> = entries
        .filter(|entry| seen.insert(&entry.document.locator))
        .collect();
    if entries.is_empty() {
        return Ok(0);
    }
    let column = |read: fn(&Entry) -> Option<String>| -> Vec<Option<String>> {
        entries.iter().map(|entry| read(entry)).collect()
    };
    let locators = column(|e| Some(e.document.locator.clone()));
    let shown = column(|e| Some(without_nul(&e.document.shown())));
    let platforms = column(|e| e.platform.map(|platform| platform.as_str().to_owned()));
    let reasons = column(|e| Some(e.reject.reason.as_str().to_owned()));
    let fields = column(|e| Some(without_nul(&e.reject.field)));
    let types = column(|e| Some(e.reject.found.to_string()));
    let codes = column(|e| {
        let code = e.reject.order_code.as_ref();
        code.map(|code| code.as_str().to_owned())
    });
    let statuses = column(|e| e.reject.platform_status.clone());
    let hashes: Vec<&[u8]> = entries
        .iter()
        .map(|entry| entry.content_hash.as_slice())
        .collect();
    let updates: Vec<_> = entries
        .iter()
        .map(|entry| entry.reject.source_updated_at)
        .collect();
    let row = transaction
        .query_typed_one(
            include_str!("store_entries.sql"),
            &[
                (&stream, Type::TEXT),
                (&run, Type::INT8),
                (&now, Type::TIMESTAMPTZ),
                (&order_model::RULE_VERSION, Type::INT4),
                (&locators, Type::TEXT_ARRAY),
                (&shown, Type::TEXT_ARRAY),
                (&platforms, Type::TEXT_ARRAY),
                (&reasons, Type::TEXT_ARRAY),
                (&fields, Type::TEXT_ARRAY),
                (&types, Type::TEXT_ARRAY),
                (&hashes, Type::BYTEA_ARRAY),
                (&codes, Type::TEXT_ARRAY),
                (&statuses, Type::TEXT_ARRAY),
                (&updates, Type::TIMESTAMPTZ_ARRAY),
            ],
        )
        .await?;
    Ok(row.get::<_, i64>(0).unsigned_abs())
}

/// PostgreSQL's text cannot hold the character NUL.
fn without_nul(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

/// Which entries to list.
#[derive(Debug, Default, Clone)]
pub struct Filter {
    /// Only this platform.
    pub platform: Option<String>,
    /// Only this reason.
    pub reason: Option<String>,
    /// Only entries a run saw last.
    pub run: Option<i64>,
    /// Only this entry.
    pub id: Option<i64>,
    /// At most so many.
    pub limit: i64,
}

/// An entry as stored.
#[derive(Debug, Clone, Serialize)]
#[expect(missing_docs, reason = "the columns are described in the schema")]
pub struct Stored {
    pub id: i64,
    pub stream: String,
    #[serde(skip)]
    pub locator: String,
    pub document_id: String,
    pub platform: Option<String>,
    pub reason: String,
    pub field: String,
    pub found_type: String,
    pub rule_version: i32,
    pub order_code: Option<String>,
    pub platform_status: Option<String>,
    pub source_updated_at: Option<Timestamp>,
    pub run_id: Option<i64>,
    pub first_seen_at: Timestamp,
    pub last_seen_at: Timestamp,
    pub content_hash: String,
}

/// Lists entries, newest first.
///
/// # Errors
/// PostgreSQL refuses.
pub async fn list(
    client: &impl GenericClient,
    filter: &Filter,
) -> Result<Vec<Stored>, DatabaseError> {
    let rows = client
        .query_typed(
            include_str!("list_entries.sql"),
            &[
                (&filter.platform, Type::TEXT),
                (&filter.reason, Type::TEXT),
                (&filter.run, Type::INT8),
                (&filter.id, Type::INT8),
                (&filter.limit, Type::INT8),
            ],
        )
        .await
        .map_err(DatabaseError::statement("list the quarantine"))?;
    Ok(rows.iter().map(Stored::from_row).collect())
}

impl Stored {
    fn from_row(row: &tokio_postgres::Row) -> Self {
        Self {
            id: row.get("id"),
            stream: row.get("stream"),
            locator: row.get("locator"),
            document_id: row.get("document_id"),
            platform: row.get("platform"),
            reason: row.get("reason"),
            field: row.get("field"),
            found_type: row.get("found_type"),
            rule_version: row.get("rule_version"),
            order_code: row.get("order_code"),
            platform_status: row.get("platform_status"),
            source_updated_at: row.get("source_updated_at"),
            run_id: row.get("run_id"),
            first_seen_at: row.get("first_seen_at"),
            last_seen_at: row.get("last_seen_at"),
            content_hash: row.get("content_hash"),
        }
    }
}

/// Locators of a stream's quarantined documents.
///
/// # Errors
/// PostgreSQL refuses.
pub async fn locators_of(
    client: &impl GenericClient,
    stream: &str,
) -> Result<HashSet<String>, DatabaseError> {
    let rows = client
        .query_typed(include_str!("locators_of.sql"), &[(&stream, Type::TEXT)])
        .await
        .map_err(DatabaseError::statement("read the quarantine"))?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

/// Takes out what a whole pass over a dump file has not met again.
///
/// # Errors
/// PostgreSQL refuses.
pub async fn purge_unseen(
    client: &impl GenericClient,
    stream: &str,
    pass_started_at: Timestamp,
) -> Result<(), DatabaseError> {
    client
        .execute_typed(
            include_str!("purge_unseen.sql"),
            &[(&stream, Type::TEXT), (&pass_started_at, Type::TIMESTAMPTZ)],
        )
        .await
        .map_err(DatabaseError::statement("tidy the quarantine"))?;
    Ok(())
}
