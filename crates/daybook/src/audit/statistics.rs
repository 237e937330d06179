//! Every stored figure against a recount of `orders`.

use std::collections::BTreeMap;

use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Serialize};
use tokio_postgres::types::Type;
use tokio_postgres::{Client, IsolationLevel, Transaction};

use super::{Bucket, StatisticDivergence};
use crate::aggregate::{Bounds, Counted, DayCount, Helpers, Stretch};
use crate::app::App;
use crate::db::{DatabaseError, OpenDate};

/// A comparison of buckets: the two sides from a file, and what is done with them.
macro_rules! compare_buckets {
    ($sides:literal) => {
        concat!(include_str!($sides), include_str!("compare_buckets.sql"))
    };
}

/// Days whose finer grains are recounted by the definition in SQL as well.
const MOST_DRAWN_DAYS: i64 = 7;
/// Orders that they may have together, unless it is one day: the definition takes twenty times as long as the program.
const MOST_DRAWN_ORDERS: i64 = 10_000;

/// What a comparison looked at and found.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Compared {
    /// Rows of `daily_order_statistics` looked at.
    pub rows: u64,
    /// Rows of each finer grain looked at.
    #[serde(default)]
    pub rows_by_grain: BTreeMap<String, u64>,
    /// Orders recounted.
    pub orders: u64,
    /// Differences, by day.
    pub divergences: Vec<StatisticDivergence>,
    /// The order that changed last on the first day with a difference.
    pub newest_change: Option<NewestChange>,
}

/// Where to start looking for a cause.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewestChange {
    /// The order's number.
    pub order_code: String,
    /// When its row last changed, civil time in the business zone.
    pub updated_at: Option<DateTime>,
}

/// Compares a range of days, both ends included, in one snapshot.
///
/// # Errors
/// PostgreSQL refuses.
pub async fn compare_statistics(
    app: &App,
    client: &mut Client,
    from: Option<Date>,
    to: Option<Date>,
) -> Result<Compared, DatabaseError> {
    let failed = DatabaseError::statement("compare the statistics with a recount");
    let (from, to) = (OpenDate::from(from), OpenDate::until(to));
    let snapshot = client
        .build_transaction()
        .isolation_level(IsolationLevel::RepeatableRead)
        .read_only(true)
        .start()
        .await
        .map_err(&failed)?;
    let rows = snapshot
        .query_typed(
            include_str!("compare_statistics.sql"),
            &[
                (&from, Type::DATE),
                (&to, Type::DATE),
                (&app.clock.today(), Type::DATE),
            ],
        )
        .await
        .map_err(&failed)?;
    let mut divergences: Vec<_> = rows.iter().map(StatisticDivergence::of_day).collect();
    let counts: Vec<DayCount> = snapshot
        .query_typed(
            include_str!("count_orders.sql"),
            &[(&from, Type::DATE), (&to, Type::DATE)],
        )
        .await
        .map_err(&failed)?
        .iter()
        .map(|row| (row.get(0), row.get(1)))
        .collect();
    let stretches = Stretch::cut(Bounds { from, to }, None, &counts);
    let helpers = Helpers::of(&app.database, app.config.aggregate.workers);
    let mut recount = helpers
        .recount(&snapshot, stretches)
        .await
        .map_err(&failed)?;
    // While the helpers count.
    let of_drawn_days = compare_drawn_days(&snapshot, &counts)
        .await
        .map_err(&failed)?;
    while let Some(Counted {
        stretch, buckets, ..
    }) = recount.next(&snapshot).await.map_err(&failed)?
    {
        let different = snapshot
            .query_typed(
                compare_buckets!("recounted_by_program.sql"),
                &buckets.parameters(&[(&stretch.from, Type::DATE), (&stretch.to, Type::DATE)]),
            )
            .await
            .map_err(&failed)?;
        divergences.extend(different.iter().map(StatisticDivergence::of_bucket));
    }
    for divergence in of_drawn_days {
        if !divergences.contains(&divergence) {
            divergences.push(divergence);
        }
    }
    divergences.sort_by_key(|divergence| divergence.day);
    let stored_rows: i64 = snapshot
        .query_typed_one(
            include_str!("count_stored.sql"),
            &[(&from, Type::DATE), (&to, Type::DATE)],
        )
        .await
        .map_err(&failed)?
        .get(0);
    let rows_by_grain = snapshot
        .query_typed(
            include_str!("count_buckets.sql"),
            &[(&from, Type::DATE), (&to, Type::DATE)],
        )
        .await
        .map_err(&failed)?
        .iter()
        .map(|row| (row.get(0), row.get::<_, i64>(1).unsigned_abs()))
        .collect();
    let newest_change = match divergences.first() {
        Some(first) => snapshot
            .query_typed_opt(
                include_str!("newest_change.sql"),
                &[(&first.day, Type::DATE), (&first.platform, Type::TEXT)],
            )
            .await
            .map_err(&failed)?
            .map(|row| NewestChange {
                order_code: row.get(0),
                updated_at: row.get(1),
            }),
        None => None,
    };
    Ok(Compared {
        rows: stored_rows.unsigned_abs(),
        rows_by_grain,
        orders: counts.iter().map(|(_, orders)| orders.unsigned_abs()).sum(),
        divergences,
        newest_change,
    })
}

/// Compares the finer grains of some days, drawn by lot, with a recount by the definition in SQL.
async fn compare_drawn_days(
    snapshot: &Transaction<'_>,
    counts: &[DayCount],
) -> Result<Vec<StatisticDivergence>, tokio_postgres::Error> {
    let (days, orders): (Vec<OpenDate>, Vec<i64>) = counts.iter().copied().unzip();
    let rows = snapshot
        .query_typed(
            compare_buckets!("recounted_by_definition.sql"),
            &[
                (&days, Type::DATE_ARRAY),
                (&orders, Type::INT8_ARRAY),
                (&MOST_DRAWN_DAYS, Type::INT8),
                (&MOST_DRAWN_ORDERS, Type::INT8),
            ],
        )
        .await?;
    Ok(rows.iter().map(StatisticDivergence::of_bucket).collect())
}

impl StatisticDivergence {
    fn of_bucket(row: &tokio_postgres::Row) -> Self {
        Self {
            bucket: Some(Bucket {
                grain: row.get("grain"),
                key: row.get("key"),
            }),
            ..Self::of_day(row)
        }
    }

    fn of_day(row: &tokio_postgres::Row) -> Self {
        Self {
            day: row.get("stat_date"),
            platform: row.get("platform"),
            bucket: None,
            column: row.get("figure"),
            stored: row.get("stored"),
            recount: row.get("recounted"),
            difference: row.get("difference"),
            queued: row.get("queued"),
        }
    }
}
