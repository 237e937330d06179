//! Moves journal entries into the statistics.

use std::time::{Duration, Instant};

use backon::{BackoffBuilder, ExponentialBuilder};
use jiff::civil::Date;
use serde::Serialize;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Transaction};

use super::grains::{self, Taken};
use super::portion::Portion;
use crate::clock::BusinessClock;
use crate::db::{Database, DatabaseError, is_transient};
use crate::observe::meters;

/// Entries that one transaction takes. More would hold its locks longer than a reader of the rows should wait.
const MOST_ENTRIES: i64 = 20_000;
/// Transactions of one call that catches up.
const MOST_FOLDS_TO_CATCH_UP: u32 = 20;
/// How often a fold looks at the whole journal, whatever it remembers.
const LOOK_AT_ALL_EVERY: Duration = Duration::from_secs(30);
/// The transaction that everything is younger than.
const BEGINNING: &str = "0";

/// What folding did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Folded {
    /// Journal entries moved.
    pub entries: u64,
    /// Rows of statistics changed.
    pub rows_changed: u64,
    /// Rows removed because their day has no order left.
    pub rows_removed: u64,
}

impl std::ops::AddAssign for Folded {
    fn add_assign(&mut self, other: Self) {
        self.entries += other.entries;
        self.rows_changed += other.rows_changed;
        self.rows_removed += other.rows_removed;
    }
}

/// Folds again and again, and remembers below which transaction nothing is left: a forgotten snapshot elsewhere keeps
/// entries from being cleaned away that were folded long ago, and each fold would walk over all of them.
pub struct Folder<'a> {
    database: &'a Database,
    clock: &'a BusinessClock,
    /// Connection, and the floor that was learnt on it: after a failover transactions may be counted anew.
    open: Option<(Client, Floor)>,
    portion: Portion,
}

/// All entries of older transactions are gone.
struct Floor {
    transaction: String,
    /// When the whole journal was last looked at. Entries that another fold held when it was cut are found then.
    looked_at_all: Instant,
}

impl<'a> Folder<'a> {
    /// A folder that has not connected yet.
    pub fn new(database: &'a Database, clock: &'a BusinessClock) -> Self {
        Self {
            database,
            clock,
            open: None,
            portion: Portion::default(),
        }
    }

    /// Moves a bounded number of entries, in one transaction; tried again after a passing failure.
    ///
    /// # Errors
    /// PostgreSQL refuses; then nothing has moved.
    pub async fn fold(&mut self) -> Result<Folded, DatabaseError> {
        Ok(self.fold_once().await?.folded)
    }

    /// Folds until a call finds less than it may take, some times at the most.
    ///
    /// # Errors
    /// PostgreSQL refuses; what was folded before stands.
    pub async fn catch_up(&mut self) -> Result<Folded, DatabaseError> {
        self.fold_until(|folds, _| folds >= MOST_FOLDS_TO_CATCH_UP)
            .await
    }

    /// Folds until a call finds less than it may take, or so many calls have taken so many entries that it is enough.
    async fn fold_until(
        &mut self,
        is_enough: impl Fn(u32, u64) -> bool,
    ) -> Result<Folded, DatabaseError> {
        let (mut all, mut folds, mut taken) = (Folded::default(), 0, 0);
        loop {
            let step = self.fold_once().await?;
            all += step.folded;
            folds += 1;
            taken += step.taken;
            if step.took_all || is_enough(folds, taken) {
                return Ok(all);
            }
        }
    }

    async fn fold_once(&mut self) -> Result<Step, DatabaseError> {
        let mut delays = retries().build();
        loop {
            match self.attempt().await {
                Ok(step) => return Ok(step),
                Err(error) => {
                    self.open = None;
                    let delay = delays
                        .next()
                        .filter(|_| error.driver().is_some_and(is_transient));
                    let Some(delay) = delay else {
                        return Err(error);
                    };
                    tracing::debug!(%error, "folding again");
                    meters::retry();
                    tokio::time::sleep(delay).await;
                }
            }
        }
    }

    /// Folds until a call finds less than it may take: everything that was there at the start, and no more than twice
    /// that, however fast changes come in.
    ///
    /// # Errors
    /// PostgreSQL refuses; what was folded before stands.
    pub async fn fold_all(&mut self) -> Result<Folded, DatabaseError> {
        let waiting = count_journal(&self.opened().await?.0).await?;
        self.fold_until(|_, taken| taken >= 2 * waiting).await
    }

    async fn opened(&mut self) -> Result<&mut (Client, Floor), DatabaseError> {
        if self.open.is_none() {
            let client = self.database.connect().await?;
            self.open = Some((client, Floor::unknown()));
        }
        Ok(self.open.as_mut().expect("it was opened just now"))
    }

    async fn attempt(&mut self) -> Result<Step, DatabaseError> {
        let failed = DatabaseError::statement("fold the journal");
        let (clock, database, portion) = (self.clock, self.database, self.portion);
        let (client, floor) = self.opened().await?;
        if floor.looked_at_all.elapsed() > LOOK_AT_ALL_EVERY {
            *floor = Floor::unknown();
        }
        let transaction = client.transaction().await.map_err(&failed)?;
        database.limit_idling(&transaction).await.map_err(&failed)?;
        transaction
            .batch_execute(include_str!("gate_fold.sql"))
            .await
            .map_err(&failed)?;
        let step = fold_step(&transaction, &floor.transaction, portion, clock)
            .await
            .map_err(&failed)?;
        database.require_lead(&transaction).await.map_err(&failed)?;
        transaction.commit().await.map_err(&failed)?;
        if step.took_all {
            floor.transaction.clone_from(&step.floor);
        }
        self.portion.learn(step.of_grains);
        Ok(step)
    }
}

impl Floor {
    fn unknown() -> Self {
        Self {
            transaction: BEGINNING.to_owned(),
            looked_at_all: Instant::now(),
        }
    }
}

fn retries() -> ExponentialBuilder {
    ExponentialBuilder::default()
        .with_min_delay(Duration::from_millis(50))
        .with_max_times(6)
        .with_jitter()
}

/// What one transaction did.
struct Step {
    folded: Folded,
    /// Entries moved, those of the finer grains included.
    taken: u64,
    /// What was taken of the finer grains.
    of_grains: Taken,
    /// Whether there was nothing else to take.
    took_all: bool,
    /// The floor that holds if it took all.
    floor: String,
}

/// Folds everything within a transaction that has locked writers out.
pub(super) async fn fold_within(
    transaction: &Transaction<'_>,
    clock: &BusinessClock,
) -> Result<Folded, tokio_postgres::Error> {
    let mut all = Folded::default();
    let mut portion = Portion::default();
    loop {
        let step = fold_step(transaction, BEGINNING, portion, clock).await?;
        portion.learn(step.of_grains);
        all += step.folded;
        if step.took_all {
            return Ok(all);
        }
    }
}

async fn fold_step(
    transaction: &Transaction<'_>,
    floor: &str,
    portion: Portion,
    clock: &BusinessClock,
) -> Result<Step, tokio_postgres::Error> {
    let row = transaction
        .query_typed_one(
            include_str!("fold_journal.sql"),
            &[
                (&floor, Type::TEXT),
                (&MOST_ENTRIES, Type::INT8),
                (&clock.civil(), Type::TIMESTAMP),
                (&clock.now(), Type::TIMESTAMPTZ),
            ],
        )
        .await?;
    let count = |row: &tokio_postgres::Row, name| row.get::<_, i64>(name).unsigned_abs();
    let mut folded = Folded {
        entries: count(&row, "entries"),
        rows_changed: count(&row, "rows_changed"),
        rows_removed: 0,
    };
    let empty: Vec<Date> = row.get("days_without_orders");
    if !empty.is_empty() {
        let removed = transaction
            .query_typed_one(
                include_str!("drop_empty.sql"),
                &[(&empty, Type::DATE_ARRAY)],
            )
            .await?;
        folded.rows_removed = removed.get::<_, i64>(0).unsigned_abs();
    }
    let of_grains = grains::fold(transaction, floor, portion.entries, clock).await?;
    Ok(Step {
        folded,
        taken: folded.entries + of_grains.entries,
        of_grains,
        took_all: folded.entries < MOST_ENTRIES.unsigned_abs()
            && of_grains.entries < portion.entries.unsigned_abs(),
        floor: row.get("floor"),
    })
}

/// How many entries wait.
async fn count_journal(client: &Client) -> Result<u64, DatabaseError> {
    let row = client
        .query_typed_one(include_str!("count_journal.sql"), &[])
        .await
        .map_err(DatabaseError::statement("read the journal"))?;
    Ok(row.get::<_, i64>("entries").unsigned_abs())
}
