//! What exact statistics cost those who write: throughput of writers with each way of keeping figures, relative to no
//! trigger at all.

mod load;

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Context;
use clap::Args;
use daybook::aggregate::Folder;
use serde::Serialize;

use self::load::{Shape, written};
use crate::machine::Circumstances;
use crate::processor::Processes;
use crate::results::{keep, median, thousandths};
use crate::server::Server;

/// Options of the benchmark.
#[derive(Debug, Args)]
pub struct Options {
    /// Seconds of each measurement
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// Measurements of each kind, taken in turns; the median counts
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Only shapes of load whose name begins so
    #[arg(long, default_value = "")]
    shape: String,
    /// Only with so many clients
    #[arg(long)]
    clients: Option<usize>,
}

/// A way of keeping figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
enum Way {
    /// No trigger: the baseline.
    NoTrigger,
    /// daybook's journal of days and all finer grains, folded five times a second meanwhile.
    Incremental,
    /// The same with the finer grains turned off.
    IncrementalDays,
    /// daybook's queue of marks.
    Queue,
    /// The specification's row trigger and queue table.
    Specification,
    /// The extension pg_ivm, which keeps a view of the figures.
    PgIvm,
}

impl Way {
    fn name(self) -> &'static str {
        match self {
            Self::NoTrigger => "no_trigger",
            Self::Incremental => "incremental",
            Self::IncrementalDays => "incremental_days",
            Self::Queue => "queue",
            Self::Specification => "specification",
            Self::PgIvm => "pg_ivm",
        }
    }

    fn mode(self) -> &'static str {
        match self {
            Self::Queue => "queue",
            _ => "incremental",
        }
    }

    /// What is done to a fresh schema of daybook's.
    fn preparation(self) -> &'static str {
        match self {
            Self::Incremental | Self::Queue => "",
            Self::IncrementalDays => "select enable_grains('{}')",
            Self::NoTrigger => "alter table orders disable trigger all",
            Self::Specification => include_str!("specification.sql"),
            Self::PgIvm => include_str!("pg_ivm.sql"),
        }
    }
}

/// Throughput of a way under a shape of load.
#[derive(Debug, Serialize)]
struct Measured {
    shape: &'static str,
    clients: usize,
    way: Way,
    /// Orders a second, median of the rounds.
    orders_per_second: f64,
    /// Relative to no trigger, median of the rounds' own ratios.
    ratio: f64,
    /// Entries of the journals that the fold had not reached when the time was up, median of the rounds.
    entries_left: f64,
    /// Processor time of the server for an order in microseconds, folding what was left included; median of the rounds.
    processor_microseconds: f64,
    /// Processor time of no trigger relative to it, median of the rounds' own ratios: what throughput could be if nothing
    /// were left.
    processor_ratio: f64,
}

/// What a round measured of a way.
#[derive(Debug, Clone, Copy)]
struct Round {
    orders_per_second: f64,
    entries_left: f64,
    processor_microseconds: f64,
}

#[derive(Serialize)]
struct Result {
    seconds: u64,
    rounds: usize,
    measured: Vec<Measured>,
}

/// Measures all ways under all shapes, in turns, and keeps the result.
pub async fn run(options: Options) -> anyhow::Result<()> {
    let server = Server::start()?;
    let mut ways = vec![
        Way::NoTrigger,
        Way::Incremental,
        Way::IncrementalDays,
        Way::Queue,
        Way::Specification,
    ];
    if server.offers("pg_ivm").await? {
        ways.push(Way::PgIvm);
    } else {
        println!("this server has no pg_ivm: not measured");
    }
    let mut apps = BTreeMap::new();
    for way in &ways {
        let app = server.database(way.name(), way.mode()).await?;
        let client = server.connect(way.name()).await?;
        client
            .batch_execute(way.preparation())
            .await
            .with_context(|| format!("preparing {}", way.name()))?;
        client
            .batch_execute(include_str!("existing_orders.sql"))
            .await?;
        client.batch_execute("vacuum analyze orders").await?;
        apps.insert(*way, app);
    }
    // Figures of the orders that exist are no part of what is measured.
    for way in [Way::Incremental, Way::IncrementalDays] {
        let app = &apps[&way];
        Folder::new(&app.database, &app.clock).fold_all().await?;
    }

    let mut measured = Vec::new();
    let wanted = Shape::MEASURED.into_iter().filter(|(shape, clients)| {
        shape.name().starts_with(&options.shape) && options.clients.is_none_or(|n| n == *clients)
    });
    let processes = Processes::of(&server.connect("postgres").await?).await?;
    for (shape, clients) in wanted {
        let mut found: BTreeMap<Way, Vec<Round>> = BTreeMap::new();
        for round in 0..options.rounds {
            // Each round begins with another way, so that none always comes first.
            for index in 0..ways.len() {
                let way = ways[(round + index) % ways.len()];
                let client = server.connect(way.name()).await?;
                client.batch_execute("checkpoint").await?;
                let folds = matches!(way, Way::Incremental | Way::IncrementalDays);
                let folding = folds.then(|| &apps[&way]);
                let duration = Duration::from_secs(options.seconds);
                let before = processes.used();
                let done = written(&server, way.name(), shape, clients, duration, folding).await?;
                let entries_left = client
                    .query_one(include_str!("entries_left.sql"), &[])
                    .await?
                    .get::<_, i64>(0);
                if let Some(app) = folding {
                    Folder::new(&app.database, &app.clock).fold_all().await?;
                }
                let used = processes.used().saturating_sub(before);
                found.entry(way).or_default().push(Round {
                    orders_per_second: done.orders_per_second,
                    entries_left: entries_left as f64,
                    processor_microseconds: used.as_micros() as f64 / done.orders.max(1) as f64,
                });
            }
        }
        let baseline = found[&Way::NoTrigger].clone();
        for way in &ways {
            let rounds = &found[way];
            let middle = |of: fn(&Round) -> f64| median(rounds.iter().map(of).collect());
            let ratio = |of: fn(&Round, &Round) -> f64| {
                let pairs = rounds.iter().zip(&baseline);
                thousandths(median(pairs.map(|(round, base)| of(round, base)).collect()))
            };
            let result = Measured {
                shape: shape.name(),
                clients,
                way: *way,
                orders_per_second: middle(|round| round.orders_per_second).round(),
                ratio: ratio(|round, base| round.orders_per_second / base.orders_per_second),
                entries_left: middle(|round| round.entries_left),
                processor_microseconds: thousandths(middle(|round| round.processor_microseconds)),
                processor_ratio: ratio(|round, base| {
                    base.processor_microseconds / round.processor_microseconds
                }),
            };
            println!(
                "{:<24} {} clients  {:<16} {:>8} orders/s  {:.3}  {:>7} left  {:>8} us  {:.3}",
                result.shape,
                clients,
                way.name(),
                result.orders_per_second,
                result.ratio,
                result.entries_left,
                result.processor_microseconds,
                result.processor_ratio
            );
            measured.push(result);
        }
    }
    let circumstances = Circumstances::now(server.version().await?);
    let result = Result {
        seconds: options.seconds,
        rounds: options.rounds,
        measured,
    };
    keep("writers-cost", &circumstances, &result)
}
