//! What need not be kept any longer.

use jiff::{SignedDuration, Timestamp};
use tokio_postgres::GenericClient;
use tokio_postgres::types::Type;

use crate::db::DatabaseError;

/// How long an ended login is kept: where somebody has logged in of late is known, see `attempts`.
const SESSIONS: SignedDuration = SignedDuration::from_hours(30 * 24);
/// How long the log of actions is kept.
const ACTIONS: SignedDuration = SignedDuration::from_hours(2 * 366 * 24);

/// Deletes logins that ended more than 30 days ago, wrong passwords of yesterday, and actions of more than two years ago.
/// For a daily housekeeping; safe to run twice, and at once.
///
/// # Errors
/// PostgreSQL refuses.
pub async fn forget_ended(
    client: &impl GenericClient,
    now: Timestamp,
) -> Result<(), DatabaseError> {
    let before = |duration| now.saturating_sub(duration).unwrap_or(Timestamp::MIN);
    let limits = [
        (include_str!("delete_sessions.sql"), SESSIONS),
        (
            include_str!("delete_attempts.sql"),
            SignedDuration::from_hours(24),
        ),
        (include_str!("delete_actions.sql"), ACTIONS),
    ];
    for (statement, kept) in limits {
        client
            .execute_typed(statement, &[(&before(kept), Type::TIMESTAMPTZ)])
            .await
            .map_err(DatabaseError::statement("forget ended logins"))?;
    }
    Ok(())
}
