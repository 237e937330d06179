//! Whether changes are journalled and folded, or days are marked and computed again.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Transaction};

use super::drain;
use super::fold::fold_within;
use super::rebuild::{Scope, rebuild_within};
use super::recount::Helpers;
use crate::app::App;
use crate::db::DatabaseError;
use crate::error::Error;
use crate::mark;
use crate::runs::RunId;

/// How the figures follow the orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatisticsMode {
    /// Every change appends what it adds and takes; the live figures are exact at every commit.
    Incremental,
    /// The specification's way: every change marks its days, and `aggregate` computes them again.
    Queue,
}

/// A word that is no mode.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be incremental or queue")]
pub struct UnknownMode;

impl StatisticsMode {
    /// The word in the database and in the configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Incremental => "incremental",
            Self::Queue => "queue",
        }
    }
}

impl fmt::Display for StatisticsMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for StatisticsMode {
    type Err = UnknownMode;

    fn from_str(word: &str) -> Result<Self, UnknownMode> {
        [Self::Incremental, Self::Queue]
            .into_iter()
            .find(|mode| mode.as_str() == word)
            .ok_or(UnknownMode)
    }
}

/// The mode of a database.
///
/// # Errors
/// PostgreSQL refuses.
pub async fn read_mode(client: &Client) -> Result<StatisticsMode, DatabaseError> {
    let row = client
        .query_typed_one(include_str!("read_mode.sql"), &[])
        .await
        .map_err(DatabaseError::statement("read the mode of the statistics"))?;
    Ok(parse(row.get(0)))
}

fn parse(word: &str) -> StatisticsMode {
    word.parse()
        .expect("a constraint of the table allows no other word")
}

/// Switches a running database to a mode. Returns whether it was in the other one.
///
/// What waits is worked off first, beside writers. Then they are kept out for the moment it takes to work off the rest
/// and change the triggers, so that every change is seen by exactly one of the two ways.
///
/// # Errors
/// PostgreSQL refuses; then the mode is as before, and nothing is lost.
pub async fn switch_mode(app: &App, wanted: StatisticsMode, run: RunId) -> Result<bool, Error> {
    let mut client = app.database.connect().await?;
    if read_mode(&client).await? == wanted {
        return Ok(false);
    }
    drain(app, run, &|_| {}).await?;
    let failed = DatabaseError::statement("switch the mode of the statistics");
    let transaction = client.transaction().await.map_err(&failed)?;
    transaction
        .batch_execute(include_str!("gate_switch.sql"))
        .await
        .map_err(&failed)?;
    let days = mark::waiting_days(&transaction).await?;
    let switched = switch_within(&transaction, app, wanted, days, run)
        .await
        .map_err(&failed)?;
    transaction.commit().await.map_err(&failed)?;
    Ok(switched)
}

async fn switch_within(
    transaction: &Transaction<'_>,
    app: &App,
    wanted: StatisticsMode,
    days: Vec<Date>,
    run: RunId,
) -> Result<bool, tokio_postgres::Error> {
    let row = transaction
        .query_typed_one(include_str!("read_mode.sql"), &[])
        .await?;
    if parse(row.get(0)) == wanted {
        return Ok(false); // Somebody else was faster.
    }
    fold_within(transaction, &app.clock).await?;
    rebuild_within(
        transaction,
        &Scope::Marked(days),
        Helpers::none(),
        &app.clock,
        run,
    )
    .await?;
    transaction
        .execute_typed(
            include_str!("store_mode.sql"),
            &[(&wanted.as_str(), Type::TEXT)],
        )
        .await?;
    Ok(true)
}
