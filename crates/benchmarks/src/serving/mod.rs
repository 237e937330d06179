//! How fast the API answers while orders change and pages are open, and whether the service grows meanwhile.

mod changes;
mod growth;
mod load;
mod service;
mod streams;

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use clap::Args;
use daybook::aggregate::Folder;
use serde::Serialize;
use test_support::{TestMongo, three_years};

use self::changes::Changes;
use self::growth::Growth;
use self::load::{Answers, Target, at_a_constant_rate};
use self::service::Service;
use self::streams::Streams;
use crate::machine::{Circumstances, load_average};
use crate::results::{keep, thousandths};
use crate::server::Server;

const DATABASE: &str = "serving";
/// For how long requests come before they count.
const WARM_UP: Duration = Duration::from_secs(5);

/// Options of the benchmark.
#[derive(Debug, Args)]
pub struct Options {
    /// Seconds of requests for figures
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Requests a second
    #[arg(long, default_value_t = 500)]
    requests: u32,
    /// Changes a second in MongoDB
    #[arg(long, default_value_t = 500)]
    changes: u32,
    /// Connections for live updates
    #[arg(long, default_value_t = 200)]
    streams: usize,
    /// Look for growth as well, and fail when there is some; give it 900 seconds and more
    #[arg(long)]
    soak: bool,
    /// The program; by default the one beside this one
    #[arg(long)]
    daybook: Option<std::path::PathBuf>,
}

#[derive(Serialize)]
struct Result {
    seconds: u64,
    requests_per_second: u32,
    changes_per_second: u32,
    /// Changes that were written, and how long the last of them took to be in the live figures.
    changes: u64,
    last_change_visible_after_ms: f64,
    /// Days whose figures differ from a recount at the end.
    differences: i64,
    streams: usize,
    /// Streams that were still open at the end, and the events that all of them heard.
    streams_open_at_end: usize,
    events_heard: u64,
    /// The baseline over HTTP: `/healthz` at the same rate, beside the same changes and streams.
    healthz: Answers,
    /// The baseline in the database: one query of the live figures of 30 days, at the same rate.
    query: Answers,
    /// All questions together, and each by itself.
    figures: Answers,
    by_question: Vec<Answers>,
    /// p99 of the figures relative to that of `/healthz`, and of the query.
    p99_to_healthz: f64,
    p99_to_query: f64,
    /// Load average of the machine, the benchmark's own work included: before it began, and at its end.
    load_average: [f64; 2],
    #[serde(skip_serializing_if = "Option::is_none")]
    growth: Option<Vec<growth::Judged>>,
}

/// Measures, and keeps the result.
pub async fn run(options: Options) -> anyhow::Result<()> {
    let load_before = load_average();
    let server = Server::start()?;
    let mongo = TestMongo::create().await;
    let app = server.database(DATABASE, "incremental").await?;
    let reader = server.connect(DATABASE).await?;
    reader.batch_execute(three_years::ORDERS).await?;
    Folder::new(&app.database, &app.clock).fold_all().await?;
    reader.batch_execute("vacuum analyze").await?;
    let changes = Changes::begin(mongo.database().await.collection("shopee_orders")).await?;

    let service = Service::start(options.daybook.clone(), &server.url(DATABASE), mongo.uri())?;
    changes.are_visible(&reader).await?;
    let streams = Streams::open(service.address(), options.streams);
    let changing = changes.keep_changing(options.changes);

    let today = app.clock.today();
    let healthz = Target::paths(service.address(), vec!["/healthz".to_owned()]);
    let query = Target::query(&server, DATABASE, today).await?;
    let figures = Target::paths(service.address(), three_years::questions(today));
    let quarter = Duration::from_secs(options.seconds.min(240).div_ceil(4));
    let growing = if options.soak {
        let client = server.connect(DATABASE).await?;
        Some(Growth::watch(service.process_id(), client))
    } else {
        None
    };

    let ask = async |target: &Arc<Target>, time| {
        at_a_constant_rate(Arc::clone(target), options.requests, time).await
    };
    let healthz = ask(&healthz, quarter).await?;
    let query = ask(&query, quarter).await?;
    ask(&figures, WARM_UP).await?;
    let figures = ask(&figures, Duration::from_secs(options.seconds)).await?;

    let growth = match growing {
        Some(growing) => Some(growing.judge().await?),
        None => None,
    };
    let load_at_end = load_average();
    let written = changing.stop().await?;
    let stopped = Instant::now();
    changes.are_visible(&reader).await?;
    let last_change = stopped.elapsed();
    let differences = reader
        .query_one(include_str!("../rebuilding/differences.sql"), &[])
        .await?
        .get(0);
    let (streams_open_at_end, events_heard) = streams.close();
    service.stop()?;

    let (healthz, query) = (healthz.all(), query.all());
    let all = figures.all();
    let result = Result {
        seconds: options.seconds,
        requests_per_second: options.requests,
        changes_per_second: options.changes,
        changes: written,
        last_change_visible_after_ms: thousandths(last_change.as_secs_f64() * 1_000.0),
        differences,
        streams: options.streams,
        streams_open_at_end,
        events_heard,
        p99_to_healthz: thousandths(all.p99_ms / healthz.p99_ms),
        p99_to_query: thousandths(all.p99_ms / query.p99_ms),
        healthz,
        query,
        figures: all,
        by_question: figures.by_question(),
        load_average: [load_before, load_at_end],
        growth,
    };
    println!("{}", serde_json::to_string_pretty(&result)?);
    let name = if options.soak {
        "serving-soak"
    } else {
        "serving"
    };
    keep(name, &Circumstances::now(server.version().await?), &result)?;
    check(&result).context("the result is kept, but it is not what was promised")
}

/// What must hold whatever the machine: no answer is missing, no figure is wrong, nothing grows.
fn check(result: &Result) -> anyhow::Result<()> {
    ensure!(
        result.figures.failed == 0,
        "{} requests failed",
        result.figures.failed
    );
    ensure!(
        result.differences == 0,
        "{} days differ from a recount",
        result.differences
    );
    ensure!(
        result.streams_open_at_end == result.streams,
        "{} streams ended",
        result.streams - result.streams_open_at_end
    );
    let growing: Vec<_> = result
        .growth
        .iter()
        .flatten()
        .filter(|judged| judged.grows)
        .map(|judged| judged.what)
        .collect();
    ensure!(growing.is_empty(), "it grows: {}", growing.join(", "));
    Ok(())
}
