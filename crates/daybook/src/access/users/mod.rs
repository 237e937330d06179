//! People who may log in.

use jiff::Timestamp;
use serde::Serialize;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, GenericClient, Row, Transaction};
use utoipa::ToSchema;

use super::error::AccessError;
use super::log::{Outcome, record};
use super::password::{self, NewPassword, PasswordHash};
use super::{Identity, Role, session};
use crate::clock::BusinessClock;
use crate::db::DatabaseError;
use crate::http::RequestId;
use crate::secret::Secret;

/// A user, as lists show it.
#[derive(Debug, Serialize, ToSchema)]
pub struct User {
    /// Name to log in with.
    pub name: String,
    /// What the user may do.
    pub role: Role,
    /// When the user was added.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When the password was last set.
    #[schema(value_type = String, format = DateTime)]
    pub password_changed_at: Timestamp,
    /// Since when the user may not log in; `null`: may.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub disabled_at: Option<Timestamp>,
    /// When the user last did something in a browser, to the minute; `null`: not within a month.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_seen_at: Option<Timestamp>,
}

impl User {
    fn of(row: &Row) -> Self {
        Self {
            name: row.get(0),
            role: Role::of_column(row, 1),
            created_at: row.get(2),
            password_changed_at: row.get(3),
            disabled_at: row.get(4),
            last_seen_at: row.get(5),
        }
    }
}

/// What a login is compared with.
pub(super) struct Account {
    pub id: i64,
    pub hash: PasswordHash,
}

/// A change of users: by whom, in which request, when.
pub(crate) struct Change<'a> {
    /// Who asks for it.
    pub who: &'a Identity,
    /// In which request; `None` on the command line.
    pub request: Option<&'a RequestId>,
    /// The clock.
    pub clock: &'a BusinessClock,
}

/// A name as it is stored: in lower case.
///
/// # Errors
/// It holds something else than letters, digits and a few signs.
pub(crate) fn user_name(text: &str) -> Result<String, AccessError> {
    let name = text.to_ascii_lowercase();
    let begins_well = name.starts_with(|c: char| c.is_ascii_alphanumeric());
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || "._@-".contains(c);
    if begins_well && name.len() <= 64 && name.chars().all(is_allowed) {
        Ok(name)
    } else {
        Err(AccessError::UserName(text.to_owned()))
    }
}

/// All users, by name.
pub(crate) async fn list(client: &impl GenericClient) -> Result<Vec<User>, DatabaseError> {
    let rows = client
        .query_typed(include_str!("list.sql"), &[])
        .await
        .map_err(DatabaseError::statement("list the users"))?;
    Ok(rows.iter().map(User::of).collect())
}

/// The account to compare a login with, if there is one that may log in.
pub(super) async fn account(
    client: &impl GenericClient,
    name: &str,
) -> Result<Option<Account>, DatabaseError> {
    let row = client
        .query_typed_opt(include_str!("account.sql"), &[(&name, Type::TEXT)])
        .await
        .map_err(DatabaseError::statement("look up a user"))?;
    Ok(row.map(|row| Account {
        id: row.get(0),
        hash: PasswordHash::stored(row.get(1)),
    }))
}

/// Whether anybody may manage users.
pub(super) async fn has_admin(client: &impl GenericClient) -> Result<bool, DatabaseError> {
    let row = client
        .query_typed_one(include_str!("has_admin.sql"), &[])
        .await
        .map_err(DatabaseError::statement("look for an admin"))?;
    Ok(row.get(0))
}

/// Adds a user.
pub(crate) async fn add(
    client: &mut Client,
    change: &Change<'_>,
    name: &str,
    role: Role,
    password: &Secret,
) -> Result<(), AccessError> {
    let name = user_name(name)?;
    let hash = hash(password, &name).await?;
    let transaction = begin(client).await?;
    let now = change.clock.now();
    let added = transaction
        .execute_typed(
            include_str!("add.sql"),
            &[
                (&name, Type::TEXT),
                (&hash.as_str(), Type::TEXT),
                (&role.as_str(), Type::TEXT),
                (&now, Type::TIMESTAMPTZ),
            ],
        )
        .await;
    match added {
        Err(error) if error.code() == Some(&SqlState::UNIQUE_VIOLATION) => {
            return Err(AccessError::UserExists(name));
        }
        added => added.map_err(DatabaseError::statement("add a user"))?,
    };
    change
        .log(&transaction, "user.add", &format!("{name} as {role}"))
        .await?;
    commit(transaction).await
}

/// Gives a user another role, and ends the user's logins.
pub(crate) async fn set_role(
    client: &mut Client,
    change: &Change<'_>,
    name: &str,
    role: Role,
) -> Result<(), AccessError> {
    let transaction = begin(client).await?;
    let user = find_to_change(&transaction, name).await?;
    if role < Role::Admin {
        user.keep_an_admin(&transaction).await?;
    }
    if role != user.role {
        transaction
            .execute_typed(
                include_str!("set_role.sql"),
                &[(&user.id, Type::INT8), (&role.as_str(), Type::TEXT)],
            )
            .await
            .map_err(DatabaseError::statement("change a role"))?;
        session::end_all(&transaction, user.id, change.clock.now()).await?;
        let target = format!("{} from {} to {role}", user.name, user.role);
        change.log(&transaction, "user.role", &target).await?;
    }
    commit(transaction).await
}

/// Disables a user, which ends the user's logins and stops the user's tokens; or enables one again.
pub(crate) async fn set_disabled(
    client: &mut Client,
    change: &Change<'_>,
    name: &str,
    disabled: bool,
) -> Result<(), AccessError> {
    let transaction = begin(client).await?;
    let user = find_to_change(&transaction, name).await?;
    if disabled {
        user.keep_an_admin(&transaction).await?;
    }
    if disabled != user.is_disabled {
        let now = change.clock.now();
        transaction
            .execute_typed(
                include_str!("set_disabled.sql"),
                &[
                    (&user.id, Type::INT8),
                    (&disabled.then_some(now), Type::TIMESTAMPTZ),
                ],
            )
            .await
            .map_err(DatabaseError::statement("disable or enable a user"))?;
        session::end_all(&transaction, user.id, now).await?;
        let action = if disabled {
            "user.disable"
        } else {
            "user.enable"
        };
        change.log(&transaction, action, &user.name).await?;
    }
    commit(transaction).await
}

/// Sets a user's password, and ends the user's logins. The new hash.
pub(crate) async fn set_password(
    client: &mut Client,
    change: &Change<'_>,
    name: &str,
    password: &Secret,
) -> Result<PasswordHash, AccessError> {
    let name = user_name(name).map_err(|_| AccessError::NoSuchUser(name.to_owned()))?;
    let hash = hash(password, &name).await?;
    let transaction = begin(client).await?;
    let user = find_to_change(&transaction, &name).await?;
    let now = change.clock.now();
    transaction
        .execute_typed(
            include_str!("set_password.sql"),
            &[
                (&user.id, Type::INT8),
                (&hash.as_str(), Type::TEXT),
                (&now, Type::TIMESTAMPTZ),
            ],
        )
        .await
        .map_err(DatabaseError::statement("set a password"))?;
    session::end_all(&transaction, user.id, now).await?;
    change
        .log(&transaction, "user.password", &user.name)
        .await?;
    commit(transaction).await?;
    Ok(hash)
}

impl Change<'_> {
    /// Writes a change that is done into the log, within its transaction.
    pub async fn log(
        &self,
        transaction: &Transaction<'_>,
        action: &str,
        target: &str,
    ) -> Result<(), DatabaseError> {
        record(
            transaction,
            self.who,
            action,
            target,
            self.request,
            Outcome::Done,
        )
        .await
    }
}

/// A user as a change finds it.
struct Found {
    id: i64,
    name: String,
    role: Role,
    is_disabled: bool,
}

impl Found {
    /// Refuses to take away the last admin who is enabled.
    async fn keep_an_admin(&self, transaction: &Transaction<'_>) -> Result<(), AccessError> {
        if self.role < Role::Admin || self.is_disabled {
            return Ok(());
        }
        let others: bool = transaction
            .query_typed_one(
                include_str!("has_other_admin.sql"),
                &[(&self.id, Type::INT8)],
            )
            .await
            .map_err(DatabaseError::statement("look for another admin"))?
            .get(0);
        if others {
            Ok(())
        } else {
            Err(AccessError::LastAdmin(self.name.clone()))
        }
    }
}

/// Finds a user to change. Changes of users wait for each other: two admins who take each other's role must not both find
/// that the other is still there.
async fn find_to_change(transaction: &Transaction<'_>, name: &str) -> Result<Found, AccessError> {
    let name = user_name(name).map_err(|_| AccessError::NoSuchUser(name.to_owned()))?;
    transaction
        .batch_execute("lock table users in share row exclusive mode")
        .await
        .map_err(DatabaseError::statement("lock the users"))?;
    let row = transaction
        .query_typed_opt(include_str!("find.sql"), &[(&name, Type::TEXT)])
        .await
        .map_err(DatabaseError::statement("look up a user"))?;
    let row = row.ok_or(AccessError::NoSuchUser(name))?;
    Ok(Found {
        id: row.get(0),
        name: row.get(1),
        role: Role::of_column(&row, 2),
        is_disabled: row.get(3),
    })
}

/// Hashes a password that a user of this name wants.
async fn hash(password: &Secret, name: &str) -> Result<PasswordHash, AccessError> {
    let password = NewPassword::new(password, name).map_err(AccessError::Password)?;
    let turn = password::turn().await.ok_or(AccessError::Busy)?;
    Ok(turn.hash(password).await.0)
}

pub(super) async fn begin(client: &mut Client) -> Result<Transaction<'_>, DatabaseError> {
    client
        .transaction()
        .await
        .map_err(DatabaseError::statement("begin"))
}

pub(super) async fn commit(transaction: Transaction<'_>) -> Result<(), AccessError> {
    transaction
        .commit()
        .await
        .map_err(DatabaseError::statement("commit"))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::user_name;

    #[test]
    fn names_are_plain_and_in_lower_case() {
        assert_eq!(user_name("Lan.Nguyen@shop").unwrap(), "lan.nguyen@shop");
        let too_long = "a".repeat(65);
        for wrong in ["", "-lan", "lan nguyen", "lân", "a/b", "a\n", &too_long] {
            assert!(user_name(wrong).is_err(), "{wrong:?}");
        }
    }
}
