//! How long it takes to count all of history anew, every grain, beside bare queries for the same figures and beside the
//! specification's loop.

use std::time::{Duration, Instant};

use anyhow::ensure;
use clap::Args;
use daybook::app::App;
use daybook::audit::compare_statistics;
use daybook::config::setting;
use jiff::ToSpan;
use serde::Serialize;
use tokio_postgres::Client;

use crate::child::{mib, most_memory};
use crate::history;
use crate::machine::Circumstances;
use crate::results::{keep, median, thousandths};
use crate::server::Server;

const DATABASE: &str = "recounting";
/// Days that the orders lie on.
const DAYS: usize = history::DAYS;
/// Days that stand for the specification's loop over all of them.
const SPECIFIED_DAYS: usize = 20;
/// A scan for each grain, as somebody would write it who wants its figures.
const BARE: [&str; 4] = [
    include_str!("bare_days.sql"),
    include_str!("bare_regions.sql"),
    include_str!("bare_shops.sql"),
    include_str!("bare_categories.sql"),
];

/// Options of the benchmark.
#[derive(Debug, Args)]
pub struct Options {
    /// How many orders
    #[arg(long, default_value_t = 1_000_000)]
    orders: i64,
    /// Measurements of each kind, taken in turns; the median counts
    #[arg(long, default_value_t = 3)]
    rounds: usize,
}

#[derive(Serialize)]
struct Result {
    orders: i64,
    rounds: usize,
    /// A bare GROUP BY of days, regions, shops and categories: the baseline, seconds of each.
    bare_seconds: [f64; 4],
    /// `rebuild --all` of statistics that are there and right, seconds.
    rebuild_seconds: f64,
    /// The same, relative to the sum of the bare ones.
    rebuild_ratio: f64,
    /// `rebuild --all` into empty tables, seconds; measured once.
    first_rebuild_seconds: f64,
    /// `validate`, seconds.
    validate_seconds: f64,
    /// The same, relative to the sum of the bare ones.
    validate_ratio: f64,
    /// The specification's loop, days alone, seconds: estimated from some of its days.
    specified_seconds: f64,
    /// Speed of a rebuild of every grain, relative to that loop.
    rebuild_speed: f64,
    /// `rebuild --all` with the finer grains turned off, days alone as in that loop, seconds.
    days_alone_seconds: f64,
    /// Its speed relative to that loop.
    days_alone_speed: f64,
    /// The most memory that the benchmark itself had in use, which rebuilds and validates in its own process, in MiB.
    most_memory_mib: f64,
}

/// Measures, and keeps the result.
pub async fn run(options: Options) -> anyhow::Result<()> {
    let server = Server::start()?;
    let app = server.database(DATABASE, "incremental").await?;
    let mut client = server.connect(DATABASE).await?;
    history::fill(&client, options.orders).await?;
    client
        .batch_execute(include_str!("specified_table.sql"))
        .await?;

    let first_rebuild = timed(history::count(&app, &client)).await?;
    client.batch_execute("vacuum analyze").await?;
    let mut bare: [Vec<f64>; 4] = Default::default();
    let (mut rebuilds, mut validations, mut specified) = (vec![], vec![], vec![]);
    for round in 0..options.rounds {
        for (query, seconds) in BARE.iter().zip(&mut bare) {
            let table = format!("create temp table bare as {query}; drop table bare");
            seconds.push(timed(execute(&client, &table)).await?);
        }
        rebuilds.push(timed(history::count(&app, &client)).await?);
        validations.push(timed(validate(&app, &mut client)).await?);
        specified.push(timed(specified_loop(&app, &client, round == 0)).await?);
        println!("round {}: {rebuilds:?} {validations:?} {bare:?}", round + 1);
    }
    let app = server
        .set_up(DATABASE, &setting::STATISTICS_GRAINS, "none")
        .await?;
    let mut days_alone = vec![];
    for _ in 0..options.rounds {
        days_alone.push(timed(history::count(&app, &client)).await?);
    }
    let days_alone = median(days_alone);
    let bare_seconds = bare.map(|seconds| thousandths(median(seconds)));
    let all_bare: f64 = bare_seconds.iter().sum();
    let (rebuild, validate) = (median(rebuilds), median(validations));
    let specified = median(specified) * DAYS as f64 / SPECIFIED_DAYS as f64;
    let result = Result {
        orders: options.orders,
        rounds: options.rounds,
        bare_seconds,
        rebuild_seconds: thousandths(rebuild),
        rebuild_ratio: thousandths(rebuild / all_bare),
        first_rebuild_seconds: thousandths(first_rebuild),
        validate_seconds: thousandths(validate),
        validate_ratio: thousandths(validate / all_bare),
        specified_seconds: thousandths(specified),
        rebuild_speed: thousandths(specified / rebuild),
        days_alone_seconds: thousandths(days_alone),
        days_alone_speed: thousandths(specified / days_alone),
        most_memory_mib: mib(most_memory(std::process::id()).unwrap_or_default()),
    };
    println!("{}", serde_json::to_string_pretty(&result)?);
    let circumstances = Circumstances::now(server.version().await?);
    keep("recounting", &circumstances, &result)
}

async fn timed(work: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<f64> {
    let started = Instant::now();
    work.await?;
    // What one leaves behind for the server to write is not the next one's.
    let seconds = started.elapsed().as_secs_f64();
    tokio::time::sleep(Duration::from_millis(200)).await;
    Ok(seconds)
}

async fn execute(client: &Client, sql: &str) -> anyhow::Result<()> {
    Ok(client.batch_execute(sql).await?)
}

async fn validate(app: &App, client: &mut Client) -> anyhow::Result<()> {
    let compared = compare_statistics(app, client, None, None).await?;
    ensure!(
        compared.divergences.is_empty(),
        "a rebuild left differences: {:?}",
        compared.divergences.first()
    );
    Ok(())
}

/// Some of the days, as far apart as they can be.
async fn specified_loop(app: &App, client: &Client, is_first: bool) -> anyhow::Result<()> {
    let day = client.prepare(include_str!("specified_day.sql")).await?;
    let today = app.clock.today();
    for number in 0..SPECIFIED_DAYS {
        let ago = i64::try_from(number * DAYS / SPECIFIED_DAYS)? + i64::from(is_first);
        client
            .execute(&day, &[&today.saturating_sub(ago.days())])
            .await?;
    }
    Ok(())
}
