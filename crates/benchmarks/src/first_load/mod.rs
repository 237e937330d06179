//! How fast orders get from MongoDB into PostgreSQL, against a hand-written script and dlt, both of which load `orders` alone.

mod python;
mod servers;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use bson::RawDocumentBuf;
use clap::Args;
use mongodb::Database;
use serde::Serialize;
use test_support::TestMongo;

use crate::child::{self, Used};
use crate::dumps::generate;
use crate::machine::Circumstances;
use crate::program::Daybook;
use crate::ready_made::ReadyMade;
use crate::results::{keep, median, thousandths};
use crate::server::Server;

/// Options of the benchmark.
#[derive(Debug, Args)]
pub struct Options {
    /// About how many orders
    #[arg(long, default_value_t = 1_000_000)]
    orders: u64,
    /// Measurements of each kind, taken in turns; the median counts
    #[arg(long, default_value_t = 3)]
    rounds: usize,
}

/// Who loads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Way {
    /// `daybook sync` into an empty database, and `daybook aggregate`: orders, lines, and the figures of every grain.
    Daybook,
    /// `daybook sync --full` of the same documents once more.
    DaybookAgain,
    /// pymongo and psycopg2's `execute_values`.
    Script,
    /// dlt, merging by key.
    Dlt,
}

impl Way {
    const ALL: [Self; 4] = [Self::Daybook, Self::DaybookAgain, Self::Script, Self::Dlt];
}

#[derive(Serialize)]
struct Measured {
    way: Way,
    seconds: f64,
    documents_per_second: f64,
    /// Speed relative to the script, median of the rounds' own ratios.
    speed_to_script: f64,
    /// Speed relative to dlt, the same.
    speed_to_dlt: f64,
    /// Processor time of the program for a million documents, without that of the two servers.
    processor_seconds_per_million: f64,
    /// The most memory that was resident, in MiB, in any round.
    most_memory_mib: f64,
}

#[derive(Serialize)]
struct Result {
    documents: u64,
    rounds: usize,
    /// What the two servers need by themselves: a bare read of all documents, and beside it psql's COPY of the rows ready-made
    /// into the same tables. No program can be much faster with them.
    servers_alone_seconds: f64,
    /// Time of daybook, figures included, relative to that. Median of the rounds' own ratios.
    daybook_to_servers_alone: f64,
    measured: Vec<Measured>,
}

/// Measures, and keeps the result.
pub async fn run(options: Options) -> anyhow::Result<()> {
    let daybook = Daybook::find()?;
    let python = python::environment()?;
    let server = Server::start()?;
    let mongo = TestMongo::create().await;
    let documents = fill(&mongo.database().await, options.orders).await?;
    let loads = Loads {
        daybook,
        python,
        server: &server,
        mongodb: mongo.uri().to_owned(),
    };
    let mut rounds: Vec<[Used; 4]> = Vec::new();
    let mut alone = Vec::new();
    let mut ready_made = None;
    for round in 0..options.rounds {
        rounds.push(loads.round(round).await?);
        let rows = match ready_made.take() {
            Some(rows) => rows,
            None => loads.ready_made(round).await?,
        };
        let to = format!("servers_{round}");
        server.database(&to, "incremental").await?;
        alone.push(servers::alone(&rows, &server.url(&to), &mongo.database().await).await?);
        ready_made = Some(rows);
    }
    let alone: Vec<f64> = alone.iter().map(Duration::as_secs_f64).collect();
    let of_daybook = rounds.iter().map(|round| round[0].elapsed.as_secs_f64());
    let ratios = of_daybook.zip(&alone).map(|(of, to)| of / to);
    let daybook_to_servers_alone = thousandths(median(ratios.collect()));
    let measured = Way::ALL.map(|way| {
        let of = |round: &[Used; 4], way: Way| round[way as usize].elapsed.as_secs_f64();
        let middle = |value: &dyn Fn(&[Used; 4]) -> f64| {
            thousandths(median(rounds.iter().map(value).collect()))
        };
        let used = |round: &[Used; 4]| round[way as usize];
        let memory = rounds.iter().map(|round| used(round).most_memory_mib());
        Measured {
            way,
            seconds: middle(&|round| of(round, way)),
            documents_per_second: middle(&|round| documents as f64 / of(round, way)).round(),
            speed_to_script: middle(&|round| of(round, Way::Script) / of(round, way)),
            speed_to_dlt: middle(&|round| of(round, Way::Dlt) / of(round, way)),
            processor_seconds_per_million: middle(&|round| {
                used(round).processor.as_secs_f64() * 1e6 / documents as f64
            }),
            most_memory_mib: memory.fold(0.0, f64::max),
        }
    });
    let result = Result {
        documents,
        rounds: options.rounds,
        servers_alone_seconds: thousandths(median(alone)),
        daybook_to_servers_alone,
        measured: measured.into(),
    };
    println!("{}", serde_json::to_string_pretty(&result)?);
    keep(
        "first-load",
        &Circumstances::now(server.version().await?),
        &result,
    )
}

struct Loads<'a> {
    daybook: Daybook,
    python: PathBuf,
    server: &'a Server,
    mongodb: String,
}

impl Loads<'_> {
    /// The rows that daybook loaded in a round.
    async fn ready_made(&self, round: usize) -> anyhow::Result<Arc<ReadyMade>> {
        let name = database_of(round);
        let client = self.server.connect(&name).await?;
        Ok(Arc::new(
            ReadyMade::of(&client, &self.server.url(&name)).await?,
        ))
    }

    /// Every way once, each into a database of its own; in the order of [`Way::ALL`].
    async fn round(&self, round: usize) -> anyhow::Result<[Used; 4]> {
        let name = database_of(round);
        self.server.database(&name, "incremental").await?;
        let first = self.daybook(&name, &["sync"])? + self.daybook(&name, &["aggregate"])?;
        let again = self.daybook(&name, &["sync", "--full"])?;
        let script = self
            .script("psycopg2_script.py", &format!("script_{round}"), None)
            .await?;
        let state = tempfile::tempdir()?;
        let dlt = self
            .script(
                "dlt_pipeline.py",
                &format!("dlt_{round}"),
                Some(state.path()),
            )
            .await?;
        Ok([first, again, script, dlt])
    }

    async fn script(
        &self,
        name: &str,
        database: &str,
        state: Option<&Path>,
    ) -> anyhow::Result<Used> {
        let admin = self.server.connect("postgres").await?;
        admin
            .batch_execute(&format!("create database {database}"))
            .await?;
        let mut command = Command::new(&self.python);
        command
            .arg(python::scripts().join(name))
            .args([&self.mongodb, &self.server.url(database)])
            .args(state)
            // It would report to its makers, who are not there.
            .env("RUNTIME__DLTHUB_TELEMETRY", "false");
        child::run(&mut command, &[0])
    }

    fn daybook(&self, database: &str, arguments: &[&str]) -> anyhow::Result<Used> {
        self.daybook
            .run(&self.server.url(database), &self.mongodb, arguments)
    }
}

/// The database that daybook loads in a round.
fn database_of(round: usize) -> String {
    format!("daybook_{round}")
}

/// Writes generated documents into collections. Returns how many.
async fn fill(database: &Database, orders: u64) -> anyhow::Result<u64> {
    const DAYS: u32 = 365;
    const AT_ONCE: usize = 2_000;
    let folder = generate(orders, DAYS)?;
    let mut documents = 0;
    for collection in ["tiktok_orders", "shopee_orders", "lazada_orders"] {
        let dump = std::fs::read(folder.path().join(collection).with_extension("bson"))?;
        let collection = database.collection::<RawDocumentBuf>(collection);
        let mut rest = dump.as_slice();
        while !rest.is_empty() {
            let mut batch = Vec::with_capacity(AT_ONCE);
            while batch.len() < AT_ONCE && !rest.is_empty() {
                let length = rest.first_chunk().context("a dump ends in a length")?;
                let length = usize::try_from(i32::from_le_bytes(*length))?;
                let (document, behind) = rest.split_at_checked(length).context("a dump is cut")?;
                batch.push(RawDocumentBuf::from_bytes(document.to_vec())?);
                rest = behind;
            }
            documents += batch.len() as u64;
            collection.insert_many(batch).await?;
        }
    }
    Ok(documents)
}
