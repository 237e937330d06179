//! Whether time per order, and memory, stay what they are when there are ten or a hundred times as many orders.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, ensure};
use clap::Args;
use serde::Serialize;
use tempfile::TempDir;

use crate::child::{self, Used};
use crate::machine::Circumstances;
use crate::results::{keep, thousandths};
use crate::server::Server;

/// Options of the benchmark.
#[derive(Debug, Args)]
pub struct Options {
    /// About how many orders, one size after the other; ten million take some 40 GB of disk meanwhile
    #[arg(long, value_delimiter = ',', default_values_t = [100_000, 1_000_000])]
    orders: Vec<u64>,
}

/// What is done with each number of orders, one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Job {
    /// `daybook sync` of dump files into an empty database.
    FirstLoad,
    /// `daybook aggregate` after it.
    Fold,
    /// `daybook sync --full` of the same files.
    ReadAgain,
    /// `daybook rebuild --all`.
    Rebuild,
    /// `daybook validate`.
    Validate,
}

impl Job {
    const ALL: [Self; 5] = [
        Self::FirstLoad,
        Self::Fold,
        Self::ReadAgain,
        Self::Rebuild,
        Self::Validate,
    ];

    fn arguments(self) -> &'static [&'static str] {
        match self {
            Self::FirstLoad => &["sync"],
            Self::Fold => &["aggregate"],
            Self::ReadAgain => &["sync", "--full"],
            Self::Rebuild => &["rebuild", "--all"],
            Self::Validate => &["validate"],
        }
    }
}

#[derive(Serialize)]
struct Measured {
    orders: u64,
    job: Job,
    seconds: f64,
    microseconds_per_order: f64,
    /// Time per order relative to that of the first size.
    relative: f64,
    /// The most memory that was resident, in MiB.
    most_memory_mib: f64,
}

#[derive(Serialize)]
struct Result {
    measured: Vec<Measured>,
}

/// Measures, and keeps the result.
pub async fn run(options: Options) -> anyhow::Result<()> {
    let daybook = std::env::current_exe()?.with_file_name("daybook");
    ensure!(
        daybook.exists(),
        "the program to measure is not built: cargo build --release --locked -p daybook"
    );
    let server = Server::start()?;
    let mut measured: Vec<Measured> = Vec::new();
    for (index, orders) in options.orders.into_iter().enumerate() {
        let dumps = generate(orders)?;
        let name = format!("daybook_{index}");
        let _app = server.database(&name, "incremental").await?;
        let program = Program {
            path: &daybook,
            database: server.url(&name),
            source: dumps.path().display().to_string(),
        };
        for job in Job::ALL {
            let used = program.run(job)?;
            if job == Job::Fold {
                server
                    .connect(&name)
                    .await?
                    .batch_execute("vacuum analyze")
                    .await?;
            }
            let per_order =
                |used: Used, orders: u64| used.elapsed.as_secs_f64() * 1e6 / orders as f64;
            let mine = per_order(used, orders);
            let first = measured.iter().find(|measured| measured.job == job);
            measured.push(Measured {
                orders,
                job,
                seconds: thousandths(used.elapsed.as_secs_f64()),
                relative: first.map_or(1.0, |first| {
                    thousandths(mine / first.microseconds_per_order)
                }),
                microseconds_per_order: thousandths(mine),
                most_memory_mib: thousandths(used.most_memory as f64 / f64::from(1 << 20)),
            });
            let last = measured.last().context("one was added")?;
            println!("{}", serde_json::to_string(last)?);
        }
        let admin = server.connect("postgres").await?;
        admin
            .batch_execute(&format!("drop database {name}"))
            .await?;
    }
    keep(
        "growth",
        &Circumstances::now(server.version().await?),
        &Result { measured },
    )
}

struct Program<'a> {
    path: &'a PathBuf,
    database: String,
    source: String,
}

impl Program<'_> {
    fn run(&self, job: Job) -> anyhow::Result<Used> {
        child::run(
            Command::new(self.path)
                .args(job.arguments())
                .env("DATABASE_URL", &self.database)
                .env("DAYBOOK_SOURCE", &self.source),
            // 1 says that some documents are in quarantine, and some generated ones belong there.
            &[0, 1],
        )
    }
}

/// Writes the orders of a year.
fn generate(orders: u64) -> anyhow::Result<TempDir> {
    const DAYS: u32 = 365;
    let folder = tempfile::tempdir()?;
    let until = jiff::civil::date(2026, 10, 31).at(23, 0, 0, 0);
    let plan = order_samples::Plan::ending(orders, DAYS, 1, until, "Asia/Ho_Chi_Minh", "VND");
    order_samples::write(&plan, folder.path(), &mut |_| {})?;
    Ok(folder)
}
