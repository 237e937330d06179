//! API tokens: what programs show instead of a login. A token is `dbk_` and 256 random bits; the database holds its SHA-256.

use std::net::IpAddr;

use jiff::Timestamp;
use serde::Serialize;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, GenericClient, Row};
use utoipa::ToSchema;

use super::error::AccessError;
use super::users::{Change, begin, commit};
use super::{Identity, Role, random};
use crate::db::DatabaseError;
use crate::secret::Secret;

/// Every token begins with this, so that scanners for leaked secrets know one when they see one.
const PREFIX: &str = "dbk_";

/// A token, as lists show it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Token {
    /// Number of the token.
    #[schema(value_type = String)]
    pub id: String,
    /// What it is for.
    pub name: String,
    /// What it may do, unless its owner may do less.
    pub role: Role,
    /// Who created it; `null`: the command line.
    pub owner: Option<String>,
    /// When it was created.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it ends by itself; `null`: never.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Timestamp>,
    /// When it was last used, to the minute.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_used_at: Option<Timestamp>,
    /// When it was revoked; `null`: it was not.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub revoked_at: Option<Timestamp>,
}

impl Token {
    fn of(row: &Row) -> Self {
        Self {
            id: row.get::<_, i64>(0).to_string(),
            name: row.get(1),
            role: Role::of_column(row, 2),
            owner: row.get(3),
            created_at: row.get(4),
            expires_at: row.get(5),
            last_used_at: row.get(6),
            revoked_at: row.get(7),
        }
    }
}

/// A token that is wanted.
pub(crate) struct NewToken<'a> {
    /// What it is for.
    pub name: &'a str,
    /// What it may do.
    pub role: Role,
    /// Whose it is; `None`: the command line's.
    pub owner: Option<i64>,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
}

/// Creates a token. Its number, and the token itself, which is not seen again.
pub(crate) async fn create(
    client: &mut Client,
    change: &Change<'_>,
    new: &NewToken<'_>,
) -> Result<(i64, Secret), AccessError> {
    let name = new.name.trim();
    if name.is_empty() || name.chars().count() > 100 || name.chars().any(char::is_control) {
        return Err(AccessError::TokenName);
    }
    let token = format!("{PREFIX}{}", random::text(&random::bits()));
    let transaction = begin(client).await?;
    let id: i64 = transaction
        .query_typed_one(
            include_str!("create.sql"),
            &[
                (&random::hash(&token).as_slice(), Type::BYTEA),
                (&name, Type::TEXT),
                (&new.role.as_str(), Type::TEXT),
                (&new.owner, Type::INT8),
                (&change.clock.now(), Type::TIMESTAMPTZ),
                (&new.expires_at, Type::TIMESTAMPTZ),
            ],
        )
        .await
        .map_err(DatabaseError::statement("create a token"))?
        .get(0);
    let target = format!("{id} {name} as {}", new.role);
    change.log(&transaction, "token.create", &target).await?;
    commit(transaction).await?;
    Ok((id, Secret::new(token)))
}

/// Who a token stands for, if it is one that holds; the request counts as use of it.
pub(super) async fn find(
    client: &impl GenericClient,
    token: &str,
    address: IpAddr,
    now: Timestamp,
) -> Result<Option<Identity>, DatabaseError> {
    let row = client
        .query_typed_opt(
            include_str!("find.sql"),
            &[
                (&random::hash(token).as_slice(), Type::BYTEA),
                (&now, Type::TIMESTAMPTZ),
            ],
        )
        .await
        .map_err(DatabaseError::statement("look up a token"))?;
    let Some(row) = row else { return Ok(None) };
    let id: i64 = row.get(0);
    let was_quiet: bool = row.get(5);
    if was_quiet {
        client
            .execute_typed(
                include_str!("touch.sql"),
                &[(&id, Type::INT8), (&now, Type::TIMESTAMPTZ)],
            )
            .await
            .map_err(DatabaseError::statement("note the use of a token"))?;
    }
    let owner: Option<i64> = row.get(3);
    Ok(Some(Identity::Token {
        id,
        name: row.get(1),
        role: Role::of_column(&row, 2),
        owner: owner.map(|owner| (owner, row.get(4))),
        address,
    }))
}

/// Whether a token still holds. Asking is no use of it.
pub(super) async fn holds(
    client: &impl GenericClient,
    id: i64,
    now: Timestamp,
) -> Result<bool, DatabaseError> {
    let row = client
        .query_typed_one(
            include_str!("holds.sql"),
            &[(&id, Type::INT8), (&now, Type::TIMESTAMPTZ)],
        )
        .await
        .map_err(DatabaseError::statement("look up a token"))?;
    Ok(row.get(0))
}

/// Tokens, newest first: all of them, or those of one owner.
pub(crate) async fn list(
    client: &impl GenericClient,
    owner: Option<i64>,
) -> Result<Vec<Token>, DatabaseError> {
    let rows = client
        .query_typed(include_str!("list.sql"), &[(&owner, Type::INT8)])
        .await
        .map_err(DatabaseError::statement("list the tokens"))?;
    Ok(rows.iter().map(Token::of).collect())
}

/// Revokes a token; with an owner, only one of that owner's.
pub(crate) async fn revoke(
    client: &mut Client,
    change: &Change<'_>,
    id: i64,
    owner: Option<i64>,
) -> Result<(), AccessError> {
    let transaction = begin(client).await?;
    let name: Option<String> = transaction
        .query_typed_opt(
            include_str!("revoke.sql"),
            &[
                (&id, Type::INT8),
                (&owner, Type::INT8),
                (&change.clock.now(), Type::TIMESTAMPTZ),
            ],
        )
        .await
        .map_err(DatabaseError::statement("revoke a token"))?
        .map(|row| row.get(0));
    let name = name.ok_or(AccessError::NoSuchToken(id))?;
    change
        .log(&transaction, "token.revoke", &format!("{id} {name}"))
        .await?;
    commit(transaction).await
}
