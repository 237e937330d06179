//! Loads the batches of one stream, one after the other.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};
use order_model::{Reject, RejectReason};
use tokio_postgres::Client;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::Type;

use super::merge::{forget_versions, put};
use super::newcomers::KnownOrders;
use super::stream_state::{StreamState, open_stream, read_stream};
use super::{LoadCounts, OrderTypes};
use crate::clock::BusinessClock;
use crate::db::{Database, DatabaseError, is_data_error, is_transient};
use crate::normalise::{Forgotten, NormalisedBatch, NormalisedOrder};
use crate::observe::meters;
use crate::quarantine::{self, Entry};
use crate::runs::{self, RunId};
use crate::source::{Position, Stream};

/// A batch could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// PostgreSQL failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// Another process moved the stream's position.
    #[error("another daybook is loading {0} at the same time")]
    Contended(String),
}

/// Loads one stream's batches.
pub struct Loader<'a> {
    database: &'a Database,
    client: Client,
    stream: &'a Stream,
    state: StreamState,
    types: OrderTypes,
    run: RunId,
    clock: &'a BusinessClock,
    /// What the whole run had done when this loader last heard of it.
    total: LoadCounts,
    /// What is in the table, when most orders are expected not to be.
    known: Option<KnownOrders>,
    /// That they are, until the first of them come; with how many documents there are, if somebody knows.
    expects_new: Option<Option<u64>>,
}

/// What a transaction is to do.
struct Work<'b> {
    orders: &'b [NormalisedOrder],
    rejects: &'b [Entry],
    forgotten: &'b [Forgotten],
    /// What became of documents before they came here.
    before: LoadCounts,
    /// The batch it belongs to, when it is the part that moves the position.
    finishes: Option<&'b NormalisedBatch>,
}

/// What is known of a transaction whose answer may be lost.
#[derive(Default)]
struct Trace {
    /// Known once the first statement is through; before that nothing can have been committed.
    number: Option<String>,
    /// What it does, known before it is committed.
    counts: LoadCounts,
}

impl<'a> Loader<'a> {
    /// A loader for a stream, on a connection of its own.
    ///
    /// # Errors
    /// PostgreSQL cannot be reached, or refuses.
    pub async fn open(
        database: &'a Database,
        stream: &'a Stream,
        run: RunId,
        clock: &'a BusinessClock,
    ) -> Result<Self, DatabaseError> {
        let client = database.connect().await?;
        let state = open_stream(&client, stream).await?;
        let types = OrderTypes::of(&client)
            .await
            .map_err(DatabaseError::statement("read the types of an order"))?;
        Ok(Self {
            database,
            client,
            stream,
            state,
            types,
            run,
            clock,
            total: LoadCounts::default(),
            known: None,
            expects_new: None,
        })
    }

    /// Says that most orders to come are not in the table. `documents` is how many there are; `None` when nobody knows.
    pub fn expect_new_orders(&mut self, documents: Option<u64>) {
        self.expects_new = Some(documents);
    }

    /// Where the stream stood when the loader was opened; `None` before the first batch, or when it was written by another
    /// version of the program.
    pub fn position(&self) -> Option<&Position> {
        self.state.position.as_ref()
    }

    /// What the whole run had done, other loaders of it included, when this one last committed.
    pub fn total(&self) -> LoadCounts {
        self.total
    }

    /// The connection it loads through.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Loads a batch. Returns what became of its documents; with the transaction committed, or nothing done.
    ///
    /// # Errors
    /// PostgreSQL fails, or somebody else loads the stream.
    pub async fn load(&mut self, batch: &NormalisedBatch) -> Result<LoadCounts, LoadError> {
        if !batch.orders.is_empty()
            && let Some(documents) = self.expects_new.take()
        {
            self.look_what_is_there(documents).await;
        }
        let mut counts = LoadCounts::default();
        let mut before = LoadCounts {
            read: batch.read,
            stale: batch.stale,
            unchanged: batch.unchanged,
            ..LoadCounts::default()
        };
        let mut refused = Vec::new();
        // Pieces to load, last first: a piece that PostgreSQL refuses a value of is cut in half until the row is found.
        let mut pieces: Vec<&[NormalisedOrder]> = vec![&batch.orders];
        while let Some(piece) = pieces.pop() {
            let last = pieces.is_empty();
            let work = Work {
                orders: piece,
                rejects: if last { &batch.rejects } else { &[] },
                forgotten: &batch.forgotten,
                before,
                finishes: last.then_some(batch),
            };
            match self.load_piece(&work, &refused).await {
                Ok(loaded) => {
                    counts += loaded;
                    before = LoadCounts::default();
                }
                Err(PieceError::Load(error)) => return Err(error),
                Err(PieceError::Refused(code)) if piece.len() > 1 => {
                    tracing::debug!(
                        code,
                        orders = piece.len(),
                        "a value was refused, looking for its row"
                    );
                    let (first, second) = piece.split_at(piece.len() / 2);
                    pieces.push(second);
                    pieces.push(first);
                }
                Err(PieceError::Refused(code)) => {
                    refused.extend(piece.iter().map(|order| refused_entry(order, &code)));
                    if last {
                        pieces.push(&[]);
                    }
                }
            }
        }
        if let Some(known) = &mut self.known {
            for order in &batch.orders {
                known.insert(&order.state.newest().key);
            }
        }
        meters::documents(self.stream.content.platform(), counts);
        Ok(counts)
    }

    /// Reads what is in the table. If that fails, orders are merged; what is wrong with the connection will show there.
    async fn look_what_is_there(&mut self, documents: Option<u64>) {
        let platform = self.stream.content.platform();
        match KnownOrders::read(&self.client, platform, documents).await {
            Ok(known) => self.known = known,
            Err(error) => tracing::debug!(%error, "nobody knows which orders there are"),
        }
    }

    /// One transaction, tried again while the failure is a passing one.
    async fn load_piece(
        &mut self,
        work: &Work<'_>,
        refused: &[Entry],
    ) -> Result<LoadCounts, PieceError> {
        let mut delays = retry_delays();
        loop {
            let mut trace = Trace::default();
            let error = match self.attempt(work, refused, &mut trace).await {
                Ok(loaded) => return Ok(loaded),
                Err(Attempt::Overtaken) => {
                    self.catch_up().await?;
                    continue;
                }
                Err(Attempt::Failed(error)) => error,
            };
            if error.code() == Some(&SqlState::UNIQUE_VIOLATION) && self.known.take().is_some() {
                tracing::debug!("somebody else inserts orders, too; merging from now on");
                continue;
            }
            if is_data_error(&error) {
                let code = error
                    .code()
                    .map(|code| code.code().to_owned())
                    .unwrap_or_default();
                return Err(PieceError::Refused(code));
            }
            let failed = DatabaseError::Statement {
                action: "load a batch",
                source: error,
            };
            if !failed.driver().is_some_and(is_transient) {
                return Err(LoadError::Database(failed).into());
            }
            tracing::warn!(error = %failed, "loading the batch again");
            meters::retry();
            if let Some(loaded) = self.recover(&trace, &mut delays, failed).await? {
                return Ok(loaded);
            }
        }
    }

    /// Opens a new connection after a failure. If the transaction had been committed after all, and only the answer was
    /// lost, returns what it did.
    async fn recover(
        &mut self,
        trace: &Trace,
        delays: &mut (dyn Iterator<Item = Duration> + Send),
        mut failed: DatabaseError,
    ) -> Result<Option<LoadCounts>, LoadError> {
        loop {
            let Some(delay) = delays.next() else {
                return Err(failed.into());
            };
            tokio::time::sleep(delay).await;
            match self.fate(trace).await {
                Ok(Fate::Lost) => return Ok(None),
                Ok(Fate::Committed(loaded)) => return Ok(Some(loaded)),
                // The server has not noticed yet that nobody waits for its answer.
                Ok(Fate::Open) => {}
                Err(error) if error.is_passing() => failed = error,
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// What became of a transaction of this loader.
    async fn fate(&mut self, trace: &Trace) -> Result<Fate, DatabaseError> {
        if self.client.is_closed() {
            self.client = self.database.connect().await?;
        }
        let Some(number) = &trace.number else {
            return Ok(Fate::Lost);
        };
        let row = self
            .client
            .query_typed_one(include_str!("fate.sql"), &[(number, Type::TEXT)])
            .await
            .map_err(DatabaseError::statement("ask what became of a batch"))?;
        match row.get::<_, Option<&str>>(0) {
            Some("in progress") => return Ok(Fate::Open),
            Some("committed") => {}
            _ => return Ok(Fate::Lost),
        }
        let state = read_stream(&self.client, &self.stream.name).await?;
        if state.run != Some(self.run.0) || state.revision != self.state.revision + 1 {
            return Ok(Fate::Lost);
        }
        self.total = runs::recorded(&self.client, self.run).await?;
        self.state.revision = state.revision;
        Ok(Fate::Committed(trace.counts))
    }

    /// The stream has moved. If it was this run that moved it, by a transaction of an earlier loader that was given up for
    /// lost before its commit arrived, loading goes on from there: the orders are in, and to load them again changes nothing.
    async fn catch_up(&mut self) -> Result<(), LoadError> {
        let state = read_stream(&self.client, &self.stream.name).await?;
        if state.run != Some(self.run.0) || state.revision <= self.state.revision {
            return Err(LoadError::Contended(self.stream.label.clone()));
        }
        self.state.revision = state.revision;
        Ok(())
    }

    async fn attempt(
        &mut self,
        work: &Work<'_>,
        refused: &[Entry],
        trace: &mut Trace,
    ) -> Result<LoadCounts, Attempt> {
        let transaction = self.client.transaction().await?;
        self.database.limit_idling(&transaction).await?;
        let now = self.clock.now();
        let position = work
            .finishes
            .and_then(|batch| batch.position.as_ref())
            .map(Position::to_bytes);
        // A document from the future must not hide how old the newest real one is.
        let complete_through = work
            .finishes
            .and_then(|batch| batch.complete_through)
            .map(|through| through.min(now));
        let newest = work.finishes.and_then(|batch| batch.newest_ingested_at);
        let moved = transaction
            .query_typed_opt(
                include_str!("move_stream.sql"),
                &[
                    (&self.stream.name, Type::TEXT),
                    (&self.state.revision, Type::INT8),
                    (&position, Type::BYTEA),
                    (&self.run, Type::INT8),
                    (&now, Type::TIMESTAMPTZ),
                    (&complete_through, Type::TIMESTAMPTZ),
                    (&newest, Type::TIMESTAMPTZ),
                ],
            )
            .await?;
        let Some(moved) = moved else {
            return Err(Attempt::Overtaken);
        };
        trace.number = Some(moved.get(0));
        if !work.forgotten.is_empty() {
            forget_versions(&transaction, work.forgotten).await?;
        }
        let mut counts = work.before;
        counts += put(
            &transaction,
            &self.types,
            self.known.as_ref(),
            work.orders,
            self.clock.civil(),
        )
        .await?;
        if let Some(batch) = work.finishes {
            let stream = &self.stream.documents_in;
            let entries = || work.rejects.iter().chain(refused);
            let count = entries().count() as u64;
            let quarantined = quarantine::store(
                &transaction,
                stream,
                self.run,
                now,
                entries(),
                &batch.resolved,
            )
            .await?;
            counts.quarantined += quarantined;
            // A document that was refused before, and has not changed since, is no news.
            counts.unchanged += count - quarantined;
        }
        let total = runs::add(&transaction, self.run, &counts).await?;
        self.database.require_lead(&transaction).await?;
        trace.counts = counts;
        transaction.commit().await?;
        self.total = total.unwrap_or(self.total);
        self.state.revision += 1;
        Ok(counts)
    }
}

/// The entry for an order that PostgreSQL refused.
fn refused_entry(order: &NormalisedOrder, code: &str) -> Entry {
    let newest = order.state.newest();
    let reject = Reject {
        order_code: Some(newest.key.code.clone()),
        source_updated_at: Some(newest.version.source_updated_at),
        ..Reject::new(RejectReason::RefusedByDatabase, &format!("SQLSTATE {code}"))
    };
    Entry {
        document: order.document.clone(),
        platform: Some(newest.key.platform),
        reject,
        content_hash: order.content_hash,
    }
}

fn retry_delays() -> impl Iterator<Item = Duration> {
    ExponentialBuilder::default()
        .with_min_delay(Duration::from_millis(50))
        .with_max_delay(Duration::from_secs(5))
        .with_max_times(8)
        .with_jitter()
        .build()
}

/// What became of a transaction whose answer was lost.
enum Fate {
    /// It was committed, and did this.
    Committed(LoadCounts),
    /// It was not, and will not be.
    Lost,
    /// The server still works on it.
    Open,
}

/// How an attempt at a transaction ended without a commit.
enum Attempt {
    /// The stream does not stand where it was left.
    Overtaken,
    Failed(tokio_postgres::Error),
}

impl From<tokio_postgres::Error> for Attempt {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Failed(error)
    }
}

/// How a piece of a batch ended.
enum PieceError {
    /// PostgreSQL refused a value in it, with this code.
    Refused(String),
    Load(LoadError),
}

impl From<LoadError> for PieceError {
    fn from(error: LoadError) -> Self {
        Self::Load(error)
    }
}
