//! Alerts as people and programs read them: those that are open, and those that were.

use jiff::Timestamp;
use serde::Serialize;
use tokio_postgres::types::Type;
use tokio_postgres::{Row, Transaction};
use utoipa::ToSchema;

use crate::db::DatabaseError;
use crate::watch::delivery::Both;

/// An alert that fired.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Alert {
    /// What it is known by, such as `lag:tiktok_orders`.
    pub key: String,
    /// Kind, from a closed list.
    pub kind: String,
    /// `warning` or `critical`.
    pub severity: String,
    /// What it is about, where there can be several: a marketplace, a stream, a command.
    pub subject: Option<String>,
    /// What was measured last while the condition held.
    pub value: f64,
    /// What it was compared with.
    pub threshold: f64,
    /// Unit of both.
    pub unit: String,
    /// What is the matter.
    pub message: Both,
    /// What to do.
    pub hint: Both,
    /// Page of the dashboard that shows more.
    pub link: String,
    /// When the condition was first seen.
    pub began_at: Timestamp,
    /// When it fired.
    pub fired_at: Timestamp,
    /// When the condition was last seen to hold, to about a minute.
    pub last_seen_at: Timestamp,
    /// When it was resolved; `null` while it is open.
    pub resolved_at: Option<Timestamp>,
    /// Who was told.
    pub deliveries: Vec<Delivered>,
}

/// What became of one message about an alert.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Delivered {
    /// Channel: `webhook`, `slack` or `telegram`.
    pub channel: String,
    /// `fired` or `resolved`.
    pub event: String,
    /// How often it was tried.
    pub attempts: i32,
    /// Why the last attempt failed.
    pub last_error: Option<String>,
    /// When it was taken.
    pub delivered_at: Option<Timestamp>,
    /// When it was given up.
    pub given_up_at: Option<Timestamp>,
}

/// Where a page of alerts ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct After {
    /// When the last alert fired.
    pub fired_at: Timestamp,
    /// Its key.
    pub key: String,
}

/// Reads alerts, the newest first.
///
/// # Errors
/// PostgreSQL refuses.
pub async fn list(
    transaction: &Transaction<'_>,
    only_open: bool,
    after: Option<&After>,
    limit: i64,
) -> Result<Vec<Alert>, DatabaseError> {
    let failed = DatabaseError::statement("read the alerts");
    let rows = transaction
        .query_typed(
            include_str!("list.sql"),
            &[
                (&only_open, Type::BOOL),
                (&after.map(|after| after.fired_at), Type::TIMESTAMPTZ),
                (&after.map(|after| after.key.as_str()), Type::TEXT),
                (&limit, Type::INT8),
            ],
        )
        .await
        .map_err(&failed)?;
    with_deliveries(transaction, &rows).await.map_err(&failed)
}

/// Reads the alerts that fired or were resolved last, the latest first.
///
/// # Errors
/// PostgreSQL refuses.
pub async fn latest(
    transaction: &Transaction<'_>,
    limit: i64,
) -> Result<Vec<Alert>, DatabaseError> {
    let failed = DatabaseError::statement("read the latest alerts");
    let rows = transaction
        .query_typed(include_str!("latest.sql"), &[(&limit, Type::INT8)])
        .await
        .map_err(&failed)?;
    with_deliveries(transaction, &rows).await.map_err(&failed)
}

async fn with_deliveries(
    transaction: &Transaction<'_>,
    rows: &[Row],
) -> Result<Vec<Alert>, tokio_postgres::Error> {
    let mut alerts: Vec<_> = rows.iter().map(Alert::from_row).collect();
    let keys: Vec<_> = alerts.iter().map(|alert| alert.key.as_str()).collect();
    let begun: Vec<_> = alerts.iter().map(|alert| alert.began_at).collect();
    let deliveries = transaction
        .query_typed(
            include_str!("list_deliveries.sql"),
            &[(&keys, Type::TEXT_ARRAY), (&begun, Type::TIMESTAMPTZ_ARRAY)],
        )
        .await?;
    for row in &deliveries {
        let of = |alert: &&mut Alert| {
            alert.key == row.get::<_, &str>("condition_key")
                && alert.began_at == row.get::<_, Timestamp>("began_at")
        };
        if let Some(alert) = alerts.iter_mut().find(of) {
            alert.deliveries.push(Delivered::from_row(row));
        }
    }
    Ok(alerts)
}

impl Alert {
    fn from_row(row: &Row) -> Self {
        let both = |en: &str, vi: &str| Both {
            en: row.get(en),
            vi: row.get(vi),
        };
        Self {
            key: row.get("condition_key"),
            kind: row.get("kind"),
            severity: row.get("severity"),
            subject: row.get("subject"),
            value: row.get("value"),
            threshold: row.get("threshold"),
            unit: row.get("unit"),
            message: both("message_en", "message_vi"),
            hint: both("hint_en", "hint_vi"),
            link: row.get("link_path"),
            began_at: row.get("began_at"),
            fired_at: row.get("fired_at"),
            last_seen_at: row.get("last_seen_at"),
            resolved_at: row.get("resolved_at"),
            deliveries: Vec::new(),
        }
    }
}

impl Delivered {
    fn from_row(row: &Row) -> Self {
        Self {
            channel: row.get("channel"),
            event: row.get("event"),
            attempts: row.get("attempts"),
            last_error: row.get("last_error"),
            delivered_at: row.get("delivered_at"),
            given_up_at: row.get("given_up_at"),
        }
    }
}
