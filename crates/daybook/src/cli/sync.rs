//! `daybook sync`: one incremental pass over the source.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use clap::Args;
use jiff::Timestamp;
use jiff::civil::Date;
use order_model::Platform;
use serde::Serialize;

use super::Exit;
use super::follow::follow;
use super::output::Output;
use super::table::{count, plural, render, table};
use crate::app::App;
use crate::error::Error;
use crate::load::LoadCounts;
use crate::normalise::Warnings;
use crate::observe::Progress;
use crate::pipeline::{self, Selection, StreamReport};
use crate::runs::{Run, RunId};
use crate::source::Source;

/// Load what is new in the source; what was loaded before changes nothing
#[derive(Debug, Args)]
pub struct Sync {
    /// Only this marketplace: tiktok, shopee or lazada
    #[arg(long, value_name = "NAME", value_parser = platform)]
    platform: Option<Platform>,
    /// Only documents stored since, as 2026-03-20 or 2026-03-20T14:15:00+07:00
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    /// Read everything again, whatever was loaded before
    #[arg(long, conflicts_with = "since")]
    full: bool,
    /// Go on with what changes in MongoDB, and keep the figures fresh, until stopped by SIGTERM or SIGINT
    #[arg(long, conflicts_with_all = ["since", "full"])]
    follow: bool,
}

/// The result, as `--format json` prints it.
#[derive(Debug, Serialize)]
pub struct SyncResult {
    /// The run.
    pub run: RunId,
    /// Sums over all platforms.
    #[serde(flatten)]
    pub total: LoadCounts,
    /// What a person should know.
    pub warnings: Vec<WarningCount>,
    /// The same counts by platform.
    pub platforms: BTreeMap<String, LoadCounts>,
    /// Business days whose stored figures wait for `aggregate`; in mode incremental the live ones are exact already.
    pub days_waiting: u64,
    /// Streams that could not be read to their end.
    pub failures: Vec<StreamFailure>,
    /// Wall time in seconds.
    pub seconds: f64,
}

/// A warning and how often it was met.
#[derive(Debug, Serialize)]
pub struct WarningCount {
    /// Marketplace.
    pub platform: String,
    /// Kind of warning.
    pub kind: String,
    /// What it is about, such as the unknown status.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// How often.
    pub count: u64,
    /// In words.
    pub message: String,
}

/// A stream that could not be read to its end.
#[derive(Debug, Serialize)]
pub struct StreamFailure {
    /// Collection or file.
    pub stream: String,
    /// Why.
    pub message: String,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

impl Sync {
    pub async fn run(self, app: &App, output: &Output) -> Result<Exit, Error> {
        let selection = Selection {
            platform: self.platform,
            since: self
                .since
                .as_deref()
                .map(|text| instant(text, app))
                .transpose()?,
            full: self.full,
            streams: None,
        };
        if self.follow {
            return follow(app, &selection, output).await;
        }
        let run = Run::start(app, "sync").await?;
        let id = run.id;
        let result = run
            .within(perform(app, &selection, id))
            .await
            .map(|result| {
                let exit = result.exit();
                (result, exit)
            });
        let (result, exit) = run.finish(result).await?;
        output.print(&result, SyncResult::text);
        Ok(exit)
    }
}

/// Reads and loads, showing progress.
pub async fn perform(app: &App, selection: &Selection, run: RunId) -> Result<SyncResult, Error> {
    let started = std::time::Instant::now();
    let source = Source::open(&app.config, app.config.source()?).await?;
    let progress = OnceLock::new();
    let reports = pipeline::sync(app, &source, selection, run, &|loaded| {
        progress
            .get_or_init(|| Progress::new("sync", "documents", loaded.expected))
            .set(loaded.counts.read);
    })
    .await;
    if let Some(progress) = progress.get() {
        progress.finish();
    }
    let waiting = crate::mark::count_waiting_days(&app.connect().await?).await?;
    Ok(SyncResult::new(
        run,
        reports?,
        waiting,
        started.elapsed().as_secs_f64(),
    ))
}

impl SyncResult {
    fn new(run: RunId, reports: Vec<StreamReport>, days_waiting: u64, seconds: f64) -> Self {
        let mut platforms: BTreeMap<String, LoadCounts> = BTreeMap::new();
        let mut warnings = Warnings::new();
        let mut failures = Vec::new();
        for report in reports {
            let name = match report.stream.content.platform() {
                Some(platform) => platform.as_str(),
                None => report.stream.label.as_str(),
            };
            *platforms.entry(name.to_owned()).or_default() += report.counts;
            for (warning, count) in report.warnings {
                *warnings.entry(warning).or_default() += count;
            }
            failures.extend(report.failure.map(|error| StreamFailure {
                stream: report.stream.label.clone(),
                message: error.in_one_line(),
                hint: error.hint(),
            }));
        }
        Self {
            run,
            total: platforms.values().copied().sum(),
            warnings: warnings.into_iter().map(WarningCount::from).collect(),
            platforms,
            days_waiting,
            failures,
            seconds,
        }
    }

    /// Failed when a stream did; else whether a person should look at the quarantine.
    pub fn exit(&self) -> Exit {
        if self.failures.is_empty() {
            Exit::needs_person(self.total.quarantined > 0)
        } else {
            Exit::Failed
        }
    }

    /// The result for people.
    pub fn text(&self) -> String {
        let mut lines = vec![self.table()];
        lines.push(format!(
            "{}; run {}, {:.1} s",
            match self.days_waiting {
                0 => "no day waits for aggregate".to_owned(),
                days => format!("{} for aggregate", plural(days, "day waits", "days wait")),
            },
            self.run,
            self.seconds
        ));
        for warning in &self.warnings {
            lines.push(format!(
                "warning: {} ({}): {}",
                warning.platform,
                count(warning.count),
                warning.message
            ));
        }
        for failure in &self.failures {
            lines.push(format!("error: {}: {}", failure.stream, failure.message));
            lines.extend(failure.hint.as_ref().map(|hint| format!("  hint: {hint}")));
        }
        if self.total.quarantined > 0 {
            lines.push(format!("next: daybook quarantine list --run {}", self.run));
        } else if self.days_waiting > 0 {
            lines.push("next: daybook aggregate".to_owned());
        }
        lines.join("\n")
    }

    fn table(&self) -> String {
        let header = [
            "",
            "read",
            "inserted",
            "updated",
            "unchanged",
            "stale",
            "quarantined",
        ];
        let mut table = table(&header, &[0]);
        let mut row = |name: &str, counts: &LoadCounts| {
            let figures = [
                counts.read,
                counts.inserted,
                counts.updated,
                counts.unchanged,
                counts.stale,
                counts.quarantined,
            ];
            table.add_row(std::iter::once(name.to_owned()).chain(figures.map(count)));
        };
        for (platform, counts) in &self.platforms {
            row(platform, counts);
        }
        row("total", &self.total);
        render(&table)
    }
}

impl From<((Platform, order_model::Warning), u64)> for WarningCount {
    fn from(((platform, warning), count): ((Platform, order_model::Warning), u64)) -> Self {
        Self {
            platform: platform.as_str().to_owned(),
            kind: warning.as_str().to_owned(),
            detail: warning.detail().map(str::to_owned),
            count,
            message: warning.describe(),
        }
    }
}

fn platform(text: &str) -> Result<Platform, String> {
    text.parse().map_err(|_| {
        let known: Vec<_> = Platform::ALL
            .iter()
            .map(|platform| platform.as_str())
            .collect();
        format!("must be one of {}", known.join(", "))
    })
}

/// An instant, or the midnight a business day begins with.
fn instant(text: &str, app: &App) -> Result<Timestamp, Error> {
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Ok(instant);
    }
    text.parse::<Date>()
        .ok()
        .and_then(|day| day.to_zoned(app.clock.zone().clone()).ok())
        .map(|midnight| midnight.timestamp())
        .ok_or_else(|| {
            Error::Usage(format!(
                "--since {text:?} is no day and no time with an offset"
            ))
        })
}
