//! Whom questions are put to.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard};

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use tokio_postgres::Transaction;
use tokio_postgres::types::Type;

use super::error::ReportError;
use super::filter::Filter;
use super::range::Range;
use super::series::PeriodRow;
use crate::clock::BusinessClock;
use crate::db;

/// The position of a snapshot.
pub const POSITION: &str =
    "select pg_current_snapshot()::text || ' ' || pg_postmaster_start_time()::text";

/// Sees one instant of the database: all that it answers fits together.
pub struct Reader<'a> {
    pub(super) transaction: Transaction<'a>,
    as_of: Timestamp,
    civil: DateTime,
    /// Totals that were told already: a page asks for some again, to compare them.
    totals: Mutex<TotalsTold>,
}

/// Totals by range and filter. In one snapshot the same question has the same answer.
type TotalsTold = HashMap<(Range, Filter), Option<PeriodRow>>;

impl<'a> Reader<'a> {
    /// The snapshot, for what others read in it.
    pub fn transaction(&self) -> &Transaction<'a> {
        &self.transaction
    }

    /// Begins to read. A statement that takes longer than ten seconds is given up.
    ///
    /// # Errors
    /// PostgreSQL refuses.
    pub async fn begin(
        client: &'a mut deadpool_postgres::Object,
        clock: &BusinessClock,
    ) -> Result<Self, ReportError> {
        // Before the snapshot: what is committed by then is in the answer.
        let as_of = clock.now();
        let transaction = db::snapshot(client).await?;
        Ok(Self {
            transaction,
            as_of,
            civil: as_of.to_zoned(clock.zone().clone()).datetime(),
            totals: Mutex::default(),
        })
    }

    pub(super) fn totals_told(&self) -> MutexGuard<'_, TotalsTold> {
        self.totals
            .lock()
            .expect("nothing panics while it holds the lock")
    }

    /// Every change that was committed by then is in the answers.
    pub fn as_of(&self) -> Timestamp {
        self.as_of
    }

    /// The same instant in the business zone.
    pub fn civil(&self) -> DateTime {
        self.civil
    }

    /// The business day that has not ended.
    pub fn today(&self) -> Date {
        self.civil.date()
    }

    /// Which transactions the snapshot counts as committed, on which run of the server: two snapshots that count the same ones
    /// see the same.
    ///
    /// # Errors
    /// PostgreSQL refuses.
    pub async fn position(&self) -> Result<String, ReportError> {
        let row = self
            .transaction
            .query_typed_one(POSITION, &[])
            .await
            .map_err(ReportError::statement("begin to read"))?;
        Ok(row.get(0))
    }

    /// Fingerprints of the figures of each business day since one, and of all before it together under `None`: equal figures
    /// have equal ones.
    ///
    /// # Errors
    /// PostgreSQL refuses.
    pub async fn fingerprints(
        &self,
        first: Date,
    ) -> Result<BTreeMap<Option<Date>, String>, ReportError> {
        let rows = self
            .transaction
            .query_typed(include_str!("fingerprints.sql"), &[(&first, Type::DATE)])
            .await
            .map_err(ReportError::statement("look for changes"))?;
        Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
    }

    /// Refuses a question about figures that are not kept.
    pub(super) async fn require_grain(&self, grain: &'static str) -> Result<(), ReportError> {
        let row = self
            .transaction
            .query_typed_one(
                "select $1 = any (enabled_grains())",
                &[(&grain, Type::TEXT)],
            )
            .await
            .map_err(ReportError::statement("read which grains are kept"))?;
        match row.get(0) {
            true => Ok(()),
            false => Err(ReportError::GrainNotKept(grain)),
        }
    }
}
