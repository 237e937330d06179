//! The lease: on the clock of the database, so that no two processes argue about the time. Locks of sessions would not do: a
//! frozen process holds them for hours, and behind a pooler they belong to somebody else.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio_postgres::Client;
use tokio_postgres::types::Type;

use crate::app::App;
use crate::db::{DatabaseError, kept};
use crate::error::Error;

/// How long a lease lasts from its last renewal.
const LEASE: Duration = Duration::from_secs(6);
/// How long the leader trusts a renewal, from the moment it asked for it, by a clock that nobody sets. Less than the lease,
/// so that it has stopped before anybody else may begin.
const TRUST: Duration = Duration::from_secs(4);
/// How often it renews.
const RENEW_EVERY: Duration = Duration::from_millis(1500);
/// How far our clock and the database's may be apart without a word.
const SKEW: Duration = Duration::from_secs(5);

/// A process that would lead.
pub struct Candidate {
    app: Arc<App>,
    name: String,
}

impl Candidate {
    pub fn new(app: Arc<App>) -> Self {
        let system = rustix::system::uname();
        let host = system.nodename().to_string_lossy();
        let name = format!(
            "{host}/{}/{:08x}",
            std::process::id(),
            rand::random::<u32>()
        );
        Self { app, name }
    }

    /// Takes the lead when nobody has it: the term. Closes the runs that the former leader left open.
    pub async fn take_over(&self, client: &mut Option<Client>) -> Result<Option<i64>, Error> {
        let open = kept(client, self.app.connect()).await?;
        let term = self.attempt(open).await;
        if term.is_err() {
            // Another one looks at the schema again, which may be why.
            *client = None;
        }
        term
    }

    async fn attempt(&self, client: &mut Client) -> Result<Option<i64>, Error> {
        let transaction = client
            .transaction()
            .await
            .map_err(DatabaseError::statement("look who leads"))?;
        let row = transaction
            .query_typed_one(
                "select take_leadership($1, $2::text::interval)",
                &[(&self.name, Type::TEXT), (&seconds(LEASE), Type::TEXT)],
            )
            .await
            .map_err(DatabaseError::statement("look who leads"))?;
        let term: Option<i64> = row.get(0);
        if let Some(term) = term {
            let closed = transaction
                .execute_typed(
                    include_str!("close_lost_runs.sql"),
                    &[
                        (&term, Type::INT8),
                        (&self.app.clock.now(), Type::TIMESTAMPTZ),
                    ],
                )
                .await
                .map_err(DatabaseError::statement("close lost runs"))?;
            if closed > 0 {
                tracing::warn!(
                    runs = closed,
                    "the former leader left runs open; they are closed as failed"
                );
            }
        }
        transaction
            .commit()
            .await
            .map_err(DatabaseError::statement("take the lead"))?;
        Ok(term)
    }

    /// Renews the lease until that fails for too long, or the term is over.
    pub async fn keep(&self, term: i64) {
        let mut trusted_until = Instant::now() + TRUST;
        let mut client: Option<Client> = None;
        loop {
            let asked = Instant::now();
            let left = trusted_until.saturating_duration_since(asked);
            match tokio::time::timeout(left, self.renew(term, &mut client)).await {
                Ok(Ok(true)) => trusted_until = asked + TRUST,
                Ok(Ok(false)) => return,
                Ok(Err(error)) => {
                    client = None;
                    tracing::warn!(
                        reason = error.in_one_line(),
                        "the lead could not be renewed"
                    );
                }
                Err(_) => return,
            }
            if Instant::now() >= trusted_until {
                return;
            }
            tokio::time::sleep(RENEW_EVERY.min(trusted_until - Instant::now())).await;
            // A process that was frozen wakes up here: nothing was renewed meanwhile.
            if Instant::now() >= trusted_until {
                return;
            }
        }
    }

    async fn renew(&self, term: i64, client: &mut Option<Client>) -> Result<bool, Error> {
        let row = kept(client, self.app.database.connect())
            .await?
            .query_typed_one(
                "select keep_leadership($1, $2::text::interval), clock_timestamp()",
                &[(&term, Type::INT8), (&seconds(LEASE), Type::TEXT)],
            )
            .await
            .map_err(DatabaseError::statement("renew the lead"))?;
        self.compare_clocks(row.get(1));
        Ok(row.get(0))
    }

    fn compare_clocks(&self, theirs: Timestamp) {
        let apart = self.app.clock.now().duration_since(theirs).unsigned_abs();
        if apart > SKEW {
            tracing::warn!(
                seconds = apart.as_secs_f64(),
                "our clock and PostgreSQL's disagree; a day is closed only when both say that it has ended"
            );
        }
    }

    /// Lets others lead at once.
    pub async fn give_up(&self, term: i64) -> Result<(), Error> {
        let client = self.app.database.connect().await?;
        client
            .execute_typed("select give_up_leadership($1)", &[(&term, Type::INT8)])
            .await
            .map_err(DatabaseError::statement("give up the lead"))?;
        Ok(())
    }
}

fn seconds(duration: Duration) -> String {
    format!("{} seconds", duration.as_secs_f64())
}
