//! Alerts: what needs a person, told once when it begins and once when it is over.
//!
//! The leader calls [`tick`] every few seconds. A tick reads the state of the service, judges it by the thresholds
//! (`rules`), compares that with what is known (`machine`), and stores what changes together with what has to be told
//! (`store`), all in one transaction. Sending comes after the commit, in a task of its own ([`super::delivery`]).
//!
//! Two ticks at the same time, by an old leader and a new one, do no harm: the second waits for the first, and sees what it did.

mod attention;
mod condition;
mod duration_text;
mod kind;
mod list;
mod machine;
mod rules;
mod store;
mod usual_gaps;

use std::sync::Arc;
use std::time::Duration;

use tokio_postgres::{Client, IsolationLevel};

pub use self::attention::{Attention, attention};
pub use self::condition::Text;
pub use self::kind::{Kind, Severity};
pub use self::list::{After, Alert, Delivered, latest, list};
use self::machine::{Change, Pace, step};
use self::rules::{Facts, judge};
pub use self::usual_gaps::UsualGaps;
use super::figures::Figures;
use super::{Watch, delivery};
use crate::app::App;
use crate::db::{DatabaseError, kept};
use crate::error::Error;
use crate::follow::Stop;

/// Judging may not take longer: it holds a snapshot, and others wait.
const LIMIT: &str = "set local statement_timeout = '20s'";

/// How often a leader judges.
const EVERY: Duration = Duration::from_secs(5);

/// Judges every few seconds until it is time to stop. For the leader, with its [`App::of_term`].
pub async fn keep(app: Arc<App>, watch: Arc<Watch>, stop: Stop) {
    let mut client = None;
    loop {
        if let Err(error) = tick_on(&app, &watch, &mut client).await {
            client = None;
            tracing::warn!(
                reason = error.in_one_line(),
                "no judgement this time; trying again"
            );
        }
        if stop.or(tokio::time::sleep(EVERY)).await.is_none() {
            return;
        }
    }
}

async fn tick_on(
    app: &Arc<App>,
    watch: &Arc<Watch>,
    client: &mut Option<Client>,
) -> Result<(), Error> {
    tick(app, watch, kept(client, app.database.connect()).await?).await?;
    Ok(())
}

/// What a tick changed.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Ticked {
    /// Keys of alerts that fired.
    pub fired: Vec<String>,
    /// Keys of alerts that were resolved.
    pub resolved: Vec<String>,
    /// Whether anything has to be told now.
    pub is_due: bool,
}

/// Judges the state of the service, stores what fires and what is resolved, and lets it be told. For the leader, every few
/// seconds. What takes long is done beside it: learning the usual gaps, asking MongoDB about its oplog, sending.
///
/// # Errors
/// PostgreSQL refuses; then nothing has changed, and the next tick makes up for it.
pub async fn tick(
    app: &Arc<App>,
    watch: &Arc<Watch>,
    client: &mut Client,
) -> Result<Ticked, DatabaseError> {
    watch.look_beside(app);
    let ticked = evaluate(app, watch, client).await?;
    for key in &ticked.fired {
        tracing::warn!(alert = key, "an alert fires");
    }
    for key in &ticked.resolved {
        tracing::info!(alert = key, "an alert is resolved");
    }
    if ticked.is_due {
        watch.deliver_beside(app);
    }
    Ok(ticked)
}

/// Judges and stores, without telling anybody.
///
/// # Errors
/// PostgreSQL refuses; then nothing has changed.
pub async fn evaluate(
    app: &App,
    watch: &Watch,
    client: &mut Client,
) -> Result<Ticked, DatabaseError> {
    let failed = DatabaseError::statement("judge what needs a person");
    // What others committed before the lock was granted must be seen. The snapshot is taken after it, by the first query.
    let transaction = client
        .build_transaction()
        .isolation_level(IsolationLevel::RepeatableRead)
        .start()
        .await
        .map_err(&failed)?;
    transaction.batch_execute(LIMIT).await.map_err(&failed)?;
    store::lock(&transaction).await.map_err(&failed)?;
    let figures = Figures::read(&transaction, &app.clock).await?;
    let oplog = watch.oplog();
    let usual_gaps = watch.usual_gaps();
    let facts = Facts {
        figures: &figures,
        zone: app.clock.zone(),
        oplog: oplog.as_deref(),
        usual_gaps: usual_gaps.as_deref(),
    };
    let settings = &app.config.alerts;
    let pace = Pace {
        hold: settings.hold,
        resolve_after: settings.resolve_after,
    };
    let open = store::open(&transaction).await.map_err(&failed)?;
    let now = figures.as_of;
    let changes = step(&open, judge(&facts, &settings.thresholds), pace, now);
    let channels = watch.channels();
    let mut ticked = Ticked::default();
    for change in &changes {
        store::apply(&transaction, change, &channels, now)
            .await
            .map_err(&failed)?;
        match change {
            Change::Fire { condition, .. } => ticked.fired.push(condition.key()),
            Change::Resolve(open) => ticked.resolved.push(open.key.clone()),
            _ => {}
        }
    }
    ticked.is_due = delivery::is_due(&transaction, now).await.map_err(&failed)?;
    app.database
        .require_lead(&transaction)
        .await
        .map_err(&failed)?;
    transaction.commit().await.map_err(&failed)?;
    Ok(ticked)
}
