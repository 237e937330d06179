//! `daybook generate`: realistic raw orders, with the statistics they must give.

use std::path::PathBuf;

use clap::Args;
use jiff::civil::DateTime;

use super::Exit;
use super::options::GlobalOptions;
use super::output::Output;
use super::table::count;
use crate::clock::{BusinessClock, Clock};
use crate::error::Error;
use crate::observe::Progress;

/// Write realistic raw orders as dump files, and expected.json with the statistics they must give
#[derive(Debug, Args)]
pub struct Generate {
    /// Folder to write to; created when missing
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// About how many orders
    #[arg(long, default_value_t = 50_000)]
    orders: u64,
    /// Over how many days
    #[arg(long, default_value_t = 90, value_parser = clap::value_parser!(u32).range(1..=36_500))]
    days: u32,
    /// The same seed, orders, days and end give the same files
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Newest moment, civil time in the business zone, as 2026-03-20T14:15:00 [default: now]
    #[arg(long, value_name = "TIME")]
    until: Option<DateTime>,
}

impl Generate {
    pub fn run(self, global: &GlobalOptions, clock: Clock, output: &Output) -> Result<Exit, Error> {
        let business = global.config()?.business;
        let clock = BusinessClock::new(clock, business.zone.clone());
        let until = self.until.unwrap_or_else(|| clock.civil());
        let plan = order_samples::Plan::ending(
            self.orders,
            self.days,
            self.seed,
            until,
            &business.zone_name,
            business.currency.as_str(),
        );
        let progress = Progress::new("generate", "orders", Some(self.orders));
        let written = order_samples::write(&plan, &self.out, &mut |orders| progress.set(orders));
        progress.finish();
        let summary = written?;
        output.print(&summary, |summary| {
            format!(
                "{} orders in {} documents in {}, with what they must give in expected.json\n\
                 next: DAYBOOK_SOURCE={} daybook sync",
                count(summary.orders),
                count(summary.documents),
                self.out.display(),
                self.out.display(),
            )
        });
        Ok(Exit::Clean)
    }
}
