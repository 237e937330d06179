//! How fast orders are loaded from dump files, for the first time and again without a change, against psql with the same rows
//! ready-made.

use std::time::{Duration, Instant};

use anyhow::ensure;
use clap::Args;
use daybook::aggregate::Folder;
use daybook::app::App;
use daybook::load::LoadCounts;
use daybook::pipeline::{self, Selection};
use serde::Serialize;
use tempfile::TempDir;

use crate::dumps::generate;
use crate::machine::Circumstances;
use crate::ready_made::ReadyMade;
use crate::results::{keep, median, thousandths};
use crate::server::Server;
use crate::syncing;

/// Days that the orders lie on.
const DAYS: u32 = 90;

/// Options of the benchmark.
#[derive(Debug, Args)]
pub struct Options {
    /// About how many orders
    #[arg(long, default_value_t = 200_000)]
    orders: u64,
    /// Measurements of each kind, taken in turns; the median counts
    #[arg(long, default_value_t = 3)]
    rounds: usize,
}

#[derive(Serialize)]
struct Result {
    orders: u64,
    documents: u64,
    rounds: usize,
    /// psql COPY and upsert of the same rows ready-made, seconds: the baseline.
    ready_made_seconds: f64,
    /// `sync` into an empty database, seconds.
    first_load_seconds: f64,
    /// The same, relative to the baseline.
    first_load_ratio: f64,
    /// `aggregate` after it, seconds.
    fold_seconds: f64,
    /// `sync --full` of the same documents, seconds.
    again_seconds: f64,
    /// Speed of reading again relative to that of the first load.
    again_speed: f64,
}

/// Measures, and keeps the result.
pub async fn run(options: Options) -> anyhow::Result<()> {
    let server = Server::start()?;
    let dumps = generate(options.orders, DAYS)?;
    let mut ready_made: Option<ReadyMade> = None;
    let (mut baseline, mut first, mut folds, mut again) = (vec![], vec![], vec![], vec![]);
    let mut documents = 0;
    for round in 0..options.rounds {
        let name = format!("daybook_{round}");
        let app = server.database(&name, "incremental").await?;
        let (time, counts) = sync(&app, &dumps, false).await?;
        documents = counts.read;
        first.push(time.as_secs_f64());
        let started = Instant::now();
        Folder::new(&app.database, &app.clock).fold_all().await?;
        folds.push(started.elapsed().as_secs_f64());
        let (time, counts) = sync(&app, &dumps, true).await?;
        ensure!(
            counts.inserted + counts.updated == 0,
            "reading again changed something: {counts:?}"
        );
        again.push(time.as_secs_f64());

        let rows = match ready_made.take() {
            Some(rows) => rows,
            None => ReadyMade::of(&server.connect(&name).await?, &server.url(&name)).await?,
        };
        let name = format!("ready_made_{round}");
        server.database(&name, "incremental").await?;
        baseline.push(rows.load(&server.url(&name))?.as_secs_f64());
        ready_made = Some(rows);
    }
    let ratios = |of: &[f64], to: &[f64]| median(of.iter().zip(to).map(|(a, b)| a / b).collect());
    let result = Result {
        orders: ready_made.map_or(0, |rows| rows.rows),
        documents,
        rounds: options.rounds,
        first_load_ratio: thousandths(ratios(&first, &baseline)),
        again_speed: thousandths(ratios(&first, &again)),
        ready_made_seconds: thousandths(median(baseline)),
        first_load_seconds: thousandths(median(first)),
        fold_seconds: thousandths(median(folds)),
        again_seconds: thousandths(median(again)),
    };
    println!("{}", serde_json::to_string_pretty(&result)?);
    keep(
        "loading",
        &Circumstances::now(server.version().await?),
        &result,
    )
}

/// What `daybook sync` does, in this process.
async fn sync(app: &App, dumps: &TempDir, full: bool) -> anyhow::Result<(Duration, LoadCounts)> {
    let started = Instant::now();
    let (source, run) = syncing::begin(app, dumps.path().display().to_string()).await?;
    let selection = Selection {
        full,
        ..Selection::default()
    };
    let reports = pipeline::sync(app, &source, &selection, run, &|_| {}).await?;
    let elapsed = started.elapsed();
    for report in &reports {
        ensure!(report.failure.is_none(), "{:?}", report.failure);
    }
    Ok((elapsed, reports.iter().map(|report| report.counts).sum()))
}
