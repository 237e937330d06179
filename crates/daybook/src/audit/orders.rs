//! Every order against its raw documents, read again from the source.

use std::collections::{BTreeSet, HashMap, HashSet};

use order_model::Platform;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, IsolationLevel, Transaction};

use super::{ComparedOrders, OrderDivergence, OrderProblem};
use crate::app::App;
use crate::db::{DatabaseError, OrderKeys};
use crate::error::Error;
use crate::load::{self, Incoming, OrderTypes};
use crate::normalise::{NormalisedBatch, Normaliser};
use crate::source::{ReadRequest, Source, Stream, StreamContent, handover};

/// Reads the whole source and compares what it says with what is stored. Changes nothing.
///
/// Documents stored since the last sync are left out: they are not expected to be loaded yet.
///
/// # Errors
/// The source or PostgreSQL fails.
pub async fn compare_orders(
    app: &App,
    source: &Source,
    client: &mut Client,
) -> Result<ComparedOrders, Error> {
    let failed = DatabaseError::statement("compare the orders with the source");
    let snapshot = client
        .build_transaction()
        .isolation_level(IsolationLevel::RepeatableRead)
        .start()
        .await
        .map_err(&failed)?;
    snapshot
        .batch_execute(include_str!("create_seen.sql"))
        .await
        .map_err(&failed)?;

    load::look_up_by_key(&snapshot).await.map_err(&failed)?;
    let types = OrderTypes::of(&snapshot).await.map_err(&failed)?;
    let mut compared = ComparedOrders::default();
    let mut platforms = BTreeSet::new();
    for stream in source.streams() {
        match &stream.content {
            StreamContent::Orders(platform) => platforms.extend([*platform]),
            StreamContent::Mixed { .. } => platforms.extend(Platform::ALL),
            // Their content is compared together with the orders they complete.
            StreamContent::Companions(_) => continue,
        }
        compare_stream(app, source, &stream, (&snapshot, &types), &mut compared).await?;
    }
    let platforms: Vec<_> = platforms.iter().map(|platform| platform.as_str()).collect();
    // All orders at once: nothing to look up by key any more.
    snapshot
        .batch_execute("set local enable_hashjoin = on")
        .await
        .map_err(&failed)?;
    let row = snapshot
        .query_typed_one(
            include_str!("count_unseen.sql"),
            &[(&platforms, Type::TEXT_ARRAY)],
        )
        .await
        .map_err(&failed)?;
    compared.without_document = row.get::<_, i64>(0).unsigned_abs();
    Ok(compared)
}

async fn compare_stream(
    app: &App,
    source: &Source,
    stream: &Stream,
    (snapshot, types): (&Transaction<'_>, &OrderTypes),
    compared: &mut ComparedOrders,
) -> Result<(), Error> {
    let rules = app.config.rules(app.clock.now());
    let nothing = HashSet::new();
    let normaliser = Normaliser::new(&rules, &stream.content, &nothing);
    let loaded_through = load::complete_through(snapshot, &stream.name).await?;

    let (giver, mut batches) = handover();
    let request = ReadRequest {
        position: None,
        since: None,
    };
    let compare = async {
        while let Some(batch) = batches.recv().await {
            let batch = normaliser.batch(batch);
            compared.documents += batch.read;
            let found = compare_batch(snapshot, types, &batch, loaded_through)
                .await
                .map_err(DatabaseError::statement(
                    "compare the orders with the source",
                ))?;
            for divergence in named(found, &batch, stream) {
                compared.add(divergence);
            }
        }
        Ok::<_, Error>(())
    };
    let (reading, comparing) = tokio::join!(source.read(stream, request, giver), compare);
    comparing?;
    Ok(reading?)
}

/// A difference as the database names it.
struct Found {
    platform: String,
    order_code: String,
    problem: OrderProblem,
    columns: Vec<String>,
}

async fn compare_batch(
    snapshot: &Transaction<'_>,
    types: &OrderTypes,
    batch: &NormalisedBatch,
    loaded_through: Option<jiff::Timestamp>,
) -> Result<Vec<Found>, tokio_postgres::Error> {
    let orders: Vec<_> = batch.orders.iter().collect();
    let newest = orders.iter().map(|order| order.state.newest());
    let keys: OrderKeys<'_> = newest.map(|order| &order.key).collect();
    snapshot
        .execute_typed(
            include_str!("remember_seen.sql"),
            &[
                (&keys.platforms, Type::TEXT_ARRAY),
                (&keys.codes, Type::TEXT_ARRAY),
            ],
        )
        .await?;
    let rows = snapshot
        .query_typed(
            include_str!("compare_orders.sql"),
            &[
                (&loaded_through, Type::TIMESTAMPTZ),
                (&Incoming(&orders), types.incoming()),
            ],
        )
        .await?;
    Ok(rows
        .iter()
        .map(|row| Found {
            platform: row.get("platform"),
            order_code: row.get("order_code"),
            problem: match row.get::<_, &str>("problem") {
                "missing" => OrderProblem::Missing,
                "changed" => OrderProblem::Changed,
                _ => OrderProblem::Behind,
            },
            columns: row.get("columns"),
        })
        .collect())
}

/// Adds where the documents are.
fn named(found: Vec<Found>, batch: &NormalisedBatch, stream: &Stream) -> Vec<OrderDivergence> {
    if found.is_empty() {
        return Vec::new();
    }
    let documents: HashMap<_, _> = batch
        .orders
        .iter()
        .map(|order| {
            let key = &order.state.newest().key;
            ((key.platform.as_str(), key.code.as_str()), &order.document)
        })
        .collect();
    found
        .into_iter()
        .map(|found| OrderDivergence {
            stream: stream.name.clone(),
            locator: documents
                .get(&(found.platform.as_str(), found.order_code.as_str()))
                .map(|document| document.locator.clone())
                .unwrap_or_default(),
            platform: found.platform,
            order_code: found.order_code,
            problem: found.problem,
            columns: found.columns,
        })
        .collect()
}
