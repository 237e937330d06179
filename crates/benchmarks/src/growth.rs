//! Whether time per order, and memory, stay what they are when there are ten or a hundred times as many orders.

use clap::Args;
use serde::Serialize;

use crate::dumps::generate;
use crate::machine::Circumstances;
use crate::program::Daybook;
use crate::results::{keep, thousandths};
use crate::server::Server;

/// Days that the orders lie on.
const DAYS: u32 = 365;

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
    let daybook = Daybook::find()?;
    let server = Server::start()?;
    let mut measured: Vec<Measured> = Vec::new();
    for (index, orders) in options.orders.into_iter().enumerate() {
        let dumps = generate(orders, DAYS)?;
        let name = format!("daybook_{index}");
        let _app = server.database(&name, "incremental").await?;
        let (database, source) = (server.url(&name), dumps.path().display().to_string());
        for job in Job::ALL {
            let used = daybook.run(&database, &source, job.arguments())?;
            if job == Job::Fold {
                server
                    .connect(&name)
                    .await?
                    .batch_execute("vacuum analyze")
                    .await?;
            }
            let per_order = used.elapsed.as_secs_f64() * 1e6 / orders as f64;
            let first = measured.iter().find(|measured| measured.job == job);
            let now = Measured {
                orders,
                job,
                seconds: thousandths(used.elapsed.as_secs_f64()),
                relative: first.map_or(1.0, |first| {
                    thousandths(per_order / first.microseconds_per_order)
                }),
                microseconds_per_order: thousandths(per_order),
                most_memory_mib: used.most_memory_mib(),
            };
            println!("{}", serde_json::to_string(&now)?);
            measured.push(now);
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
