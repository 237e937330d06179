//! `daybook validate`: proves the figures, or names every difference. Changes nothing.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;
use jiff::civil::Date;
use serde::Serialize;

use super::Exit;
use super::output::Output;
use super::table::{amount, count, plural, render, table};
use crate::app::App;
use crate::audit::{
    OrderDivergence, Report, StatisticDivergence, compare_orders, compare_statistics,
};
use crate::error::Error;
use crate::runs::Run;
use crate::source::Source;

/// So many differences are printed; the report has them all.
const SHOWN: usize = 50;

/// Compare every statistic with a recount of orders, and list each difference; changes nothing
///
/// With --source, also compare every order with its raw documents: those of the configured source, or of the one
/// given as the flag's value.
#[derive(Debug, Args)]
pub struct Validate {
    /// First business day [default: the first there is]
    #[arg(long, value_name = "DAY")]
    from: Option<Date>,
    /// Last business day [default: the last there is]
    #[arg(long, value_name = "DAY")]
    to: Option<Date>,
    /// Write the report to this file [default: validate-TIME.json when something differs]
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
}

/// The result, as `--format json` prints it.
#[derive(Debug, Serialize)]
struct ValidateResult {
    rows: u64,
    rows_by_grain: BTreeMap<String, u64>,
    orders: u64,
    /// Orders compared with documents; absent unless that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    documents: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    orders_without_document: Option<u64>,
    divergence_count: usize,
    divergences: Vec<StatisticDivergence>,
    order_divergences: Vec<OrderDivergence>,
    #[serde(skip_serializing_if = "Option::is_none")]
    report: Option<PathBuf>,
    seconds: f64,
    #[serde(skip)]
    newest_change: Option<String>,
}

/// What of the result goes into the run's row: numbers only.
#[derive(Debug, Serialize)]
struct ValidateCounts {
    rows: u64,
    orders: u64,
    divergences: usize,
}

impl Validate {
    pub async fn run(self, app: &App, with_source: bool, output: &Output) -> Result<Exit, Error> {
        let started = std::time::Instant::now();
        let run = Run::start(app, "validate").await?;
        let result = compare(app, (self.from, self.to), with_source)
            .await
            .map(|report| {
                let counts = ValidateCounts {
                    rows: report.statistics.rows,
                    orders: report.statistics.orders,
                    divergences: report.divergence_count(),
                };
                let exit = Exit::needs_person(report.divergence_count() > 0);
                ((counts, report), exit)
            });
        let ((_, report), exit) = run.finish_with(result, |(counts, _)| counts).await?;
        let path = self
            .report
            .or_else(|| (exit != Exit::Clean).then(|| default_path(app)));
        if let Some(path) = &path {
            report.write(path)?;
        }
        let result = ValidateResult::new(report, path, started.elapsed().as_secs_f64());
        output.print(&result, ValidateResult::text);
        Ok(exit)
    }
}

/// Compares statistics, and orders with the source when asked to.
pub(super) async fn compare(
    app: &App,
    (from, to): (Option<Date>, Option<Date>),
    with_source: bool,
) -> Result<Report, Error> {
    if let (Some(from), Some(to)) = (from, to)
        && from > to
    {
        return Err(Error::Usage(format!("--from {from} is after --to {to}")));
    }
    let mut client = app.connect().await?;
    let as_of = app.clock.now();
    let statistics = compare_statistics(app, &mut client, from, to).await?;
    let orders = if with_source {
        let source = Source::open(&app.config, app.config.source()?).await?;
        Some(compare_orders(app, &source, &mut client).await?)
    } else {
        None
    };
    Ok(Report::new(as_of, (from, to), statistics, orders))
}

/// In the current folder, named after the moment.
fn default_path(app: &App) -> PathBuf {
    format!(
        "validate-{}.json",
        app.clock.civil().strftime("%Y%m%dT%H%M%S")
    )
    .into()
}

impl ValidateResult {
    fn new(report: Report, path: Option<PathBuf>, seconds: f64) -> Self {
        let divergence_count = report.divergence_count();
        let statistics = report.statistics;
        Self {
            rows: statistics.rows,
            rows_by_grain: statistics.rows_by_grain,
            orders: statistics.orders,
            documents: report.orders.as_ref().map(|orders| orders.documents),
            orders_without_document: report.orders.as_ref().map(|orders| orders.without_document),
            divergence_count,
            divergences: statistics.divergences,
            order_divergences: report
                .orders
                .map(|orders| orders.divergences)
                .unwrap_or_default(),
            report: path,
            seconds,
            newest_change: statistics
                .newest_change
                .map(|change| match change.updated_at {
                    Some(at) => format!("order {} at {at:.0}", change.order_code),
                    None => format!("order {}", change.order_code),
                }),
        }
    }

    fn text(&self) -> String {
        let mut rows = vec![plural(self.rows, "day row", "day rows")];
        rows.extend(self.rows_by_grain.iter().map(|(grain, count)| {
            plural(*count, &format!("{grain} row"), &format!("{grain} rows"))
        }));
        let mut lines = vec![format!(
            "compared {} with a recount of {} in {:.1} s",
            rows.join(", "),
            plural(self.orders, "order", "orders"),
            self.seconds
        )];
        if let Some(documents) = self.documents {
            lines.push(format!(
                "compared the orders with {}",
                plural(documents, "document", "documents")
            ));
        }
        if let Some(missing @ 1..) = self.orders_without_document {
            lines.push(format!(
                "{} no document in the source any more; that is no divergence",
                plural(missing, "order has", "orders have")
            ));
        }
        if !self.divergences.is_empty() {
            lines.push(self.statistics_table());
        }
        if !self.order_divergences.is_empty() {
            lines.push(self.orders_table());
        }
        lines.extend(self.conclusion());
        lines.join("\n")
    }

    fn statistics_table(&self) -> String {
        let header = [
            "day",
            "platform",
            "of",
            "column",
            "stored",
            "recount",
            "difference",
            "",
        ];
        let mut table = table(&header, &[0, 1, 2, 3, 7]);
        let shown = |value: &Option<String>| value.as_deref().map_or("-".to_owned(), amount);
        for divergence in self.divergences.iter().take(SHOWN) {
            table.add_row([
                divergence.day.to_string(),
                divergence.platform.clone(),
                divergence
                    .bucket
                    .as_ref()
                    .map_or_else(|| "the day".to_owned(), ToString::to_string),
                divergence.column.clone(),
                shown(&divergence.stored),
                shown(&divergence.recount),
                amount(&divergence.difference),
                if divergence.queued {
                    "waits in the queue".to_owned()
                } else {
                    String::new()
                },
            ]);
        }
        render(&table)
    }

    fn orders_table(&self) -> String {
        let mut table = table(&["platform", "order", "problem", "columns"], &[0, 1, 2, 3]);
        for divergence in self.order_divergences.iter().take(SHOWN) {
            table.add_row([
                divergence.platform.clone(),
                divergence.order_code.clone(),
                format!("{:?}", divergence.problem).to_lowercase(),
                divergence.columns.join(", "),
            ]);
        }
        render(&table)
    }

    fn conclusion(&self) -> Vec<String> {
        let Some(report) = &self.report else {
            return vec!["no divergence".to_owned()];
        };
        let mut lines = vec![format!(
            "{}; nothing was changed; report {}",
            plural(self.divergence_count as u64, "divergence", "divergences"),
            report.display()
        )];
        if self.divergences.len().max(self.order_divergences.len()) > SHOWN {
            lines.push(format!(
                "the first {} of a kind are shown; the report has them all",
                count(SHOWN as u64)
            ));
        }
        if let Some(change) = &self.newest_change {
            lines.push(format!(
                "newest change to the first of these days: {change}"
            ));
        }
        let only_queued =
            self.order_divergences.is_empty() && self.divergences.iter().all(|d| d.queued);
        lines.push(match (self.divergence_count, only_queued) {
            (0, _) => "nothing to do".to_owned(),
            (_, true) => "next: daybook aggregate".to_owned(),
            (_, false) => format!(
                "next: daybook repair --from-report {} --dry-run",
                report.display()
            ),
        });
        lines
    }
}
