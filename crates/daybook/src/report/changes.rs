//! What changed of a day since it was closed.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use tokio_postgres::Row;
use tokio_postgres::types::Type;
use utoipa::ToSchema;

use super::decimal::Decimal;
use super::error::ReportError;
use super::filter::Filter;
use super::reader::Reader;

/// Most changes of a day that are given.
const MOST: i64 = 1000;

/// A change of a closed day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// When the statistics changed.
    pub changed_at: Timestamp,
    /// Marketplace.
    pub platform: String,
    /// What changed them.
    pub cause: ChangeCause,
    /// The runs that brought it about.
    pub runs: Vec<ChangeRun>,
    /// Whether orders were also changed by something that is no run of daybook.
    pub by_hand: bool,
    /// The figures before.
    pub before: Figures,
    /// The figures after.
    pub after: Figures,
}

/// What changed the statistics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ChangeCause {
    /// Changes of orders were added.
    Fold,
    /// The day was computed again.
    Rebuild,
}

/// A run that changed a closed day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeRun {
    /// Number.
    pub id: i64,
    /// Command.
    pub command: String,
}

/// The additive figures of a day and marketplace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = AdditiveFigures)]
#[expect(missing_docs, reason = "the names are those of the columns")]
pub struct Figures {
    pub total_orders: i64,
    pub completed_orders: i64,
    pub cancelled_orders: i64,
    pub pending_orders: i64,
    #[schema(value_type = String, example = "112340000.00")]
    pub gross_merchandise_value: Decimal,
    #[schema(value_type = String, example = "14120000.00")]
    pub total_discount: Decimal,
    #[schema(value_type = String, example = "71204500.00")]
    pub total_revenue: Decimal,
}

impl Reader<'_> {
    /// What changed of a business day since it was closed, newest first: the last thousand changes. Of a day that was never
    /// closed there is nothing.
    ///
    /// # Errors
    /// PostgreSQL refuses.
    pub async fn changes(&self, day: Date, filter: &Filter) -> Result<Vec<Change>, ReportError> {
        let failed = ReportError::statement("read what changed a day");
        let platforms = filter.platform_names();
        let rows = self
            .transaction
            .query_typed(
                include_str!("changes.sql"),
                &[
                    (&day, Type::DATE),
                    (&platforms, Type::TEXT_ARRAY),
                    (&MOST, Type::INT8),
                ],
            )
            .await
            .map_err(&failed)?;
        rows.iter()
            .map(Change::from_row)
            .collect::<Result<_, _>>()
            .map_err(&failed)
    }
}

impl Change {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        let cause: &str = row.try_get("cause")?;
        let ids: Vec<i64> = row.try_get("run_ids")?;
        let commands: Vec<String> = row.try_get("commands")?;
        Ok(Self {
            changed_at: row.try_get("changed_at")?,
            platform: row.try_get("platform")?,
            cause: match cause {
                "fold" => ChangeCause::Fold,
                _ => ChangeCause::Rebuild,
            },
            runs: ids
                .into_iter()
                .zip(commands)
                .map(|(id, command)| ChangeRun { id, command })
                .collect(),
            by_hand: row.try_get("by_hand")?,
            before: Figures::from_row(row, "before")?,
            after: Figures::from_row(row, "after")?,
        })
    }
}

impl Figures {
    fn from_row(row: &Row, when: &str) -> Result<Self, tokio_postgres::Error> {
        let column = |name: &str| format!("{name}_{when}");
        let count = |name| row.try_get(column(name).as_str());
        let amount = |name| row.try_get(column(name).as_str());
        Ok(Self {
            total_orders: count("total_orders")?,
            completed_orders: count("completed_orders")?,
            cancelled_orders: count("cancelled_orders")?,
            pending_orders: count("pending_orders")?,
            gross_merchandise_value: amount("gross_merchandise_value")?,
            total_discount: amount("total_discount")?,
            total_revenue: amount("total_revenue")?,
        })
    }
}
