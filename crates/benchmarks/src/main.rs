//! Benchmarks, each a ratio to a baseline that is measured in the same run on the same data.

mod machine;
mod results;
mod server;
mod writers_cost;

use clap::{Parser, Subcommand};

/// Measures daybook against named baselines, and keeps the results.
#[derive(Debug, Parser)]
#[command(name = "benchmarks")]
struct Cli {
    #[command(subcommand)]
    benchmark: Benchmark,
}

#[derive(Debug, Subcommand)]
enum Benchmark {
    /// What exact statistics cost those who write orders
    WritersCost(writers_cost::Options),
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    match Cli::parse().benchmark {
        Benchmark::WritersCost(options) => writers_cost::run(options).await,
    }
}
