//! Benchmarks, each a ratio to a baseline that is measured in the same run on the same data.

#![allow(
    clippy::disallowed_methods,
    reason = "benchmarks connect to the server itself"
)]

mod child;
mod first_load;
mod following;
mod growth;
mod loading;
mod machine;
mod processor;
mod ready_made;
mod rebuilding;
mod recounting;
mod results;
mod server;
mod serving;
mod syncing;
mod writers_cost;

use clap::{CommandFactory, Parser, Subcommand};

/// Measures daybook against named baselines, and keeps the results.
#[derive(Debug, Parser)]
#[command(name = "benchmarks")]
struct Cli {
    #[command(subcommand)]
    benchmark: Benchmark,
}

#[derive(Debug, Subcommand)]
enum Benchmark {
    /// All of them, one after the other, as they are by themselves
    All,
    /// What exact statistics cost those who write orders
    WritersCost(writers_cost::Options),
    /// How soon a write to MongoDB is in the live figures, and how fast following catches up
    Following(following::Options),
    /// How fast orders get from MongoDB into PostgreSQL, beside a hand-written script and dlt
    FirstLoad(first_load::Options),
    /// How fast orders are loaded from dump files
    Loading(loading::Options),
    /// Whether time per order and memory stay what they are with many more orders
    Growth(growth::Options),
    /// How long writers wait while all of history is rebuilt
    Rebuilding(rebuilding::Options),
    /// How long counting all of history anew takes, beside bare queries and the specification's loop
    Recounting(recounting::Options),
    /// How fast the API answers while orders change and pages are open, and whether the service grows
    Serving(serving::Options),
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    match Cli::parse().benchmark {
        Benchmark::All => {
            for each in Cli::command().get_subcommands().skip(1) {
                println!("{}", each.get_name());
                let cli = Cli::try_parse_from(["benchmarks", each.get_name()])?;
                run(cli.benchmark).await?;
            }
            Ok(())
        }
        one => run(one).await,
    }
}

async fn run(benchmark: Benchmark) -> anyhow::Result<()> {
    match benchmark {
        Benchmark::All => anyhow::bail!("all benchmarks are not one of them"),
        Benchmark::WritersCost(options) => writers_cost::run(options).await,
        Benchmark::Following(options) => following::run(options).await,
        Benchmark::FirstLoad(options) => first_load::run(options).await,
        Benchmark::Loading(options) => loading::run(options).await,
        Benchmark::Growth(options) => growth::run(options).await,
        Benchmark::Rebuilding(options) => rebuilding::run(options).await,
        Benchmark::Recounting(options) => recounting::run(options).await,
        Benchmark::Serving(options) => serving::run(options).await,
    }
}
