//! The log of actions: who did what, when, from where, and how it ended.

use std::fmt;
use std::net::IpAddr;

use jiff::Timestamp;
use serde::Serialize;
use tokio_postgres::types::Type;
use tokio_postgres::{GenericClient, Row};
use utoipa::ToSchema;

use super::{Identity, Role};
use crate::db::DatabaseError;
use crate::http::RequestId;

/// How an action ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was done.
    Done,
    /// It was not allowed, or a password was wrong.
    Refused,
    /// It was allowed and did not work.
    Failed,
}

impl Outcome {
    fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }
}

/// Whoever acts, as the log keeps it.
pub(super) struct Actor<'a> {
    kind: &'static str,
    name: Option<String>,
    role: Option<Role>,
    address: Option<IpAddr>,
    request: Option<&'a RequestId>,
}

impl<'a> Actor<'a> {
    /// Somebody who is known.
    pub fn known(who: &Identity, request: Option<&'a RequestId>) -> Self {
        let (kind, name, role, address) = match who {
            Identity::Loopback => ("nobody", None, None, None),
            Identity::User {
                name,
                role,
                address,
                ..
            } => ("user", Some(name.clone()), Some(*role), Some(*address)),
            Identity::Token {
                id,
                name,
                role,
                owner,
                address,
            } => {
                let owner = owner.as_ref().map_or("command line", |(_, name)| name);
                let name = format!("{id} {name} ({owner})");
                ("token", Some(name), Some(*role), Some(*address))
            }
            Identity::CommandLine { account } => {
                ("command_line", Some(account.clone()), None, None)
            }
        };
        Self {
            kind,
            name,
            role,
            address,
            request,
        }
    }

    /// Somebody who is not known.
    pub fn nobody(address: IpAddr, request: &'a RequestId) -> Self {
        Self {
            kind: "nobody",
            name: None,
            role: None,
            address: Some(address),
            request: Some(request),
        }
    }
}

/// Writes an action into the log: best within the transaction that does it, so that neither is without the other.
///
/// `action` is `noun.verb`, such as `run.rebuild`; `target` is what it was done to, without personal data of buyers.
/// `request` is the request's id, or `None` on the command line.
///
/// # Errors
/// PostgreSQL refuses.
pub async fn record<'a>(
    client: &impl GenericClient,
    who: &Identity,
    action: &str,
    target: &str,
    request: impl Into<Option<&'a RequestId>>,
    outcome: Outcome,
) -> Result<(), DatabaseError> {
    let actor = Actor::known(who, request.into());
    append(client, &actor, action, Some(target), outcome).await
}

/// The same for actors of any kind.
pub(super) async fn append(
    client: &impl GenericClient,
    actor: &Actor<'_>,
    action: &str,
    target: Option<&str>,
    outcome: Outcome,
) -> Result<(), DatabaseError> {
    client
        .execute_typed(
            include_str!("append.sql"),
            &[
                (&actor.kind, Type::TEXT),
                (&actor.name, Type::TEXT),
                (&actor.role.map(Role::as_str), Type::TEXT),
                (&action, Type::TEXT),
                (&target, Type::TEXT),
                (&outcome.as_str(), Type::TEXT),
                (&actor.address, Type::INET),
                (&actor.request.map(RequestId::as_str), Type::TEXT),
            ],
        )
        .await
        .map_err(DatabaseError::statement("write the log of actions"))?;
    Ok(())
}

/// An entry of the log.
#[derive(Debug, Serialize, ToSchema)]
pub struct Entry {
    /// Number of the entry; not an order of time.
    #[schema(value_type = String)]
    pub id: String,
    /// When, by the database's clock.
    #[schema(value_type = String, format = DateTime)]
    pub happened_at: Timestamp,
    /// `user`, `token`, `command_line` or `nobody`.
    pub actor_kind: String,
    /// Who; `null` for somebody who was not known.
    pub actor: Option<String>,
    /// What the actor was allowed to do then.
    pub role: Option<String>,
    /// What was done, as `noun.verb`.
    pub action: String,
    /// What it was done to.
    pub target: Option<String>,
    /// `done`, `refused` or `failed`.
    pub outcome: String,
    /// Where the request came from.
    #[schema(value_type = Option<String>)]
    pub address: Option<IpAddr>,
    /// Id of the request.
    pub request_id: Option<String>,
}

impl Entry {
    fn of(row: &Row) -> Self {
        Self {
            id: row.get::<_, i64>(0).to_string(),
            happened_at: row.get(1),
            actor_kind: row.get(2),
            actor: row.get(3),
            role: row.get(4),
            action: row.get(5),
            target: row.get(6),
            outcome: row.get(7),
            address: row.get(8),
            request_id: row.get(9),
        }
    }

    /// Where the list goes on after this entry.
    pub fn position(&self) -> Position {
        Position {
            microsecond: self.happened_at.as_microsecond(),
            id: self.id.parse().unwrap_or_default(),
        }
    }
}

/// A place in the list, newest first: after an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    microsecond: i64,
    id: i64,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.microsecond, self.id)
    }
}

impl std::str::FromStr for Position {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (microsecond, id) = text.split_once('-').ok_or(())?;
        let position = Self {
            microsecond: microsecond.parse().map_err(drop)?,
            id: id.parse().map_err(drop)?,
        };
        Timestamp::from_microsecond(position.microsecond).map_err(drop)?;
        Ok(position)
    }
}

/// Entries of the log, newest first, after a position.
pub(super) async fn list(
    client: &impl GenericClient,
    after: Option<Position>,
    limit: i64,
) -> Result<Vec<Entry>, DatabaseError> {
    let at = after.and_then(|after| Timestamp::from_microsecond(after.microsecond).ok());
    let id = after.map(|after| after.id);
    let rows = client
        .query_typed(
            include_str!("list.sql"),
            &[
                (&at, Type::TIMESTAMPTZ),
                (&id, Type::INT8),
                (&limit, Type::INT8),
            ],
        )
        .await
        .map_err(DatabaseError::statement("read the log of actions"))?;
    Ok(rows.iter().map(Entry::of).collect())
}

#[cfg(test)]
mod tests {
    use super::Position;

    #[test]
    fn a_position_is_read_back_and_nonsense_is_not() {
        let position = Position {
            microsecond: 1_790_000_000_123_456,
            id: 42,
        };
        assert_eq!(position.to_string().parse(), Ok(position));
        for nonsense in ["", "1", "a-b", "9223372036854775807-1", "1-"] {
            assert_eq!(nonsense.parse::<Position>(), Err(()), "{nonsense}");
        }
    }
}
