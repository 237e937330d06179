//! What a rebuild of all history means for those who write meanwhile: how long their transactions take, and how long they
//! wait for a lock.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

use anyhow::ensure;
use clap::Args;
use daybook::aggregate::{Folder, Scope, rebuild};
use daybook::app::App;
use daybook::runs;
use serde::Serialize;
use tokio_postgres::Client;

use crate::machine::Circumstances;
use crate::results::{keep, percentile};
use crate::server::Server;

const DATABASE: &str = "rebuilding";

/// Options of the benchmark.
#[derive(Debug, Args)]
pub struct Options {
    /// Seconds of writing without and with rebuilds
    #[arg(long, default_value_t = 20)]
    seconds: u64,
    /// Clients that write
    #[arg(long, default_value_t = 8)]
    clients: usize,
}

/// Transactions of 100 orders, in milliseconds.
#[derive(Debug, Serialize)]
struct Latency {
    transactions: usize,
    p50: f64,
    p99: f64,
    max: f64,
    /// The longest that a writer was seen waiting for a lock.
    longest_lock_wait: f64,
}

#[derive(Serialize)]
struct Result {
    seconds: u64,
    clients: usize,
    /// Writers beside a fold every 200 ms.
    without_rebuild: Latency,
    /// The same beside rebuilds of all days, one after the other.
    beside_rebuilds: Latency,
    rebuilds: u64,
    /// Cells of the live figures that differ from a recount at the end.
    differences: i64,
}

/// Measures, and keeps the result.
pub async fn run(options: Options) -> anyhow::Result<()> {
    let server = Server::start()?;
    let app = server.database(DATABASE, "incremental").await?;
    let client = server.connect(DATABASE).await?;
    let existing = include_str!("../writers_cost/existing_orders.sql");
    client.batch_execute(existing).await?;
    client.batch_execute("vacuum analyze orders").await?;
    Folder::new(&app.database, &app.clock).fold_all().await?;

    let (without_rebuild, _) = measure(&server, &app, &options, false).await?;
    let (beside_rebuilds, rebuilds) = measure(&server, &app, &options, true).await?;
    let differences = client
        .query_one(include_str!("differences.sql"), &[])
        .await?
        .get(0);
    let result = Result {
        seconds: options.seconds,
        clients: options.clients,
        without_rebuild,
        beside_rebuilds,
        rebuilds,
        differences,
    };
    println!("{}", serde_json::to_string_pretty(&result)?);
    ensure!(differences == 0, "the figures differ from a recount");
    let circumstances = Circumstances::now(server.version().await?);
    keep("rebuilding", &circumstances, &result)
}

async fn measure(
    server: &Server,
    app: &App,
    options: &Options,
    rebuilding: bool,
) -> anyhow::Result<(Latency, u64)> {
    let stop = Arc::new(AtomicBool::new(false));
    let (mut writers, mut backends) = (Vec::new(), Vec::new());
    for _ in 0..options.clients {
        let client = server.connect(DATABASE).await?;
        let backend = client.query_one("select pg_backend_pid()", &[]).await?;
        backends.push(backend.get::<_, i32>(0));
        writers.push(tokio::spawn(write(client, Arc::clone(&stop))));
    }
    let end = Instant::now() + Duration::from_secs(options.seconds);
    let (longest_lock_wait, folded, rebuilds) = tokio::join!(
        watch(server, &backends, end),
        fold(app, end),
        rebuild_all(app, rebuilding, end),
    );
    folded?;
    stop.store(true, Relaxed);
    let mut latencies = Vec::new();
    for writer in writers {
        latencies.extend(writer.await??);
    }
    latencies.sort_by(f64::total_cmp);
    let latency = Latency {
        transactions: latencies.len(),
        p50: percentile(&latencies, 0.5),
        p99: percentile(&latencies, 0.99),
        max: percentile(&latencies, 1.0),
        longest_lock_wait: longest_lock_wait?.round(),
    };
    Ok((latency, rebuilds?))
}

async fn write(
    client: Client,
    stop: Arc<AtomicBool>,
) -> std::result::Result<Vec<f64>, tokio_postgres::Error> {
    let insert = client
        .prepare(include_str!("../writers_cost/insert_orders.sql"))
        .await?;
    let mut latencies = Vec::new();
    while !stop.load(Relaxed) {
        let started = Instant::now();
        client.execute(&insert, &[&100_i64]).await?;
        latencies.push(started.elapsed().as_secs_f64() * 1_000.0);
    }
    Ok(latencies)
}

async fn fold(app: &App, end: Instant) -> anyhow::Result<()> {
    let mut folder = Folder::new(&app.database, &app.clock);
    while Instant::now() < end {
        folder.fold().await?;
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    Ok(())
}

/// Rebuilds all days again and again. Returns how often.
async fn rebuild_all(app: &App, rebuilding: bool, end: Instant) -> anyhow::Result<u64> {
    let mut rebuilds = 0;
    if rebuilding {
        let client = app.database.connect().await?;
        while Instant::now() < end {
            let run = runs::start(&client, "rebuild", app.clock.now()).await?;
            rebuild(app, &Scope::Range(None, None), run).await?;
            rebuilds += 1;
        }
    }
    Ok(rebuilds)
}

/// Looks every few milliseconds whether a writer waits for a lock. Returns the longest wait seen, in milliseconds.
async fn watch(server: &Server, backends: &[i32], end: Instant) -> anyhow::Result<f64> {
    let client = server.connect(DATABASE).await?;
    let query = client
        .prepare(include_str!("longest_lock_wait.sql"))
        .await?;
    let mut longest = 0.0_f64;
    while Instant::now() < end {
        let wait: Option<f64> = client.query_one(&query, &[&backends]).await?.get(0);
        longest = longest.max(wait.unwrap_or_default());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    Ok(longest)
}
