//! Connections that the service keeps open and lends to whoever answers a request.

use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, Object, RecyclingMethod, Runtime, Timeouts};
use tokio_postgres::{Client, IsolationLevel, NoTls, Transaction};

use super::{Database, DatabaseError};

/// How long a request may wait for a connection before it is told that there is none.
const WAIT: Duration = Duration::from_secs(5);

/// Connections to one database, opened when needed and used again.
///
/// Nothing is kept in a session between two uses: behind a pooler that lends connections by the transaction, two uses may
/// meet different sessions.
#[derive(Clone)]
pub struct Pool {
    pool: deadpool_postgres::Pool,
}

impl Pool {
    /// A pool of at most `size` connections; opens none yet.
    pub fn new(database: &Database, size: usize) -> Self {
        let recycling = ManagerConfig {
            recycling_method: RecyclingMethod::Fast,
        };
        let config = database.config.clone();
        let manager = match database.uses_tls() {
            true => Manager::from_config(config, database.tls.clone(), recycling),
            false => Manager::from_config(config, NoTls, recycling),
        };
        let pool = deadpool_postgres::Pool::builder(manager)
            .max_size(size)
            .timeouts(Timeouts {
                wait: Some(WAIT),
                create: Some(WAIT),
                recycle: Some(WAIT),
            })
            .runtime(Runtime::Tokio1)
            .build()
            .expect("a runtime is given, which is all that building asks for");
        Self { pool }
    }

    /// A connection of its own for the caller, until it is dropped.
    ///
    /// # Errors
    /// The server cannot be reached, or all connections stayed in use for too long.
    pub async fn get(&self) -> Result<Object, DatabaseError> {
        self.pool.get().await.map_err(|error| match error {
            deadpool_postgres::PoolError::Backend(source) => {
                DatabaseError::statement("open a connection")(source)
            }
            _ => DatabaseError::Busy,
        })
    }
}

/// A reader may not hold up the database for longer than this, statement by statement.
const READ_LIMIT: &str = "set local statement_timeout = '10s'";

/// A transaction that sees one instant of the database and changes nothing: what several queries of one page or answer
/// must share, or their figures may disagree. A statement in it that takes longer than ten seconds is given up.
///
/// # Errors
/// PostgreSQL refuses.
pub async fn snapshot(client: &mut Client) -> Result<Transaction<'_>, DatabaseError> {
    // The plain client's transaction: the pool's own would add a cache of prepared statements, which a pooler breaks.
    let failed = DatabaseError::statement("begin to read");
    let transaction = client
        .build_transaction()
        .isolation_level(IsolationLevel::RepeatableRead)
        .read_only(true)
        .start()
        .await
        .map_err(&failed)?;
    transaction
        .batch_execute(READ_LIMIT)
        .await
        .map_err(&failed)?;
    Ok(transaction)
}
