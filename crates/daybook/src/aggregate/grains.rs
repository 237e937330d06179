//! The finer grains: regions, shops, and what else `grain_keys()` lists.
//!
//! Each has its buckets in `daily_grain_statistics` and its changes in `grain_journal`; nothing in here knows any of them by
//! name. Everything is done within the transaction that does the same for the days.

use futures_util::TryStreamExt;
use jiff::civil::Date;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Transaction};

use super::fold::fold_within;
use super::rebuild::Bounds;
use super::recount::Counted;
use super::stretch::Stretch;
use super::tally::{Columns, Orders, Tally};
use crate::app::App;
use crate::clock::BusinessClock;
use crate::db::DatabaseError;

/// Which grains are kept. Their names are the database's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Grains {
    /// All that the schema knows.
    All,
    /// These; none when it is empty.
    Only(Vec<String>),
}

impl Grains {
    /// Reads `all`, `none`, or names with commas between them.
    pub fn parse(text: &str) -> Self {
        match text.trim() {
            "all" => Self::All,
            "none" => Self::Only(Vec::new()),
            names => {
                let names = names.split(',').map(str::trim);
                let mut names: Vec<_> = names
                    .filter(|name| !name.is_empty())
                    .map(str::to_owned)
                    .collect();
                names.sort();
                names.dedup();
                Self::Only(names)
            }
        }
    }

    fn names(&self) -> Option<&[String]> {
        match self {
            Self::All => None,
            Self::Only(names) => Some(names),
        }
    }
}

/// Makes a running database keep these grains: figures of new ones are counted from the orders, figures of others go.
/// Writers are kept out meanwhile, for as long as counting takes. Returns the grains that are kept now, and whether they
/// were others before.
///
/// # Errors
/// A grain is not known, or PostgreSQL refuses; then everything is as before.
pub async fn switch_grains(
    app: &App,
    client: &mut Client,
    wanted: &Grains,
) -> Result<(Vec<String>, bool), DatabaseError> {
    let failed = DatabaseError::statement("switch the grains of the statistics");
    if let Some(kept) = kept_if_as_wanted(client, wanted).await.map_err(&failed)? {
        return Ok((kept, false));
    }
    let transaction = client.transaction().await.map_err(&failed)?;
    transaction
        .batch_execute(include_str!("gate_switch.sql"))
        .await
        .map_err(&failed)?;
    fold_within(&transaction, &app.clock)
        .await
        .map_err(&failed)?;
    transaction
        .execute_typed(
            "select enable_grains($1)",
            &[(&wanted.names(), Type::TEXT_ARRAY)],
        )
        .await
        .map_err(&failed)?;
    let kept = transaction
        .query_typed_one("select enabled_grains()", &[])
        .await
        .map_err(&failed)?
        .get(0);
    transaction.commit().await.map_err(&failed)?;
    Ok((kept, true))
}

/// The grains that are kept, if they are the wanted ones.
async fn kept_if_as_wanted(
    client: &Client,
    wanted: &Grains,
) -> Result<Option<Vec<String>>, tokio_postgres::Error> {
    let row = client
        .query_typed_one(
            include_str!("grains/kept.sql"),
            &[(&wanted.names(), Type::TEXT_ARRAY)],
        )
        .await?;
    let as_wanted: bool = row.get(1);
    Ok(as_wanted.then(|| row.get(0)))
}

/// What a fold took.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Taken {
    /// Journal entries.
    pub entries: u64,
    /// What they came to on their way, in bytes.
    pub bytes: usize,
}

/// Moves a bounded number of journal entries into the figures.
pub(super) async fn fold(
    transaction: &Transaction<'_>,
    floor: &str,
    most_entries: i64,
    clock: &BusinessClock,
) -> Result<Taken, tokio_postgres::Error> {
    let parameters: [(&(dyn ToSql + Sync), Type); 2] =
        [(&floor, Type::TEXT), (&most_entries, Type::INT8)];
    // One after the other as they come: together they may be many times what they add up to.
    let entries = transaction
        .query_typed_raw(include_str!("grains/take_entries.sql"), parameters)
        .await?;
    let mut entries = std::pin::pin!(entries);
    let mut tally = Tally::default();
    let mut taken = Taken::default();
    while let Some(entry) = entries.try_next().await? {
        taken.entries += 1;
        taken.bytes += entry.raw_size_bytes();
        let group = tally.group(
            entry.get("stat_date"),
            entry.get("platform"),
            entry.get("status"),
        );
        let sign: i16 = entry.get("sign");
        let orders: Orders<'_> = entry.try_get("orders")?;
        for (order, lines) in orders.iter() {
            tally.add(group, sign.into(), order, lines);
        }
    }
    if taken.entries > 0 {
        tally.look_up(transaction).await?;
        add(transaction, &tally.settle(), clock).await?;
    }
    Ok(taken)
}

/// Adds to the figures.
async fn add(
    transaction: &Transaction<'_>,
    told: &Columns,
    clock: &BusinessClock,
) -> Result<(), tokio_postgres::Error> {
    let row = transaction
        .query_typed_one(
            include_str!("grains/add.sql"),
            &told.parameters(&[(&clock.civil(), Type::TIMESTAMP)]),
        )
        .await?;
    let empty: Vec<Date> = row.get("days_with_empty_buckets");
    if !empty.is_empty() {
        transaction
            .query_typed_one(
                include_str!("grains/drop_empty.sql"),
                &[(&empty, Type::DATE_ARRAY)],
            )
            .await?;
    }
    Ok(())
}

/// Takes the journal entries of days that are about to be counted anew.
pub(super) async fn take_journal(
    transaction: &Transaction<'_>,
    bounds: Bounds,
    days: Option<&[Date]>,
) -> Result<(), tokio_postgres::Error> {
    let Bounds { from, to } = bounds;
    transaction
        .execute_typed(
            include_str!("grains/take_journal.sql"),
            &[
                (&from, Type::DATE),
                (&to, Type::DATE),
                (&days, Type::DATE_ARRAY),
            ],
        )
        .await?;
    Ok(())
}

/// Replaces the figures of days that were counted anew. Returns rows written and removed.
pub(super) async fn replace(
    transaction: &Transaction<'_>,
    counted: &Counted,
    clock: &BusinessClock,
) -> Result<(u64, u64), tokio_postgres::Error> {
    let Stretch { from, to } = counted.stretch;
    let row = transaction
        .query_typed_one(
            include_str!("grains/replace.sql"),
            &counted.buckets.parameters(&[
                (&from, Type::DATE),
                (&to, Type::DATE),
                (&clock.civil(), Type::TIMESTAMP),
            ]),
        )
        .await?;
    let count = |column| row.get::<_, i64>(column).unsigned_abs();
    Ok((count(0), count(1)))
}
