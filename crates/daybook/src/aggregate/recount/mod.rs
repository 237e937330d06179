//! Counts the buckets of the finer grains anew, from the orders themselves, and the days on the way.

mod helpers;

use futures_util::TryStreamExt;
use jiff::civil::Date;
use tokio_postgres::Transaction;
use tokio_postgres::types::Type;

pub use self::helpers::Helpers;
use super::rebuild::Bounds;
use super::stretch::{DayCount, Stretch};
use super::tally::{Amount, Columns, Line, Lines, Order, OrderFacts, Sums, Tally};
use crate::db::OpenDate;

/// Columns of `orders.sql`: how many lines come as columns of their own, where each of them begins, and the rest of the lines.
const LINES_APART: usize = 7;
const FIRST_LINE: usize = 8;
const SECOND_LINE: usize = 11;
const REST_OF_LINES: usize = 14;

/// What the orders of a stretch come to.
#[derive(Debug)]
pub struct Counted {
    /// The days that were counted.
    pub stretch: Stretch,
    /// What they come to, in one bucket for each day and platform.
    pub days: Columns,
    /// Their buckets of the finer grains.
    pub buckets: Columns,
}

/// How many orders each day of a scope has: all within the bounds, or those of the list. Of no use, and left out, where no
/// finer grain is kept.
///
/// # Errors
/// PostgreSQL refuses.
pub async fn orders_by_day(
    transaction: &Transaction<'_>,
    bounds: Bounds,
    days: Option<&[Date]>,
) -> Result<Vec<DayCount>, tokio_postgres::Error> {
    let Bounds { from, to } = bounds;
    let rows = match days {
        Some(days) => {
            let days = [(&days as _, Type::DATE_ARRAY)];
            transaction
                .query_typed(include_str!("count_days.sql"), &days)
                .await?
        }
        None => {
            let bounds = [(&from as _, Type::DATE), (&to as _, Type::DATE)];
            transaction
                .query_typed(include_str!("count_range.sql"), &bounds)
                .await?
        }
    };
    Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
}

/// What the orders of a stretch come to, in the transaction's snapshot. Holds as much as the orders differ, not the orders.
///
/// # Errors
/// PostgreSQL refuses.
async fn recount(
    transaction: &Transaction<'_>,
    stretch: Stretch,
) -> Result<Counted, tokio_postgres::Error> {
    let mut tally = Tally::default();
    let scope: [(OpenDate, Type); 2] = [(stretch.from, Type::DATE), (stretch.to, Type::DATE)];
    let rows = transaction
        .query_typed_raw(include_str!("orders.sql"), scope)
        .await?;
    let mut rows = std::pin::pin!(rows);
    while let Some(row) = rows.try_next().await? {
        let group = tally.group(row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        let amount = |column: usize| row.try_get::<_, Amount>(column);
        let order = Order {
            sums: Sums {
                orders: 1,
                total_amount: amount(3)?.0,
                discount_amount: amount(4)?.0,
                final_amount: amount(5)?.0,
            },
            facts: row.try_get::<_, OrderFacts<'_>>(6)?,
        };
        let line = |first: usize| {
            let (discount, paid) = (amount(first + 1)?, amount(first + 2)?);
            Ok(Line::new(row.try_get(first)?, discount, paid))
        };
        let apart = match row.try_get::<_, i32>(LINES_APART)? {
            0 => [None, None],
            1 => [Some(line(FIRST_LINE)?), None],
            _ => [Some(line(FIRST_LINE)?), Some(line(SECOND_LINE)?)],
        };
        let rest: Lines<'_> = row.try_get(REST_OF_LINES)?;
        let lines = apart.into_iter().flatten().chain(rest.iter());
        tally.add(group, 1, &order, lines);
    }
    tally.look_up(transaction).await?;
    Ok(Counted {
        stretch,
        days: tally.days(),
        buckets: tally.settle(),
    })
}
