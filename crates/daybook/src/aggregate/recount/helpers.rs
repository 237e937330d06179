//! More connections for a recount, which see what the transaction sees that they help.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_postgres::{Client, IsolationLevel, Transaction};

use super::{Counted, recount};
use crate::aggregate::stretch::Stretch;
use crate::db::{Database, DatabaseError};

/// A transaction that waits for its helpers says so often enough not to be taken for a forgotten one; see `db/fence.rs`.
const SHOW_LIFE_EVERY: Duration = Duration::from_secs(1);

/// How many connections may help, and to which database.
#[derive(Clone, Copy)]
pub struct Helpers<'a> {
    database: Option<&'a Database>,
    most: usize,
}

/// What a helper tells of a stretch it took.
type Told = Result<Counted, tokio_postgres::Error>;

/// Stretches that nobody has taken yet.
type Queue = Arc<Mutex<VecDeque<Stretch>>>;

/// A recount that is under way. Its helpers end with it.
pub struct Recount {
    queue: Queue,
    /// Stretches not handed on yet.
    left: usize,
    told: mpsc::Receiver<Told>,
    _helpers: JoinSet<()>,
}

impl<'a> Helpers<'a> {
    /// As many as make a number of workers, the transaction itself counted.
    pub fn of(database: &'a Database, workers: usize) -> Self {
        Self {
            database: Some(database),
            most: workers.saturating_sub(1),
        }
    }

    /// None: the transaction does it all.
    pub fn none() -> Self {
        Self {
            database: None,
            most: 0,
        }
    }

    /// Begins to recount stretches in a transaction's snapshot, and gives the transaction the memory that what they come to
    /// takes. A helper that finds no connection is done without: behind a
    /// small pooler there may be none before the transaction ends.
    ///
    /// # Errors
    /// PostgreSQL refuses.
    pub async fn recount(
        self,
        transaction: &Transaction<'_>,
        stretches: Vec<Stretch>,
    ) -> Result<Recount, tokio_postgres::Error> {
        transaction.batch_execute(include_str!("room.sql")).await?;
        let left = stretches.len();
        let wanted = self.most.min(left.saturating_sub(1));
        let queue = Arc::new(Mutex::new(VecDeque::from(stretches)));
        let (sender, told) = mpsc::channel(1);
        let mut helpers = JoinSet::new();
        if let Some(database) = self.database
            && wanted > 0
        {
            let snapshot: String = transaction
                .query_typed_one("select pg_export_snapshot()", &[])
                .await?
                .get(0);
            for _ in 0..wanted {
                helpers.spawn(help(
                    database.clone(),
                    snapshot.clone(),
                    Arc::clone(&queue),
                    sender.clone(),
                ));
            }
        }
        Ok(Recount {
            queue,
            left,
            told,
            _helpers: helpers,
        })
    }
}

impl Recount {
    /// A stretch that is done, in no order; `None` when all are.
    ///
    /// # Errors
    /// PostgreSQL refuses.
    pub async fn next(
        &mut self,
        transaction: &Transaction<'_>,
    ) -> Result<Option<Counted>, tokio_postgres::Error> {
        if self.left == 0 {
            return Ok(None);
        }
        let done = if let Ok(told) = self.told.try_recv() {
            told?
        } else if let Some(stretch) = take(&self.queue) {
            recount(transaction, stretch).await?
        } else {
            loop {
                match timeout(SHOW_LIFE_EVERY, self.told.recv()).await {
                    Ok(told) => break told.expect("who takes a stretch tells of it")?,
                    Err(_) => transaction.batch_execute("").await?,
                }
            }
        };
        self.left -= 1;
        Ok(Some(done))
    }
}

fn take(queue: &Queue) -> Option<Stretch> {
    queue.lock().expect("nobody panics with it").pop_front()
}

/// Takes stretches until there are no more.
async fn help(database: Database, snapshot: String, queue: Queue, told: mpsc::Sender<Told>) {
    let mut client = match database.connect().await {
        Ok(client) => client,
        Err(error) => return tracing::debug!(%error, "recounting with a connection less"),
    };
    let transaction = match join(&database, &mut client, &snapshot).await {
        Ok(transaction) => transaction,
        Err(error) => return tracing::debug!(%error, "recounting with a connection less"),
    };
    while let Some(stretch) = take(&queue) {
        let counted = recount(&transaction, stretch).await;
        let is_last = counted.is_err();
        // Waits until the one before is made use of, so that no more than two lie about.
        let permit = loop {
            match timeout(SHOW_LIFE_EVERY, told.reserve()).await {
                Ok(permit) => break permit,
                Err(_) if is_last => {}
                // When this fails, so will the next stretch.
                Err(_) => drop(transaction.batch_execute("").await),
            }
        };
        let Ok(permit) = permit else {
            return;
        };
        permit.send(counted);
        if is_last {
            return;
        }
    }
}

/// Begins a transaction that sees what another one sees.
async fn join<'c>(
    database: &Database,
    client: &'c mut Client,
    snapshot: &str,
) -> Result<Transaction<'c>, DatabaseError> {
    let failed = DatabaseError::statement("see what another transaction sees");
    let transaction = client
        .build_transaction()
        .isolation_level(IsolationLevel::RepeatableRead)
        .read_only(true)
        .start()
        .await
        .map_err(&failed)?;
    // The name is the server's own, of digits and hyphens, and a parameter is not allowed here.
    transaction
        .batch_execute(&format!("set transaction snapshot '{snapshot}'"))
        .await
        .map_err(&failed)?;
    database.limit_idling(&transaction).await.map_err(&failed)?;
    Ok(transaction)
}
