//! Operations: is it running, what must I do?

mod runs;

use askama::Template;
use axum::extract::State;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use order_model::Platform;

use self::runs::{Run, run};
use crate::access::Role;
use crate::http::HttpState;
use crate::report::{Filter, Freshness, PeriodRow, QuarantineGroup, Range, Reader, Validated};
use crate::watch::alerts::{self, Alert, Attention};
use crate::watch::figures::Figures;
use crate::web::asked::Asked;
use crate::web::frame::{Frame, Place};
use crate::web::in_code::{Piece, pieces};
use crate::web::page::{Page, page};
use crate::web::staleness::{Staleness, in_order};
use crate::web::words::{Lang, counted, fill};

#[derive(Template)]
#[template(path = "operations.html")]
struct Operations {
    frame: Frame,
    todo: Vec<Todo>,
    freshness: Vec<Fresh>,
    journal: Backlog,
    queue: Backlog,
    validation: Validation,
    quarantine: Vec<Quarantined>,
    runs: Vec<Run>,
    alerts: Vec<Open>,
    may_operate: bool,
}

/// Something that needs a person.
struct Todo {
    what: String,
    hint: Vec<Piece>,
}

/// An alert that is open.
struct Open {
    message: String,
    hint: Vec<Piece>,
    since: String,
}

struct Fresh {
    class: &'static str,
    name: &'static str,
    complete_through: String,
    newest_document: String,
    lag: String,
    orders_today: String,
    is_behind: bool,
    /// How long it has been silent, where that is unusual.
    silence: Option<String>,
}

/// What waits: how much, and how old.
struct Backlog {
    text: String,
    oldest: Option<String>,
}

struct Validation {
    text: String,
    when: Option<String>,
    has_divergences: bool,
}

struct Quarantined {
    reason: &'static str,
    code: String,
    platform: &'static str,
    field: String,
    documents: String,
    last_seen: String,
    sample: i64,
}

/// Runs that are listed.
const RUNS: i64 = 25;

/// Alerts that are shown.
const ALERTS: i64 = 50;

/// The page.
pub async fn operations(State(state): State<HttpState>, asked: Asked) -> Page {
    let mut client = state.client().await?;
    let reader = Reader::begin(&mut client, &state.app.clock).await?;
    let title = asked.words.operations;
    let mut frame =
        Frame::with_freshness(&state, &asked, &reader, Place::Operations, title).await?;
    frame.is_live = true;
    let freshness = in_order(reader.freshness().await?);
    let today = Range::day(reader.today());
    let orders_today = reader.by_platform(&today, &Filter::default()).await?;
    let waiting = reader.waiting().await?;
    let groups = reader.quarantine_groups().await?;
    let validated = reader.last_validation().await?;
    let last_runs = reader.runs(RUNS).await?;
    let open = alerts::list(reader.transaction(), true, None, ALERTS).await?;
    let figures = Figures::read(reader.transaction(), &state.app.clock).await?;
    let thresholds = &state.app.config.alerts.thresholds;
    let needed = alerts::attention(
        reader.transaction(),
        &figures,
        state.app.clock.zone(),
        thresholds,
    )
    .await?;
    let now = reader.as_of();
    let zone = state.app.clock.zone();

    let staleness = Staleness::new(&state, &asked, &freshness);
    page(&Operations {
        todo: needed
            .into_iter()
            .map(|attention| todo(&asked, attention))
            .collect(),
        freshness: fresh(&asked, zone, &staleness, &freshness, &orders_today),
        journal: backlog(
            &asked,
            counted(
                asked.format,
                asked.words.journal_waiting,
                waiting.journal_entries,
            ),
            waiting.journal_oldest,
            now,
        ),
        queue: backlog(
            &asked,
            counted(asked.format, asked.words.queue_waiting, waiting.queue_days),
            waiting.queue_oldest,
            now,
        ),
        validation: validation(&asked, zone, validated.as_ref()),
        quarantine: groups
            .iter()
            .map(|group| quarantined(&asked, zone, group))
            .collect(),
        alerts: open
            .into_iter()
            .map(|alert| opened(&asked, zone, alert))
            .collect(),
        may_operate: asked.identity.role() >= Role::Operator,
        runs: last_runs.iter().map(|row| run(&asked, zone, row)).collect(),
        frame,
    })
}

fn todo(asked: &Asked, attention: Attention) -> Todo {
    let Attention { message, hint, .. } = attention;
    Todo {
        what: in_words(asked, message.vi, message.en),
        hint: pieces(&in_words(asked, hint.vi, hint.en)),
    }
}

fn in_words(asked: &Asked, vi: String, en: String) -> String {
    match asked.lang() {
        Lang::Vi => vi,
        Lang::En => en,
    }
}

fn opened(asked: &Asked, zone: &TimeZone, alert: Alert) -> Open {
    let fired_at = alert.fired_at.to_zoned(zone.clone()).datetime();
    Open {
        message: in_words(asked, alert.message.vi, alert.message.en),
        hint: pieces(&in_words(asked, alert.hint.vi, alert.hint.en)),
        since: fill(
            asked.words.alert_since,
            &[("time", &asked.format.date_time(fired_at))],
        ),
    }
}

fn fresh(
    asked: &Asked,
    zone: &TimeZone,
    staleness: &Staleness<'_>,
    freshness: &Freshness,
    orders_today: &[PeriodRow],
) -> Vec<Fresh> {
    let at = |instant: Option<Timestamp>| {
        instant.map_or_else(
            || "—".to_owned(),
            |instant| {
                asked
                    .format
                    .date_time(instant.to_zoned(zone.clone()).datetime())
            },
        )
    };
    freshness
        .platforms
        .iter()
        .filter_map(|fresh| {
            let platform: Platform = fresh.platform.parse().ok()?;
            let orders = orders_today
                .iter()
                .find(|row| row.platform.as_deref() == Some(platform.as_str()))
                .map_or(0, |row| row.measures.total_orders);
            Some(Fresh {
                class: platform.as_str(),
                name: platform.display_name(),
                complete_through: at(fresh.complete_through),
                newest_document: at(fresh.newest_document),
                lag: fresh.lag_seconds.map_or_else(
                    || "—".to_owned(),
                    |lag| asked.format.duration(lag.unsigned_abs()),
                ),
                orders_today: asked.format.count(orders),
                is_behind: staleness.is_behind(fresh),
                silence: fresh.silence.map(|silence| {
                    let duration = |seconds: i64| asked.format.duration(seconds.unsigned_abs());
                    fill(
                        asked.words.silent_for,
                        &[
                            ("duration", &duration(silence.seconds)),
                            ("limit", &duration(silence.limit_seconds)),
                        ],
                    )
                }),
            })
        })
        .collect()
}

fn backlog(asked: &Asked, text: String, oldest: Option<Timestamp>, now: Timestamp) -> Backlog {
    Backlog {
        text,
        oldest: oldest.map(|oldest| {
            let age = now.duration_since(oldest).as_secs().max(0).unsigned_abs();
            fill(
                asked.words.oldest,
                &[("duration", &asked.format.duration(age))],
            )
        }),
    }
}

fn validation(asked: &Asked, zone: &TimeZone, last: Option<&Validated>) -> Validation {
    let words = asked.words;
    match last {
        None => Validation {
            text: words.never_validated.to_owned(),
            when: None,
            has_divergences: false,
        },
        Some(last) => Validation {
            text: match last.divergences {
                0 => words.no_divergence.to_owned(),
                found => counted(asked.format, words.divergences, found),
            },
            when: Some(format!(
                "{}, {} {}",
                asked
                    .format
                    .date_time(last.made_at.to_zoned(zone.clone()).datetime()),
                words.run.to_lowercase(),
                last.run_id
            )),
            has_divergences: last.divergences > 0,
        },
    }
}

fn quarantined(asked: &Asked, zone: &TimeZone, group: &QuarantineGroup) -> Quarantined {
    let platform = group
        .platform
        .as_deref()
        .and_then(|name| name.parse::<Platform>().ok());
    Quarantined {
        reason: crate::web::reasons::reason(asked.lang(), &group.reason),
        code: group.reason.clone(),
        platform: platform.map_or(asked.words.unknown, Platform::display_name),
        field: group.field.clone(),
        documents: asked.format.count(group.documents),
        last_seen: asked
            .format
            .date_time(group.last_seen_at.to_zoned(zone.clone()).datetime()),
        sample: group.sample,
    }
}
