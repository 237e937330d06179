//! Replaces the statistics of some days by what they should be, in one transaction.

use jiff::civil::Date;
use serde::Serialize;
use tokio_postgres::{Client, Transaction};

use crate::clock::BusinessClock;
use crate::db::{DatabaseError, OpenDate};

/// Which days to rebuild.
#[derive(Debug, Clone)]
pub enum Scope {
    /// Those of some days that have marks.
    Marked(Vec<Date>),
    /// All days of a range, both ends included; `None` leaves an end open.
    Range(Option<Date>, Option<Date>),
}

impl Scope {
    fn bounds(&self) -> (OpenDate, OpenDate) {
        match self {
            Self::Marked(days) => (
                OpenDate::from(days.iter().min().copied()),
                OpenDate::until(days.iter().max().copied()),
            ),
            Self::Range(from, to) => (OpenDate::from(*from), OpenDate::until(*to)),
        }
    }

    fn days(&self) -> Option<&[Date]> {
        match self {
            Self::Marked(days) => Some(days),
            Self::Range(..) => None,
        }
    }
}

/// What a rebuild changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Rebuilt {
    /// Days computed. For a range, the days with orders.
    pub days: u64,
    /// Rows of statistics that are new or differ from before.
    pub rows_changed: u64,
    /// Rows removed because their day has no order left.
    pub rows_removed: u64,
}

impl std::ops::AddAssign for Rebuilt {
    fn add_assign(&mut self, other: Self) {
        self.days += other.days;
        self.rows_changed += other.rows_changed;
        self.rows_removed += other.rows_removed;
    }
}

/// Rebuilds a scope. Readers see the old figures of the whole scope until the new ones are complete.
///
/// # Errors
/// PostgreSQL refuses; then nothing has changed and the marks are still there.
pub async fn rebuild(
    client: &mut Client,
    scope: &Scope,
    clock: &BusinessClock,
) -> Result<Rebuilt, DatabaseError> {
    attempt(client, scope, clock)
        .await
        .map_err(DatabaseError::statement("rebuild the statistics"))
}

async fn attempt(
    client: &mut Client,
    scope: &Scope,
    clock: &BusinessClock,
) -> Result<Rebuilt, tokio_postgres::Error> {
    let transaction = client.transaction().await?;
    lock(&transaction, scope).await?;
    let (from, to) = scope.bounds();
    let marked = transaction
        .query(include_str!("take_marks.sql"), &[&from, &to, &scope.days()])
        .await?;
    // Another worker may have computed some of the days while this one waited for its locks.
    let days: Option<Vec<Date>> = scope
        .days()
        .map(|_| marked.iter().map(|row| row.get(0)).collect());
    if days.as_ref().is_some_and(Vec::is_empty) {
        return Ok(Rebuilt::default());
    }
    compute(&transaction, days.as_deref(), from, to).await?;
    let rebuilt = replace(&transaction, days.as_deref(), from, to, clock).await?;
    transaction.commit().await?;
    Ok(rebuilt)
}

async fn lock(transaction: &Transaction<'_>, scope: &Scope) -> Result<(), tokio_postgres::Error> {
    match scope.days() {
        Some(days) => {
            transaction
                .query_one(include_str!("lock_days.sql"), &[&days])
                .await
        }
        None => {
            transaction
                .query_one(include_str!("lock_all.sql"), &[])
                .await
        }
    }
    .map(|_| ())
}

async fn compute(
    transaction: &Transaction<'_>,
    days: Option<&[Date]>,
    from: OpenDate,
    to: OpenDate,
) -> Result<(), tokio_postgres::Error> {
    match days {
        Some(days) => {
            transaction
                .execute(include_str!("compute_days.sql"), &[&days])
                .await
        }
        None => {
            transaction
                .execute(include_str!("compute_range.sql"), &[&from, &to])
                .await
        }
    }
    .map(|_| ())
}

async fn replace(
    transaction: &Transaction<'_>,
    days: Option<&[Date]>,
    from: OpenDate,
    to: OpenDate,
    clock: &BusinessClock,
) -> Result<Rebuilt, tokio_postgres::Error> {
    let row = transaction
        .query_one(
            include_str!("replace_statistics.sql"),
            &[&from, &to, &days, &clock.today(), &clock.civil()],
        )
        .await?;
    let count = |column| row.get::<_, i64>(column).unsigned_abs();
    let computed = days.map_or_else(|| count(2), |days| days.len() as u64);
    Ok(Rebuilt {
        days: computed,
        rows_changed: count(0),
        rows_removed: count(1),
    })
}

/// Declares the days final that have ended and have nothing waiting. Returns how many rows changed.
///
/// # Errors
/// PostgreSQL refuses.
pub async fn close_days(client: &Client, clock: &BusinessClock) -> Result<u64, DatabaseError> {
    let row = client
        .query_one(
            include_str!("close_days.sql"),
            &[&clock.today(), &clock.civil()],
        )
        .await
        .map_err(DatabaseError::statement("close the ended days"))?;
    Ok(row.get::<_, i64>(0).unsigned_abs())
}
