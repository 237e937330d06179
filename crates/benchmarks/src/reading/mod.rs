//! How long PostgreSQL takes to tell the figures of three years by month and marketplace, changes of this moment included: from
//! what daybook keeps, by scanning the orders, and from what extensions keep, where the server has them.

use std::collections::BTreeMap;
use std::time::Instant;

use anyhow::{Context, ensure};
use clap::Args;
use jiff::ToSpan;
use jiff::civil::Date;
use serde::Serialize;
use tokio_postgres::{Client, SimpleQueryMessage};

use crate::history;
use crate::machine::Circumstances;
use crate::results::{keep, percentile, thousandths};
use crate::server::Server;

/// Orders of today that are not folded into the statistics.
const UNFOLDED: i64 = 500;
/// The orders themselves are asked less often than the others: each answer takes long.
const SCANS: usize = 5;

/// Options of the benchmark.
#[derive(Debug, Args)]
pub struct Options {
    /// How many orders
    #[arg(long, default_value_t = 1_000_000)]
    orders: i64,
    /// Rounds, in which each way is asked in turn
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// How often a round asks each way but the scan
    #[arg(long, default_value_t = 200)]
    questions: usize,
}

/// Where the figures come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
enum Way {
    /// The orders: the baseline.
    Scan,
    /// What daybook keeps.
    Daybook,
    /// A real-time continuous aggregate of TimescaleDB.
    Timescaledb,
    /// A view that pg_ivm keeps.
    PgIvm,
}

impl Way {
    /// The database it is asked in.
    fn database(self) -> &'static str {
        match self {
            Self::Scan | Self::Daybook => "reading",
            Self::Timescaledb => "reading_timescaledb",
            Self::PgIvm => "reading_pg_ivm",
        }
    }

    /// What is done to a copy of the orders' database before.
    fn preparations(self) -> &'static [&'static str] {
        match self {
            Self::Scan | Self::Daybook => &[],
            Self::Timescaledb => &[
                include_str!("timescaledb.sql"),
                include_str!("timescaledb_refresh.sql"),
            ],
            Self::PgIvm => &[include_str!("../writers_cost/pg_ivm.sql")],
        }
    }

    fn question(self) -> &'static str {
        match self {
            Self::Scan => include_str!("scan.sql"),
            Self::Daybook => include_str!("daybook.sql"),
            Self::Timescaledb | Self::PgIvm => include_str!("kept.sql"),
        }
    }
}

#[derive(Debug, Serialize)]
struct Measured {
    /// Median, milliseconds.
    p50_ms: f64,
    p99_ms: f64,
    /// How many times as fast as the scan, by the medians.
    speed: f64,
}

#[derive(Serialize)]
struct Result {
    orders: i64,
    rounds: usize,
    questions: usize,
    ways: BTreeMap<Way, Measured>,
}

/// Measures, and keeps the result.
pub async fn run(options: Options) -> anyhow::Result<()> {
    let server = start().await?;
    let range = prepare_orders(&server, options.orders).await?;
    let ways = ways(&server).await?;
    for way in &ways {
        if way.database() != Way::Daybook.database() {
            server.copy(Way::Daybook.database(), way.database()).await?;
        }
    }
    let mut clients = BTreeMap::new();
    for way in ways {
        clients.insert(way, server.connect(way.database()).await?);
    }
    for (way, client) in &clients {
        for preparation in way.preparations() {
            let prepared = client.batch_execute(preparation).await;
            prepared.with_context(|| format!("preparing {way:?}"))?;
        }
        client.batch_execute("vacuum analyze").await?;
    }
    all_say_the_same(&clients, range).await?;

    let mut taken: BTreeMap<Way, Vec<f64>> = BTreeMap::new();
    for _ in 0..options.rounds {
        for (way, client) in &clients {
            let times = match way {
                Way::Scan => SCANS,
                _ => options.questions,
            };
            let times = ask(client, *way, range, times).await?;
            taken.entry(*way).or_default().extend(times);
        }
    }
    for times in taken.values_mut() {
        times.sort_by(f64::total_cmp);
    }
    let scan = percentile(&taken[&Way::Scan], 0.5);
    let measured = |times: &Vec<f64>| Measured {
        p50_ms: percentile(times, 0.5),
        p99_ms: percentile(times, 0.99),
        speed: thousandths(scan / percentile(times, 0.5)),
    };
    let result = Result {
        orders: options.orders,
        rounds: options.rounds,
        questions: options.questions,
        ways: taken
            .iter()
            .map(|(way, times)| (*way, measured(times)))
            .collect(),
    };
    println!("{}", serde_json::to_string_pretty(&result)?);
    let circumstances = Circumstances::now(server.version().await?);
    keep("reading", &circumstances, &result)
}

/// TimescaleDB has to be loaded by the server when it starts.
async fn start() -> anyhow::Result<Server> {
    let server = Server::start()?;
    if !server.offers("timescaledb").await? {
        return Ok(server);
    }
    drop(server);
    Server::start_with(&[
        ("shared_preload_libraries", "timescaledb"),
        ("timescaledb.telemetry_level", "off"),
    ])
}

async fn ways(server: &Server) -> anyhow::Result<Vec<Way>> {
    let mut ways = vec![Way::Scan, Way::Daybook];
    for (way, extension) in [(Way::Timescaledb, "timescaledb"), (Way::PgIvm, "pg_ivm")] {
        match server.offers(extension).await? {
            true => ways.push(way),
            false => println!("this server has no {extension}: not measured"),
        }
    }
    Ok(ways)
}

/// Three years of orders, counted and folded but for the last. Returns the first and the last day to ask about.
async fn prepare_orders(server: &Server, orders: i64) -> anyhow::Result<(Date, Date)> {
    let name = Way::Daybook.database();
    let app = server.database(name, "incremental").await?;
    let client = server.connect(name).await?;
    history::fill(&client, orders).await?;
    history::count(&app, &client).await?;
    let all = orders + UNFOLDED;
    history::add(&client, orders + 1, all, all).await?;
    let today = app.clock.today();
    let first = today.saturating_sub(i64::try_from(history::DAYS)?.days());
    Ok((first.first_of_month(), today))
}

/// Every way must give the same figures; only then is it worth knowing how fast.
async fn all_say_the_same(
    clients: &BTreeMap<Way, Client>,
    (first, last): (Date, Date),
) -> anyhow::Result<()> {
    let mut told: Option<Vec<Vec<Option<String>>>> = None;
    for (way, client) in clients {
        let question = way
            .question()
            .replace("$1", &format!("'{first}'"))
            .replace("$2", &format!("'{last}'"));
        let rows: Vec<Vec<Option<String>>> = client
            .simple_query(&question)
            .await?
            .into_iter()
            .filter_map(|message| match message {
                SimpleQueryMessage::Row(row) => {
                    let texts = (0..row.len()).map(|column| row.get(column).map(str::to_owned));
                    Some(texts.collect())
                }
                _ => None,
            })
            .collect();
        ensure!(!rows.is_empty(), "{way:?} tells nothing");
        match &told {
            None => told = Some(rows),
            Some(told) => ensure!(*told == rows, "{way:?} tells other figures than the scan"),
        }
    }
    Ok(())
}

/// Asks again and again over one connection, by a prepared statement; returns how long each answer took, in milliseconds.
async fn ask(
    client: &Client,
    way: Way,
    (first, last): (Date, Date),
    times: usize,
) -> anyhow::Result<Vec<f64>> {
    let question = client.prepare(way.question()).await?;
    // Sessions plan their first questions anew, and fill their caches.
    for _ in 0..10.min(times) {
        client.query(&question, &[&first, &last]).await?;
    }
    let mut taken = Vec::with_capacity(times);
    for _ in 0..times {
        let started = Instant::now();
        client.query(&question, &[&first, &last]).await?;
        taken.push(started.elapsed().as_secs_f64() * 1_000.0);
    }
    Ok(taken)
}
