//! Keeps a process that has lost the lead from committing anything.

use std::time::Duration;

use tokio_postgres::Transaction;
use tokio_postgres::types::Type;

use super::Database;

/// How long a transaction of a leader may wait for its client: a process that is frozen holds its locks no longer.
const LONGEST_IDLE: Duration = Duration::from_secs(5);

/// The SQLSTATE of [`Database::require_lead`].
const NOT_LEADING: &str = "DB001";

impl Database {
    /// The same database, for the leader of a term: no transaction of another term commits through it.
    #[must_use]
    pub fn of_term(&self, term: i64) -> Self {
        Self {
            term: Some(term),
            ..self.clone()
        }
    }

    /// The leader's term; `None` for whoever works without leading.
    pub fn term(&self) -> Option<i64> {
        self.term
    }

    /// The first statement of a transaction that writes. Does nothing without a term.
    ///
    /// # Errors
    /// PostgreSQL refuses.
    pub async fn limit_idling(
        &self,
        transaction: &Transaction<'_>,
    ) -> Result<(), tokio_postgres::Error> {
        if self.term.is_none() {
            return Ok(());
        }
        let limit = LONGEST_IDLE.as_millis().to_string();
        transaction
            .execute_typed(
                "select set_config('idle_in_transaction_session_timeout', $1, true)",
                &[(&limit, Type::TEXT)],
            )
            .await?;
        Ok(())
    }

    /// The last statement before a commit. Does nothing without a term.
    ///
    /// # Errors
    /// The term is over, see [`is_not_leading`]; or PostgreSQL refuses.
    pub async fn require_lead(
        &self,
        transaction: &Transaction<'_>,
    ) -> Result<(), tokio_postgres::Error> {
        if let Some(term) = self.term {
            transaction
                .execute_typed("select require_leadership($1)", &[(&term, Type::INT8)])
                .await?;
        }
        Ok(())
    }
}

/// Whether a transaction failed because another process leads now.
pub fn is_not_leading(error: &tokio_postgres::Error) -> bool {
    error.code().is_some_and(|code| code.code() == NOT_LEADING)
}
