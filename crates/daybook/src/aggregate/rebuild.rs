//! Replaces the statistics of some days by what they should be, in one transaction.

use backon::{ExponentialBuilder, Retryable};
use jiff::civil::Date;
use serde::Serialize;
use tokio_postgres::types::Type;
use tokio_postgres::{IsolationLevel, Transaction};

use super::grains;
use super::recount::{self, Helpers};
use super::stretch::Stretch;
use crate::app::App;
use crate::clock::BusinessClock;
use crate::db::{DatabaseError, OpenDate, is_transient};
use crate::observe::meters;
use crate::runs::RunId;

/// Which days to rebuild.
#[derive(Debug, Clone)]
pub enum Scope {
    /// Those of some days that have marks.
    Marked(Vec<Date>),
    /// All days of a range, both ends included; `None` leaves an end open.
    Range(Option<Date>, Option<Date>),
}

/// First and last day of a scope.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    pub from: OpenDate,
    pub to: OpenDate,
}

impl Scope {
    fn bounds(&self) -> Bounds {
        let (from, to) = match self {
            Self::Marked(days) => (days.iter().min().copied(), days.iter().max().copied()),
            Self::Range(from, to) => (*from, *to),
        };
        Bounds {
            from: OpenDate::from(from),
            to: OpenDate::until(to),
        }
    }

    fn days(&self) -> Option<&[Date]> {
        match self {
            Self::Marked(days) => Some(days),
            Self::Range(..) => None,
        }
    }

    /// The statements that keep out whom a rebuild of this scope must not meet.
    fn gate(&self) -> &'static str {
        match self {
            Self::Marked(_) => include_str!("gate_rebuild_days.sql"),
            Self::Range(..) => include_str!("gate_rebuild_range.sql"),
        }
    }
}

/// What a rebuild changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Rebuilt {
    /// Days computed. For a range, the days with orders.
    pub days: u64,
    /// Rows of statistics that are new or differ from before, those of the finer grains included.
    pub rows_changed: u64,
    /// Rows removed because their day, or their bucket of it, has no order left.
    pub rows_removed: u64,
}

impl std::ops::AddAssign for Rebuilt {
    fn add_assign(&mut self, other: Self) {
        self.days += other.days;
        self.rows_changed += other.rows_changed;
        self.rows_removed += other.rows_removed;
    }
}

/// Rebuilds a scope; tried again after a passing failure. Readers see the old figures of the whole scope until the new
/// ones are complete.
///
/// # Errors
/// PostgreSQL refuses; then nothing has changed, and marks and journal are as before.
pub async fn rebuild(app: &App, scope: &Scope, run: RunId) -> Result<Rebuilt, DatabaseError> {
    let attempt = || attempt(app, scope, run);
    attempt
        .retry(
            ExponentialBuilder::default()
                .with_max_times(8)
                .with_min_delay(std::time::Duration::from_millis(50))
                .with_jitter(),
        )
        .when(|error| error.driver().is_some_and(is_transient))
        .notify(|error, _| {
            tracing::debug!(%error, "rebuilding again");
            meters::retry();
        })
        .await
}

/// The locks come first, then one snapshot for all that follows: it reads the orders and takes the marks and journal
/// entries that these orders account for, and no others.
async fn attempt(app: &App, scope: &Scope, run: RunId) -> Result<Rebuilt, DatabaseError> {
    let failed = DatabaseError::statement("rebuild the statistics");
    let mut client = app.database.connect().await?;
    let transaction = client
        .build_transaction()
        .isolation_level(IsolationLevel::RepeatableRead)
        .start()
        .await
        .map_err(&failed)?;
    // After the locks, which must come before the transaction takes its snapshot.
    transaction
        .batch_execute(scope.gate())
        .await
        .map_err(&failed)?;
    app.database
        .limit_idling(&transaction)
        .await
        .map_err(&failed)?;
    // Marked days come in batches, of which several are rebuilt at the same time as it is.
    let helpers = match scope {
        Scope::Marked(_) => Helpers::none(),
        Scope::Range(..) => Helpers::of(&app.database, app.config.aggregate.workers),
    };
    let rebuilt = rebuild_within(&transaction, scope, helpers, &app.clock, run)
        .await
        .map_err(&failed)?;
    app.database
        .require_lead(&transaction)
        .await
        .map_err(&failed)?;
    transaction.commit().await.map_err(&failed)?;
    Ok(rebuilt)
}

/// Rebuilds within a transaction that holds the locks, and whose statements all see the same.
pub(super) async fn rebuild_within(
    transaction: &Transaction<'_>,
    scope: &Scope,
    helpers: Helpers<'_>,
    clock: &BusinessClock,
    run: RunId,
) -> Result<Rebuilt, tokio_postgres::Error> {
    let bounds = scope.bounds();
    let Bounds { from, to } = bounds;
    let marked = transaction
        .query_typed(
            include_str!("take_marks.sql"),
            &[
                (&from, Type::DATE),
                (&to, Type::DATE),
                (&scope.days(), Type::DATE_ARRAY),
            ],
        )
        .await?;
    // Another worker may have computed some of the days while this one waited for its locks.
    let days: Option<Vec<Date>> = scope
        .days()
        .map(|_| marked.iter().map(|row| row.get(0)).collect());
    if days.as_ref().is_some_and(Vec::is_empty) {
        return Ok(Rebuilt::default());
    }
    transaction
        .execute_typed(
            include_str!("take_journal.sql"),
            &[
                (&from, Type::DATE),
                (&to, Type::DATE),
                (&days, Type::DATE_ARRAY),
            ],
        )
        .await?;
    grains::take_journal(transaction, bounds, days.as_deref()).await?;
    let (written, removed) = compute(transaction, bounds, days.as_deref(), helpers, clock).await?;
    let row = transaction
        .query_typed_one(
            include_str!("replace_statistics.sql"),
            &[
                (&from, Type::DATE),
                (&to, Type::DATE),
                (&days, Type::DATE_ARRAY),
                (&clock.today(), Type::DATE),
                (&clock.civil(), Type::TIMESTAMP),
                (&clock.now(), Type::TIMESTAMPTZ),
                (&run, Type::INT8),
            ],
        )
        .await?;
    let count = |column| row.get::<_, i64>(column).unsigned_abs();
    let days = match days {
        Some(days) => days.len() as u64,
        None => {
            let days = include_str!("count_rebuilt_days.sql");
            let days: i64 = transaction.query_typed_one(days, &[]).await?.get(0);
            days.unsigned_abs()
        }
    };
    Ok(Rebuilt {
        days,
        rows_changed: count(0) + written,
        rows_removed: count(1) + removed,
    })
}

/// Computes the figures of days into a table of the transaction, and replaces those of the finer grains. Returns rows of the
/// finer grains written and removed.
async fn compute(
    transaction: &Transaction<'_>,
    bounds: Bounds,
    days: Option<&[Date]>,
    helpers: Helpers<'_>,
    clock: &BusinessClock,
) -> Result<(u64, u64), tokio_postgres::Error> {
    let Bounds { from, to } = bounds;
    match days {
        Some(days) => {
            transaction
                .execute_typed(
                    include_str!("compute_days.sql"),
                    &[(&days, Type::DATE_ARRAY)],
                )
                .await?
        }
        None => {
            transaction
                .execute_typed(
                    include_str!("compute_range.sql"),
                    &[(&from, Type::DATE), (&to, Type::DATE)],
                )
                .await?
        }
    };
    let counts = recount::orders_by_day(transaction, bounds, days).await?;
    let stretches = Stretch::cut(bounds, days, &counts);
    let (mut written, mut removed) = (0, 0);
    let mut recount = helpers.recount(transaction, stretches).await?;
    while let Some(counted) = recount.next(transaction).await? {
        let (more_written, more_removed) = grains::replace(transaction, &counted, clock).await?;
        written += more_written;
        removed += more_removed;
        transaction
            .execute_typed(
                include_str!("add_told_days.sql"),
                &counted.days.parameters(&[]),
            )
            .await?;
    }
    Ok((written, removed))
}
