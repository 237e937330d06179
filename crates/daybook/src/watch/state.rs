//! What a running service knows about itself, beside what is in the database.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::alerts::UsualGaps;
use super::delivery::Delivery;
use super::metrics::{FiguresCache, Requests};
use super::oplog::{Oplog, OplogLook};
use crate::app::App;
use crate::config::Config;
use crate::db::DatabaseError;

/// How often MongoDB is asked about its oplog, and how fresh the last signs of life are.
const LOOK_EVERY: Duration = Duration::from_secs(60);
/// How often the usual gaps are learnt.
const LEARN_EVERY: Duration = Duration::from_secs(3_600);
/// How long MongoDB may take to answer.
const OPLOG_PATIENCE: Duration = Duration::from_secs(15);
/// Learning reads the orders of four weeks.
const LEARN_LIMIT: &str = "set local statement_timeout = '60s'";

/// What watches one running service. `serve` makes one and shares it with the routes and the scheduler:
///
/// - routes get it in [`crate::http::HttpState`];
/// - the leader keeps [`super::alerts::keep`] at work for as long as it leads.
pub struct Watch {
    delivery: Delivery,
    pub(super) requests: Requests,
    pub(super) figures: FiguresCache,
    oplog: Mutex<Option<Arc<Oplog>>>,
    usual_gaps: Mutex<Option<Arc<UsualGaps>>>,
    looking: tokio::sync::Mutex<Looking>,
    looked_at: Mutex<Option<Instant>>,
}

/// What looking beside the ticks needs.
#[derive(Default)]
struct Looking {
    oplog: OplogLook,
    learnt_at: Option<Instant>,
}

impl Watch {
    /// A watch over a service with this configuration.
    pub fn new(config: &Config) -> Arc<Self> {
        Self::telling(Delivery::new(config))
    }

    /// The same, with its own way of telling people.
    pub fn telling(delivery: Delivery) -> Arc<Self> {
        Arc::new(Self {
            delivery,
            requests: Requests::default(),
            figures: FiguresCache::default(),
            oplog: Mutex::default(),
            usual_gaps: Mutex::default(),
            looking: tokio::sync::Mutex::default(),
            looked_at: Mutex::default(),
        })
    }

    /// The way to people.
    pub fn delivery(&self) -> &Delivery {
        &self.delivery
    }

    /// Names of the channels to people.
    pub fn channels(&self) -> Vec<&'static str> {
        self.delivery.names()
    }

    /// Where the oplog starts; `None` while nobody knows.
    pub fn oplog(&self) -> Option<Arc<Oplog>> {
        locked(&self.oplog).clone()
    }

    /// Takes over what is known about the oplog.
    pub fn set_oplog(&self, oplog: Option<Oplog>) {
        *locked(&self.oplog) = oplog.map(Arc::new);
    }

    /// How long marketplaces are usually silent; `None` while that has not been learnt.
    pub fn usual_gaps(&self) -> Option<Arc<UsualGaps>> {
        locked(&self.usual_gaps).clone()
    }

    /// Looks, in a task of its own, at what takes too long for a tick: the usual gaps and the oplog.
    pub(super) fn look_beside(self: &Arc<Self>, app: &Arc<App>) {
        let mut looked_at = locked(&self.looked_at);
        if looked_at.is_some_and(|at| at.elapsed() < LOOK_EVERY) {
            return;
        }
        *looked_at = Some(Instant::now());
        let (watch, app) = (self.clone(), app.clone());
        tokio::spawn(async move { watch.look(&app).await });
    }

    /// Looks at the same now. What cannot be learnt this time is told in the log; the usual gaps stay as they were, the
    /// oplog becomes unknown.
    pub async fn look(&self, app: &App) {
        *locked(&self.looked_at) = Some(Instant::now());
        let mut looking = self.looking.lock().await;
        let oplog = looking.oplog.look(&app.config);
        let oplog = match tokio::time::timeout(OPLOG_PATIENCE, oplog).await {
            Ok(Ok(oplog)) => Some(oplog),
            Ok(Err(error)) => {
                tracing::debug!(%error, "no look at the oplog this time");
                None
            }
            Err(_) => None,
        };
        self.set_oplog(oplog);
        let is_known = looking
            .learnt_at
            .is_some_and(|at| at.elapsed() < LEARN_EVERY);
        match self.learn(app, is_known).await {
            Ok(()) if !is_known => looking.learnt_at = Some(Instant::now()),
            Ok(()) => {}
            Err(error) => {
                tracing::warn!(%error, "the usual gaps of the marketplaces could not be learnt");
            }
        }
    }

    /// Learns the usual gaps, or only the last signs of life when the gaps are known.
    async fn learn(&self, app: &App, is_known: bool) -> Result<(), DatabaseError> {
        let mut client = app.database.connect().await?;
        let failed = DatabaseError::statement("learn the usual gaps");
        let transaction = client.transaction().await.map_err(&failed)?;
        transaction
            .batch_execute(LEARN_LIMIT)
            .await
            .map_err(&failed)?;
        let zone = &app.config.business.zone_name;
        let known = self.usual_gaps().filter(|_| is_known);
        let mut gaps = match known {
            Some(known) => UsualGaps::clone(&known),
            None => UsualGaps::learn(&transaction, &app.clock, zone).await?,
        };
        gaps.hear(&transaction, &app.clock, zone).await?;
        *locked(&self.usual_gaps) = Some(Arc::new(gaps));
        Ok(())
    }

    /// Sends what is due, in a task of its own.
    pub(super) fn deliver_beside(self: &Arc<Self>, app: &Arc<App>) {
        let (watch, app) = (self.clone(), app.clone());
        tokio::spawn(async move {
            if let Err(error) = watch.delivery.deliver_unless_busy(&app).await {
                tracing::warn!(%error, "alerts could not be told; trying again");
            }
        });
    }
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex
        .lock()
        .expect("nothing panics while it holds the lock")
}
