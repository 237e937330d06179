//! What this process knows: what it has done since it began, and whether it leads.
//!
//! The rule for choosing: what would be lost with the process is counted here; what another process could say as well is read
//! from the database.

use order_model::Platform;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Registry;

use super::samples::Samples;
use crate::load::LoadCounts;
use crate::observe::meters;
use crate::watch::Watch;

/// Adds them to a registry.
pub(super) fn register(registry: &mut Registry, watch: &Watch, term: Option<i64>) {
    let version = env!("CARGO_PKG_VERSION").to_owned();
    registry.register(
        "build_info",
        "Always 1; the label says which program this is",
        Samples::of(["version"], [([version], ConstGauge::new(1_u64))]),
    );
    registry.register(
        "leader",
        "Whether this process holds the lease, and so schedules",
        ConstGauge::new(u64::from(term.is_some())),
    );
    registry.register(
        "lease_term",
        "Term of the lease this process holds; 0 without it",
        ConstGauge::new(term.unwrap_or_default()),
    );
    documents(registry);
    registry.register(
        "database_retries",
        "Transactions that failed in passing and were tried again",
        ConstCounter::new(meters::retries_so_far()),
    );
    deliveries(registry, watch);
    watch.requests.register(registry);
}

fn documents(registry: &mut Registry) {
    let mut so_far = meters::documents_so_far();
    for platform in Platform::ALL {
        so_far.entry(platform.as_str()).or_default();
    }
    let read = so_far
        .iter()
        .map(|(platform, counts)| ([(*platform).to_owned()], ConstCounter::new(counts.read)));
    registry.register(
        "documents_read",
        "Documents read from the source",
        Samples::of(["platform"], read),
    );
    let results = so_far.iter().flat_map(|(platform, counts)| {
        results(counts).map(|(result, count)| {
            let labels = [(*platform).to_owned(), result.to_owned()];
            (labels, ConstCounter::new(count))
        })
    });
    registry.register(
        "documents",
        "What became of the documents that were read",
        Samples::of(["platform", "result"], results),
    );
}

fn results(counts: &LoadCounts) -> [(&'static str, u64); 5] {
    [
        ("inserted", counts.inserted),
        ("updated", counts.updated),
        ("unchanged", counts.unchanged),
        ("stale", counts.stale),
        ("quarantined", counts.quarantined),
    ]
}

fn deliveries(registry: &mut Registry, watch: &Watch) {
    let mut so_far = meters::deliveries_so_far();
    for channel in watch.channels() {
        for result in ["delivered", "failed", "given_up"] {
            so_far.entry((channel, result)).or_default();
        }
    }
    let tried = so_far.into_iter().map(|((channel, result), count)| {
        let labels = [channel.to_owned(), result.to_owned()];
        (labels, ConstCounter::new(count))
    });
    registry.register(
        "alert_deliveries",
        "Attempts to tell people about alerts",
        Samples::of(["channel", "result"], tried),
    );
}
