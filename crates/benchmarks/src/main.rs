//! Benchmarks, each a ratio to a baseline that is measured in the same run on the same data.

#![allow(
    clippy::disallowed_methods,
    reason = "benchmarks connect to the server itself"
)]

mod child;
mod dumps;
mod first_load;
mod following;
mod growth;
mod history;
mod loading;
mod machine;
mod processor;
mod program;
mod reading;
mod ready_made;
mod rebuilding;
mod recounting;
mod results;
mod server;
mod serving;
mod syncing;
mod writers_cost;

use clap::{Command, Parser, Subcommand};

/// Measures daybook against named baselines, and keeps the results.
#[derive(Debug, Parser)]
#[command(name = "benchmarks")]
struct Cli {
    #[command(subcommand)]
    wanted: Wanted,
}

#[derive(Debug, Subcommand)]
enum Wanted {
    /// All of them, one after the other, as they are by themselves
    All,
    #[command(flatten)]
    One(Benchmark),
}

#[derive(Debug, Subcommand)]
enum Benchmark {
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
    /// How long PostgreSQL takes to tell the figures of three years, beside a scan and beside what extensions keep
    Reading(reading::Options),
    /// How fast the API answers while orders change and pages are open, and whether the service grows
    Serving(serving::Options),
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    match Cli::parse().wanted {
        Wanted::One(benchmark) => run(benchmark).await,
        Wanted::All => {
            for each in Benchmark::augment_subcommands(Command::new("all")).get_subcommands() {
                println!("{}", each.get_name());
                if let Wanted::One(benchmark) =
                    Cli::try_parse_from(["benchmarks", each.get_name()])?.wanted
                {
                    run(benchmark).await?;
                }
            }
            Ok(())
        }
    }
}

async fn run(benchmark: Benchmark) -> anyhow::Result<()> {
    match benchmark {
        Benchmark::WritersCost(options) => writers_cost::run(options).await,
        Benchmark::Following(options) => following::run(options).await,
        Benchmark::FirstLoad(options) => first_load::run(options).await,
        Benchmark::Loading(options) => loading::run(options).await,
        Benchmark::Growth(options) => growth::run(options).await,
        Benchmark::Rebuilding(options) => rebuilding::run(options).await,
        Benchmark::Recounting(options) => recounting::run(options).await,
        Benchmark::Reading(options) => reading::run(options).await,
        Benchmark::Serving(options) => serving::run(options).await,
    }
}
