//! The one task that looks for changes.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{broadcast, watch};
use tokio::time::MissedTickBehavior;

use super::picture::{Picture, freshness};
use super::{EVERY, Message};
use crate::db::DatabaseError;
use crate::http::{HttpState, Problem};
use crate::report::{POSITION, Reader};

/// How often streams hear through when the figures are complete, when there is no other news.
const FRESHNESS_EVERY: Duration = Duration::from_secs(15);

/// Looks for changes as long as there are streams, until the service ends.
pub async fn look_out(
    state: HttpState,
    messages: broadcast::Sender<Arc<Message>>,
    shown: watch::Sender<Option<Arc<Picture>>>,
) {
    let mut ticks = tokio::time::interval(EVERY);
    // Late is late: what was missed is in the next picture.
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut seen = None;
    let mut fresh_at = Instant::now();
    while state.stop.or(ticks.tick()).await.is_some() {
        if messages.receiver_count() == 0 {
            // Nobody is told about what happens now, so the next stream needs a new picture.
            shown.send_replace(None);
            seen = None;
            continue;
        }
        match look(&state, seen.as_deref(), &shown).await {
            Ok((position, news)) => {
                seen = Some(position);
                for message in news {
                    // An error means that the last stream has just ended.
                    let _ = messages.send(Arc::new(message));
                }
            }
            Err(problem) => {
                tracing::debug!(
                    problem = problem.detail(),
                    "changes could not be looked for"
                );
                seen = None;
            }
        }
        if fresh_at.elapsed() >= FRESHNESS_EVERY {
            fresh_at = Instant::now();
            if let Ok(message) = fresh(&state).await {
                let _ = messages.send(Arc::new(message));
            }
        }
    }
}

/// Makes a new picture if anything was committed since. Returns what it saw, and what is new.
async fn look(
    state: &HttpState,
    seen: Option<&str>,
    shown: &watch::Sender<Option<Arc<Picture>>>,
) -> Result<(String, Vec<Message>), Problem> {
    let today = state.app.clock.today();
    let before = shown.borrow().clone();
    let mut client = state.client().await?;
    let row = client
        .query_typed_one(POSITION, &[])
        .await
        .map_err(DatabaseError::statement("look for changes"))?;
    let position: String = row.get(0);
    let is_today = before
        .as_ref()
        .is_some_and(|picture| picture.today == today);
    if seen == Some(position.as_str()) && is_today {
        return Ok((position, Vec::new()));
    }
    let reader = Reader::begin(&mut client, &state.app.clock).await?;
    let position = reader.position().await?;
    let picture = Arc::new(Picture::take(state, &reader).await?);
    let news = match &before {
        Some(before) => picture.since(before),
        None => Vec::new(),
    };
    shown.send_replace(Some(picture));
    Ok((position, news))
}

async fn fresh(state: &HttpState) -> Result<Message, Problem> {
    let mut client = state.client().await?;
    let reader = Reader::begin(&mut client, &state.app.clock).await?;
    Ok(freshness(state, &reader.freshness().await?))
}
