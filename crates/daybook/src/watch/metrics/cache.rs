//! What the database knows, read at most every few seconds however often somebody asks.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::db;
use crate::error::Error;
use crate::http::HttpState;
use crate::watch::figures::Figures;

/// How old an answer may be.
const FRESH_FOR: Duration = Duration::from_secs(5);
/// How long the database may take, connecting included: less than a scrape is waited for.
const PATIENCE: Duration = Duration::from_secs(4);
const LIMIT: &str = "set local statement_timeout = '3s'";

/// The last answer of the database, or that there was none.
#[derive(Default)]
pub struct FiguresCache(tokio::sync::Mutex<Option<Answer>>);

struct Answer {
    at: Instant,
    figures: Option<Arc<Figures>>,
}

impl FiguresCache {
    /// What the database knows; nothing when it does not answer. Whoever comes while it is being asked waits for that answer.
    pub async fn figures(&self, state: &HttpState) -> Option<Arc<Figures>> {
        let mut answer = self.0.lock().await;
        if let Some(fresh) = answer.as_ref().filter(|it| it.at.elapsed() < FRESH_FOR) {
            return fresh.figures.clone();
        }
        let figures = match tokio::time::timeout(PATIENCE, read(state)).await {
            Ok(Ok(figures)) => Some(Arc::new(figures)),
            Ok(Err(error)) => {
                tracing::warn!(error = error.in_one_line(), "no figures for the metrics");
                None
            }
            Err(_) => {
                tracing::warn!("no figures for the metrics: PostgreSQL is too slow");
                None
            }
        };
        *answer = Some(Answer {
            at: Instant::now(),
            figures: figures.clone(),
        });
        figures
    }
}

async fn read(state: &HttpState) -> Result<Figures, Error> {
    let mut client = state.client().await?;
    let snapshot = db::snapshot(&mut client).await?;
    snapshot
        .batch_execute(LIMIT)
        .await
        .map_err(db::DatabaseError::statement("limit a statement"))?;
    Ok(Figures::read(&snapshot, &state.app.clock).await?)
}
