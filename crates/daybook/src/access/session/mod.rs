//! Logins in a browser. The cookie holds 256 random bits; the database holds their SHA-256.

mod cookie;
mod csrf;

use std::net::IpAddr;

use jiff::{SignedDuration, Timestamp};
use tokio_postgres::GenericClient;
use tokio_postgres::types::Type;

pub(super) use self::cookie::{expired_cookie, id_of_cookies, session_cookie};
pub(super) use self::csrf::Csrf;
use super::password::PasswordHash;
use super::{Identity, Role, random};
use crate::config::Access;
use crate::db::DatabaseError;

/// A login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub(super) id_hash: [u8; 32],
    pub(super) csrf: Csrf,
}

/// Opens a login for a user whose password was right just now; the id for the cookie. `None` when meanwhile the user was
/// disabled or got another password.
pub(super) async fn open(
    client: &impl GenericClient,
    user: i64,
    verified: &PasswordHash,
    address: IpAddr,
    limits: &Access,
    now: Timestamp,
) -> Result<Option<String>, DatabaseError> {
    let id = random::text(&random::bits());
    let expires_at = after(now, limits.session_lifetime);
    let idle_expires_at = after(now, limits.session_idle).min(expires_at);
    let opened = client
        .execute_typed(
            include_str!("open.sql"),
            &[
                (&random::hash(&id).as_slice(), Type::BYTEA),
                (&user, Type::INT8),
                (&verified.as_str(), Type::TEXT),
                (&random::bits().as_slice(), Type::BYTEA),
                (&address, Type::INET),
                (&now, Type::TIMESTAMPTZ),
                (&idle_expires_at, Type::TIMESTAMPTZ),
                (&expires_at, Type::TIMESTAMPTZ),
            ],
        )
        .await
        .map_err(DatabaseError::statement("open a login"))?;
    Ok((opened == 1).then_some(id))
}

/// Who is logged in with an id, if anybody is; the request counts as use of the login.
pub(super) async fn find(
    client: &impl GenericClient,
    id: &str,
    address: IpAddr,
    limits: &Access,
    now: Timestamp,
) -> Result<Option<Identity>, DatabaseError> {
    let id_hash = random::hash(id);
    let row = client
        .query_typed_opt(
            include_str!("find.sql"),
            &[
                (&id_hash.as_slice(), Type::BYTEA),
                (&now, Type::TIMESTAMPTZ),
            ],
        )
        .await
        .map_err(DatabaseError::statement("look up a login"))?;
    let Some(row) = row else { return Ok(None) };
    let was_quiet: bool = row.get(4);
    if was_quiet {
        client
            .execute_typed(
                include_str!("touch.sql"),
                &[
                    (&id_hash.as_slice(), Type::BYTEA),
                    (&now, Type::TIMESTAMPTZ),
                    (&after(now, limits.session_idle), Type::TIMESTAMPTZ),
                ],
            )
            .await
            .map_err(DatabaseError::statement("prolong a login"))?;
    }
    Ok(Some(Identity::User {
        id: row.get(0),
        name: row.get(1),
        role: Role::of_column(&row, 2),
        address,
        session: Session {
            id_hash,
            csrf: Csrf::stored(row.get(3)),
        },
    }))
}

/// Whether a login still holds. Asking is no use of it: a page that is left open does not keep its login alive.
pub(super) async fn holds(
    client: &impl GenericClient,
    session: &Session,
    now: Timestamp,
) -> Result<bool, DatabaseError> {
    let row = client
        .query_typed_one(
            include_str!("holds.sql"),
            &[
                (&session.id_hash.as_slice(), Type::BYTEA),
                (&now, Type::TIMESTAMPTZ),
            ],
        )
        .await
        .map_err(DatabaseError::statement("look up a login"))?;
    Ok(row.get(0))
}

/// Ends the login with an id, if it is one.
pub(super) async fn end(
    client: &impl GenericClient,
    id_hash: &[u8; 32],
    now: Timestamp,
) -> Result<(), DatabaseError> {
    client
        .execute_typed(
            include_str!("end.sql"),
            &[
                (&id_hash.as_slice(), Type::BYTEA),
                (&now, Type::TIMESTAMPTZ),
            ],
        )
        .await
        .map_err(DatabaseError::statement("end a login"))?;
    Ok(())
}

/// Ends all logins of a user.
pub(super) async fn end_all(
    client: &impl GenericClient,
    user: i64,
    now: Timestamp,
) -> Result<(), DatabaseError> {
    client
        .execute_typed(
            include_str!("end_all.sql"),
            &[(&user, Type::INT8), (&now, Type::TIMESTAMPTZ)],
        )
        .await
        .map_err(DatabaseError::statement("end a user's logins"))?;
    Ok(())
}

fn after(now: Timestamp, duration: std::time::Duration) -> Timestamp {
    let duration = SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX);
    now.saturating_add(duration).unwrap_or(Timestamp::MAX)
}
