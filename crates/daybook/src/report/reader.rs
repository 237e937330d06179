//! Whom questions are put to.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use tokio_postgres::Transaction;
use tokio_postgres::types::Type;

use super::error::ReportError;
use crate::clock::BusinessClock;
use crate::db;

/// Sees one instant of the database: all that it answers fits together.
pub struct Reader<'a> {
    pub(super) transaction: Transaction<'a>,
    as_of: Timestamp,
    civil: DateTime,
}

impl<'a> Reader<'a> {
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
        transaction
            .batch_execute("set local statement_timeout = '10s'")
            .await
            .map_err(ReportError::statement("begin to read"))?;
        Ok(Self {
            transaction,
            as_of,
            civil: as_of.to_zoned(clock.zone().clone()).datetime(),
        })
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
