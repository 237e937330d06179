//! `daybook repair`: puts right exactly what `validate` found.

use std::path::PathBuf;

use clap::Args;
use jiff::civil::Date;
use serde::Serialize;

use super::Exit;
use super::output::Output;
use super::table::plural;
use super::validate::compare;
use crate::app::App;
use crate::audit::{self, Repaired, Report};
use crate::error::Error;
use crate::runs::Run;
use crate::source::Source;

/// Queue and rebuild exactly what validate found
#[derive(Debug, Args)]
pub struct Repair {
    /// Report of a validation; without it, a validation is made first
    #[arg(long, value_name = "FILE", conflicts_with_all = ["from", "to"])]
    from_report: Option<PathBuf>,
    /// First business day to validate
    #[arg(long, value_name = "DAY")]
    from: Option<Date>,
    /// Last business day to validate
    #[arg(long, value_name = "DAY")]
    to: Option<Date>,
    /// Only say what would be done
    #[arg(long)]
    dry_run: bool,
}

/// The result, as `--format json` prints it.
#[derive(Debug, Serialize)]
struct RepairResult {
    dry_run: bool,
    days: Vec<Date>,
    orders: usize,
    #[serde(flatten)]
    repaired: Option<Repaired>,
}

impl Repair {
    pub async fn run(self, app: &App, with_source: bool, output: &Output) -> Result<Exit, Error> {
        let report = match &self.from_report {
            Some(path) => Report::read(path)?,
            None => compare(app, (self.from, self.to), with_source).await?,
        };
        let orders = report
            .orders
            .as_ref()
            .map_or(0, |orders| orders.divergences.len());
        let mut result = RepairResult {
            dry_run: self.dry_run,
            days: report.days(),
            orders,
            repaired: None,
        };
        if self.dry_run {
            app.connect().await?;
            output.print(&result, RepairResult::text);
            return Ok(Exit::needs_person(report.divergence_count() > 0));
        }
        let run = Run::start(app, "repair").await?;
        let work = async {
            let source = match orders {
                0 => None,
                _ => Some(Source::open(&app.config, app.config.source()?).await?),
            };
            let repaired = audit::repair(app, source.as_ref(), &report, run.id).await?;
            Ok((repaired, Exit::needs_person(repaired.orders_elsewhere > 0)))
        };
        let work = work.await;
        let (repaired, exit) = run.finish(work).await?;
        result.repaired = Some(repaired);
        output.print(&result, RepairResult::text);
        Ok(exit)
    }
}

impl RepairResult {
    fn text(&self) -> String {
        let days = plural(self.days.len() as u64, "day", "days");
        let orders = plural(self.orders as u64, "order", "orders");
        let listed = self
            .days
            .iter()
            .map(|day| format!("\n  {day}"))
            .collect::<String>();
        match &self.repaired {
            None => {
                format!("would load {orders} again and rebuild {days}{listed}\nnothing was changed")
            }
            Some(repaired) => format!(
                "loaded {orders} again and rebuilt {days}: {} of statistics changed{}\nnext: daybook validate",
                plural(
                    repaired.statistics.rows_changed + repaired.statistics.rows_removed,
                    "row",
                    "rows"
                ),
                match repaired.orders_elsewhere {
                    0 => String::new(),
                    elsewhere => format!(
                        "\n{} not in the configured source and left as they are",
                        plural(elsewhere, "order is", "orders are")
                    ),
                }
            ),
        }
    }
}
