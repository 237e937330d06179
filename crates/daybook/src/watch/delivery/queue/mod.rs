//! What is to be told, in its table.

use jiff::Timestamp;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Error, GenericClient, Row};

use super::LONGEST_PAUSE;
use super::message::{Both, Event, Message};

/// A message that was taken to be sent.
#[derive(Debug)]
pub struct Claimed {
    /// What to send.
    pub message: Message,
    /// Which attempt this is, from 1.
    pub attempt: u32,
}

/// With the jitter, which may double it.
fn longest_pause() -> String {
    format!("{} seconds", 2 * LONGEST_PAUSE.as_secs())
}

/// Whether anything is to be told now.
pub async fn is_due(client: &impl GenericClient, now: Timestamp) -> Result<bool, Error> {
    let row = client
        .query_typed_one(
            include_str!("is_due.sql"),
            &[(&now, Type::TIMESTAMPTZ), (&longest_pause(), Type::TEXT)],
        )
        .await?;
    Ok(row.get(0))
}

/// Takes the next message of a channel; nobody else takes it until an instant. It is committed before anything is sent.
pub async fn claim(
    client: &Client,
    channel: &str,
    now: Timestamp,
    until: Timestamp,
) -> Result<Option<Claimed>, Error> {
    let row = client
        .query_typed_opt(
            include_str!("claim.sql"),
            &[
                (&channel, Type::TEXT),
                (&now, Type::TIMESTAMPTZ),
                (&until, Type::TIMESTAMPTZ),
                (&longest_pause(), Type::TEXT),
            ],
        )
        .await?;
    Ok(row.as_ref().map(Claimed::from_row))
}

/// Notes that a channel took a message.
pub async fn delivered(
    client: &Client,
    channel: &str,
    message: &Message,
    now: Timestamp,
) -> Result<(), Error> {
    client
        .execute_typed(
            include_str!("delivered.sql"),
            &[
                (&message.key, Type::TEXT),
                (&message.began_at, Type::TIMESTAMPTZ),
                (&message.event.as_str(), Type::TEXT),
                (&channel, Type::TEXT),
                (&now, Type::TIMESTAMPTZ),
            ],
        )
        .await?;
    Ok(())
}

/// Notes why a channel did not take a message, and when to try again; `None` gives up.
pub async fn failed(
    client: &Client,
    channel: &str,
    message: &Message,
    why: &str,
    again: Option<Timestamp>,
    now: Timestamp,
) -> Result<(), Error> {
    client
        .execute_typed(
            include_str!("failed.sql"),
            &[
                (&message.key, Type::TEXT),
                (&message.began_at, Type::TIMESTAMPTZ),
                (&message.event.as_str(), Type::TEXT),
                (&channel, Type::TEXT),
                (&why, Type::TEXT),
                (&again, Type::TIMESTAMPTZ),
                (&now, Type::TIMESTAMPTZ),
            ],
        )
        .await?;
    Ok(())
}

impl Claimed {
    fn from_row(row: &Row) -> Self {
        let both = |en: &str, vi: &str| Both {
            en: row.get(en),
            vi: row.get(vi),
        };
        let message = Message {
            event: match row.get("event") {
                "resolved" => Event::Resolved,
                _ => Event::Fired,
            },
            key: row.get("condition_key"),
            kind: row.get("kind"),
            severity: row.get("severity"),
            subject: row.get("subject"),
            value: row.get("value"),
            threshold: row.get("threshold"),
            unit: row.get("unit"),
            message: both("message_en", "message_vi"),
            hint: both("hint_en", "hint_vi"),
            link_path: row.get("link_path"),
            began_at: row.get("began_at"),
            fired_at: row.get("fired_at"),
            resolved_at: row.get("resolved_at"),
        };
        Self {
            message,
            attempt: row.get::<_, i32>("attempts").unsigned_abs(),
        }
    }
}
