//! What the database knows, as metrics.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::{Registry, Unit};

use super::samples::Samples;
use crate::watch::alerts::Kind;
use crate::watch::figures::{CommandFigures, Figures, QuarantineFigures, StreamFigures};
use crate::watch::oplog::Oplog;

/// Adds whether there is a database to a registry, and what it knows.
pub(super) fn register(registry: &mut Registry, figures: Option<&Figures>, oplog: Option<&Oplog>) {
    registry.register(
        "database_up",
        "Whether PostgreSQL answered in time; without it the metrics below are missing",
        ConstGauge::new(u64::from(figures.is_some())),
    );
    let Some(figures) = figures else {
        return;
    };
    streams(registry, figures);
    oplog_window(registry, figures, oplog);
    waiting(registry, figures);
    quarantine(registry, figures);
    runs(registry, figures);
    registry.register(
        "validate_divergences",
        "Rows in which the last validate found a difference",
        ConstGauge::new(figures.divergence.map_or(0, |found| found.divergences)),
    );
    let snapshot = figures.oldest_snapshot.as_ref();
    registry.register_with_unit(
        "oldest_snapshot_age",
        "For how long somebody has held on to old rows of the database",
        Unit::Seconds,
        ConstGauge::new(snapshot.map_or(0.0, |holder| holder.seconds)),
    );
    alerts(registry, figures);
}

/// One stream for each name: after a move to another server two have the same, and the one that moves is meant.
fn named(figures: &Figures) -> Vec<(&StreamFigures, [String; 2])> {
    let mut seen = BTreeSet::new();
    let streams = figures.streams.iter();
    streams
        .filter(|stream| seen.insert(stream.label.as_str()))
        .map(|stream| {
            let platform = stream.platform.as_deref().unwrap_or("several").to_owned();
            (stream, [platform, stream.label.clone()])
        })
        .collect()
}

fn streams(registry: &mut Registry, figures: &Figures) {
    let streams = named(figures);
    let instants = |of: fn(&StreamFigures) -> Option<Timestamp>| {
        let samples = streams.iter().filter_map(move |(stream, labels)| {
            let instant = of(stream)?;
            Some((labels.clone(), ConstGauge::new(epoch(instant))))
        });
        Samples::of(["platform", "stream"], samples.collect::<Vec<_>>())
    };
    registry.register_with_unit(
        "stream_complete_through_timestamp",
        "Everything stored in the source before this time has been loaded",
        Unit::Seconds,
        instants(|stream| stream.complete_through),
    );
    registry.register_with_unit(
        "stream_newest_document_timestamp",
        "Newest ingest time among the documents read",
        Unit::Seconds,
        instants(|stream| stream.newest_document),
    );
    let lags = streams.iter().filter_map(|(stream, labels)| {
        let lag = figures.age(stream.complete_through?);
        Some((labels.clone(), ConstGauge::new(lag)))
    });
    registry.register_with_unit(
        "stream_lag",
        "How far a stream is behind its source",
        Unit::Seconds,
        Samples::of(["platform", "stream"], lags),
    );
}

fn oplog_window(registry: &mut Registry, figures: &Figures, oplog: Option<&Oplog>) {
    let windows = named(figures)
        .into_iter()
        .filter_map(|(stream, [_, label])| {
            Some(([label], ConstGauge::new(oplog?.remaining(stream)?)))
        });
    registry.register_with_unit(
        "oplog_window_remaining",
        "How far MongoDB's oplog reaches back behind the place that was read to; known to the leader",
        Unit::Seconds,
        Samples::of(["stream"], windows),
    );
}

fn waiting(registry: &mut Registry, figures: &Figures) {
    registry.register(
        "journal_entries",
        "Journal entries that wait to be folded, counted up to a million of each journal",
        ConstGauge::new(figures.journal_entries),
    );
    let oldest = figures.journal_oldest;
    registry.register_with_unit(
        "journal_oldest_age",
        "Age of the oldest journal entry; 0 without one",
        Unit::Seconds,
        ConstGauge::new(oldest.map_or(0.0, |made_at| figures.age(made_at))),
    );
    registry.register(
        "queue_length",
        "Business days that wait to be computed",
        ConstGauge::new(figures.queue_days),
    );
    registry.register(
        "yesterday_final",
        "Whether yesterday's figures are final, by the business time zone; 1 when there are none",
        ConstGauge::new(u64::from(!figures.yesterday_open)),
    );
}

fn quarantine(registry: &mut Registry, figures: &Figures) {
    let platforms = order_model::Platform::ALL.map(|platform| platform.as_str());
    let of = |count: fn(&QuarantineFigures) -> u64| {
        let mut counts: BTreeMap<&str, u64> =
            platforms.iter().map(|platform| (*platform, 0)).collect();
        for one in &figures.quarantine {
            counts.insert(&one.platform, count(one));
        }
        let samples = counts
            .into_iter()
            .map(|(platform, count)| ([platform.to_owned()], ConstGauge::new(count)));
        Samples::of(["platform"], samples)
    };
    registry.register(
        "quarantine_open",
        "Documents in quarantine",
        of(|one| one.open),
    );
    registry.register(
        "quarantine_added_last_hour",
        "Documents in quarantine that came in during the last hour",
        of(|one| one.lately),
    );
}

fn runs(registry: &mut Registry, figures: &Figures) {
    let commands = &figures.commands;
    let labels = |command: &CommandFigures| {
        let platform = command.platform.clone().unwrap_or_default();
        [command.command.clone(), platform]
    };
    let of_last_day = commands.iter().flat_map(|command| {
        let [name, platform] = labels(command);
        command.last_day.map(|(outcome, count)| {
            let labels = [name.clone(), platform.clone(), outcome.to_owned()];
            (labels, ConstGauge::new(count))
        })
    });
    registry.register(
        "runs_last_day",
        "Runs that ended within the last 24 hours",
        Samples::of(["command", "platform", "outcome"], of_last_day),
    );
    let successes = commands.iter().filter_map(|command| {
        let ended = ConstGauge::new(epoch(command.last_success?));
        Some((labels(command), ended))
    });
    registry.register_with_unit(
        "run_last_success_timestamp",
        "When a run of the command last ended without failing",
        Unit::Seconds,
        Samples::of(["command", "platform"], successes),
    );
    let durations = commands
        .iter()
        .map(|command| (labels(command), ConstGauge::new(command.seconds)));
    registry.register_with_unit(
        "run_last_duration",
        "How long the last finished run of the command took",
        Unit::Seconds,
        Samples::of(["command", "platform"], durations),
    );
    let failures = commands.iter().map(|command| {
        let failed = ConstGauge::new(u64::from(command.is_failing));
        (labels(command), failed)
    });
    registry.register(
        "run_last_failed",
        "Whether the last finished run of the command failed, and none has made up for it since",
        Samples::of(["command", "platform"], failures),
    );
}

fn alerts(registry: &mut Registry, figures: &Figures) {
    let firing = Kind::ALL.map(|kind| {
        let counts = figures.firing.iter().filter(|it| it.kind == kind.as_str());
        let count: u64 = counts.map(|it| it.count).sum();
        let labels = [
            kind.as_str().to_owned(),
            kind.severity().as_str().to_owned(),
        ];
        (labels, ConstGauge::new(count))
    });
    registry.register(
        "alerts_firing",
        "Alerts that are firing, by kind",
        Samples::of(["kind", "severity"], firing),
    );
}

fn epoch(instant: Timestamp) -> f64 {
    instant.as_duration().as_secs_f64()
}
