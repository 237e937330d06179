//! Alerts: what is watched and from when on, what holds now, and who is told.

use std::time::Duration;

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::IntoResponse;

use super::tabs::{Link, Tab, tabs};
use crate::access::Admin;
use crate::config::Thresholds;
use crate::http::{HttpState, RequestId};
use crate::report::Reader;
use crate::watch::alerts::{self, Alert, Kind, Severity};
use crate::watch::delivery::Both;
use crate::watch::{TestedChannel, try_channels};
use crate::web::asked::Asked;
use crate::web::frame::{Frame, Place};
use crate::web::page::{Page, page};
use crate::web::words::{Lang, fill};

/// Open alerts that are read.
const ALERTS: i64 = 500;

#[derive(Template)]
#[template(path = "settings/alerts.html")]
struct AlertsPage {
    frame: Frame,
    tabs: Vec<Link>,
    rules: Vec<Rule>,
    channels: Vec<Channel>,
    has_channel: bool,
    /// How the channels took the test, when one was sent.
    tested: Option<Vec<TestedChannel>>,
}

/// A kind of alert.
struct Rule {
    /// When it fires, in words.
    when: String,
    is_critical: bool,
    settings: &'static str,
    /// What holds now.
    open: Vec<String>,
}

/// A way to people.
struct Channel {
    name: &'static str,
    settings: &'static str,
    is_set: bool,
}

/// The page.
pub async fn show(_: Admin, State(state): State<HttpState>, asked: Asked) -> Page {
    render(&state, &asked, None).await
}

/// Tries every channel with a message that says so, and shows how each took it.
pub async fn test(
    Admin(who): Admin,
    Extension(request): Extension<RequestId>,
    State(state): State<HttpState>,
    asked: Asked,
) -> Page {
    let tested = try_channels(&state, &who, &request).await?;
    Ok(render(&state, &asked, Some(tested)).await?.into_response())
}

async fn render(state: &HttpState, asked: &Asked, tested: Option<Vec<TestedChannel>>) -> Page {
    let mut client = state.client().await?;
    let reader = Reader::begin(&mut client, &state.app.clock).await?;
    let open = alerts::list(reader.transaction(), true, None, ALERTS).await?;
    let thresholds = &state.app.config.alerts.thresholds;
    let set = state.watch.channels();
    let channels = [
        ("webhook", "alerts.webhook_url"),
        ("slack", "alerts.slack_url"),
        ("telegram", "alerts.telegram_token, alerts.telegram_chat"),
    ];
    page(&AlertsPage {
        frame: Frame::bare(state, asked, Place::Settings, asked.words.alerts),
        tabs: tabs(asked, Tab::Alerts),
        rules: Kind::ALL
            .into_iter()
            .map(|kind| Rule::new(asked, thresholds, kind, &open))
            .collect(),
        channels: channels
            .into_iter()
            .map(|(name, settings)| Channel {
                name,
                settings,
                is_set: set.contains(&name),
            })
            .collect(),
        has_channel: !set.is_empty(),
        tested,
    })
}

impl Rule {
    fn new(asked: &Asked, thresholds: &Thresholds, kind: Kind, open: &[Alert]) -> Self {
        let in_words = |both: &Both| match asked.lang() {
            Lang::Vi => both.vi.clone(),
            Lang::En => both.en.clone(),
        };
        let (when, settings) = when(asked, thresholds, kind);
        Self {
            when,
            settings,
            is_critical: kind.severity() == Severity::Critical,
            open: open
                .iter()
                .filter(|alert| alert.kind == kind.as_str())
                .map(|alert| in_words(&alert.message))
                .collect(),
        }
    }
}

/// When a kind fires, and the settings that say so.
fn when(asked: &Asked, thresholds: &Thresholds, kind: Kind) -> (String, &'static str) {
    let words = asked.words;
    let duration = |duration: Duration| asked.format.duration(duration.as_secs());
    let count = |n: u64| asked.format.count(i64::try_from(n).unwrap_or(i64::MAX));
    let about = |sentence, value: String| fill(sentence, &[("n", &value)]);
    match kind {
        Kind::Queue => (
            about(words.rule_queue, count(thresholds.queue_days)),
            "alerts.queue_days",
        ),
        Kind::DayNotComputed => (
            about(words.rule_day_not_computed, duration(thresholds.day_grace)),
            "alerts.day_grace",
        ),
        Kind::PlatformSilent => (
            fill(
                words.rule_platform_silent,
                &[
                    ("n", &count(thresholds.silence_factor)),
                    ("floor", &duration(thresholds.silence_floor)),
                ],
            ),
            "alerts.silence_factor, alerts.silence_floor",
        ),
        Kind::Lag => (
            about(words.rule_lag, duration(thresholds.lag)),
            "alerts.lag",
        ),
        Kind::Oplog => (
            about(words.rule_oplog, duration(thresholds.oplog_remaining)),
            "alerts.oplog_remaining",
        ),
        Kind::Quarantine => (
            about(words.rule_quarantine, count(thresholds.quarantine_per_hour)),
            "alerts.quarantine_per_hour",
        ),
        Kind::Divergence => (words.rule_divergence.to_owned(), ""),
        Kind::FailingJob => (words.rule_failing_job.to_owned(), ""),
        Kind::Journal => (
            fill(
                words.rule_journal,
                &[
                    ("n", &count(thresholds.journal_entries)),
                    ("age", &duration(thresholds.journal_age)),
                ],
            ),
            "alerts.journal_entries, alerts.journal_age",
        ),
        Kind::Snapshot => (
            about(words.rule_snapshot, duration(thresholds.snapshot_age)),
            "alerts.snapshot_age",
        ),
        Kind::DiskFull => (words.rule_disk_full.to_owned(), ""),
    }
}
