//! Orders and GMV by status, which no statistic holds: a read of the orders of a few weeks.

use jiff::civil::Date;
use order_model::OrderStatus;

use super::decimal::Decimal;
use super::error::ReportError;
use super::filter::{Filter, Scope};
use super::range::Range;
use super::reader::Reader;

/// GMV of a business day, by what has become of its orders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusSplit {
    /// Business day.
    pub day: Date,
    /// Of orders now completed.
    pub completed: Decimal,
    /// Of orders still open.
    pub pending: Decimal,
    /// Of orders now cancelled.
    pub cancelled: Decimal,
}

impl StatusSplit {
    /// Most days that are read at once.
    pub const MOST_DAYS: u32 = 92;

    /// The GMV of a status.
    pub fn of(&self, status: OrderStatus) -> Decimal {
        match status {
            OrderStatus::Completed => self.completed,
            OrderStatus::Pending => self.pending,
            OrderStatus::Cancelled => self.cancelled,
        }
    }
}

impl Reader<'_> {
    /// GMV per business day and status, oldest first; days without orders have no row. Read from the orders by the index on
    /// their date, so it is for ranges of at most [`StatusSplit::MOST_DAYS`]; of a longer one the last days are given.
    ///
    /// # Errors
    /// PostgreSQL refuses, or the answer takes too long.
    pub async fn gmv_by_status(
        &self,
        range: &Range,
        filter: &Filter,
    ) -> Result<Vec<StatusSplit>, ReportError> {
        let failed = ReportError::statement("read GMV by status");
        let most = i64::from(StatusSplit::MOST_DAYS) - 1;
        let first = range.to().saturating_sub(jiff::Span::new().days(most));
        let recent = Range::new(range.from().max(first), range.to())
            .expect("the end of a range is not before its last days");
        let rows = self
            .transaction
            .query_typed(
                include_str!("status_split.sql"),
                &Scope::new(&recent, filter).with(&[]),
            )
            .await
            .map_err(&failed)?;
        rows.iter()
            .map(|row| {
                Ok(StatusSplit {
                    day: row.try_get("day")?,
                    completed: row.try_get("completed")?,
                    pending: row.try_get("pending")?,
                    cancelled: row.try_get("cancelled")?,
                })
            })
            .collect::<Result<_, _>>()
            .map_err(&failed)
    }
}
