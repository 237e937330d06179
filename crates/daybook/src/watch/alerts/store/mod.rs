//! Alerts in their table.

use jiff::Timestamp;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Error, Transaction};

use super::condition::Condition;
use super::machine::{Change, Open};

/// Keeps others from judging until the transaction ends.
pub async fn lock(transaction: &Transaction<'_>) -> Result<(), Error> {
    transaction.batch_execute(include_str!("lock.sql")).await
}

/// Alerts that have begun and are not resolved.
pub async fn open(transaction: &Transaction<'_>) -> Result<Vec<Open>, Error> {
    let rows = transaction
        .query_typed(include_str!("open.sql"), &[])
        .await?;
    Ok(rows
        .iter()
        .map(|row| Open {
            key: row.get("condition_key"),
            kind: row.get("kind"),
            began_at: row.get("began_at"),
            last_seen_at: row.get("last_seen_at"),
            clear_since: row.get("clear_since"),
            fired_at: row.get("fired_at"),
        })
        .collect())
}

/// Stores one change; `channels` are those to tell.
pub async fn apply(
    transaction: &Transaction<'_>,
    change: &Change,
    channels: &[&str],
    now: Timestamp,
) -> Result<(), Error> {
    match change {
        Change::Begin(condition) => begin(transaction, condition, now).await,
        Change::Refresh {
            began_at,
            condition,
        } => refresh(transaction, *began_at, condition, now).await,
        Change::Fire {
            began_at,
            condition,
        } => {
            refresh(transaction, *began_at, condition, now).await?;
            let key = condition.key();
            tell(
                transaction,
                include_str!("fire.sql"),
                (&key, *began_at),
                channels,
                now,
            )
            .await
        }
        Change::Resolve(open) => {
            let alert = (open.key.as_str(), open.began_at);
            tell(
                transaction,
                include_str!("resolve.sql"),
                alert,
                channels,
                now,
            )
            .await?;
            prune(transaction, now).await
        }
        Change::Clear(open) => {
            let parameters: [Parameter<'_>; 3] = [
                (&open.key, Type::TEXT),
                (&open.began_at, Type::TIMESTAMPTZ),
                (&now, Type::TIMESTAMPTZ),
            ];
            execute(transaction, include_str!("clear.sql"), &parameters).await
        }
        Change::Forget(open) => {
            let parameters: [Parameter<'_>; 2] =
                [(&open.key, Type::TEXT), (&open.began_at, Type::TIMESTAMPTZ)];
            execute(transaction, include_str!("forget.sql"), &parameters).await
        }
    }
}

type Parameter<'a> = (&'a (dyn ToSql + Sync), Type);

async fn execute(
    transaction: &Transaction<'_>,
    statement: &str,
    parameters: &[Parameter<'_>],
) -> Result<(), Error> {
    transaction.execute_typed(statement, parameters).await?;
    Ok(())
}

async fn begin(
    transaction: &Transaction<'_>,
    condition: &Condition,
    now: Timestamp,
) -> Result<(), Error> {
    let parameters: [Parameter<'_>; 13] = [
        (&condition.key(), Type::TEXT),
        (&now, Type::TIMESTAMPTZ),
        (&condition.kind.as_str(), Type::TEXT),
        (&condition.kind.severity().as_str(), Type::TEXT),
        (&condition.subject, Type::TEXT),
        (&condition.value, Type::FLOAT8),
        (&condition.threshold, Type::FLOAT8),
        (&condition.unit, Type::TEXT),
        (&condition.message.en, Type::TEXT),
        (&condition.message.vi, Type::TEXT),
        (&condition.hint.en, Type::TEXT),
        (&condition.hint.vi, Type::TEXT),
        (&condition.kind.link_path(), Type::TEXT),
    ];
    execute(transaction, include_str!("begin.sql"), &parameters).await
}

async fn refresh(
    transaction: &Transaction<'_>,
    began_at: Timestamp,
    condition: &Condition,
    now: Timestamp,
) -> Result<(), Error> {
    let parameters: [Parameter<'_>; 7] = [
        (&condition.key(), Type::TEXT),
        (&began_at, Type::TIMESTAMPTZ),
        (&now, Type::TIMESTAMPTZ),
        (&condition.value, Type::FLOAT8),
        (&condition.threshold, Type::FLOAT8),
        (&condition.message.en, Type::TEXT),
        (&condition.message.vi, Type::TEXT),
    ];
    execute(transaction, include_str!("refresh.sql"), &parameters).await
}

async fn tell(
    transaction: &Transaction<'_>,
    statement: &str,
    (key, began_at): (&str, Timestamp),
    channels: &[&str],
    now: Timestamp,
) -> Result<(), Error> {
    let parameters: [Parameter<'_>; 4] = [
        (&key, Type::TEXT),
        (&began_at, Type::TIMESTAMPTZ),
        (&now, Type::TIMESTAMPTZ),
        (&channels, Type::TEXT_ARRAY),
    ];
    execute(transaction, statement, &parameters).await
}

async fn prune(transaction: &Transaction<'_>, now: Timestamp) -> Result<(), Error> {
    let parameters: [Parameter<'_>; 1] = [(&now, Type::TIMESTAMPTZ)];
    execute(transaction, include_str!("prune.sql"), &parameters).await
}
