//! What needs a person, and what to do about it.

use jiff::tz::TimeZone;

use crate::report::{QuarantineGroup, RunRow, Validated, Waiting};
use crate::web::asked::Asked;
use crate::web::frame::moment;
use crate::web::staleness::{Staleness, named};
use crate::web::words::{counted, fill};

/// Something to do.
pub struct Todo {
    pub what: String,
    pub hint: &'static str,
    /// The command that does it.
    pub command: Option<String>,
}

/// The specification's alert: more days than this in the queue need a person.
const QUEUE_DAYS: i64 = 100;
/// Beyond so many entries the live view becomes slow.
const JOURNAL_ENTRIES: i64 = 100_000;

/// What needs a person, the most pressing first.
pub fn todo(
    asked: &Asked,
    zone: &TimeZone,
    staleness: &Staleness<'_>,
    waiting: &Waiting,
    quarantine: &[QuarantineGroup],
    validated: Option<&Validated>,
    runs: &[RunRow],
) -> Vec<Todo> {
    let words = asked.words;
    let mut todo = Vec::new();
    if let Some(found) = validated.filter(|found| found.divergences > 0) {
        todo.push(Todo {
            what: counted(asked.format, words.divergences, found.divergences),
            hint: words.repair_hint,
            command: Some("daybook repair".to_owned()),
        });
    }
    if let Some(failed) = unrecovered(runs) {
        todo.push(Todo {
            what: fill(
                words.run_failed,
                &[
                    ("id", &failed.id),
                    ("command", &failed.command),
                    ("error", &failed.error.as_deref().unwrap_or("—")),
                ],
            ),
            hint: words.run_failed_hint,
            command: Some("daybook doctor".to_owned()),
        });
    }
    for fresh in staleness.all_behind() {
        let platform = named(fresh);
        todo.push(Todo {
            what: match staleness.ends_at(fresh).or(fresh.complete_through) {
                Some(through) => fill(
                    words.platform_silent,
                    &[
                        ("platform", &platform),
                        ("time", &moment(asked, through, zone)),
                    ],
                ),
                None => fill(words.platform_never, &[("platform", &platform)]),
            },
            hint: words.platform_silent_hint,
            command: None,
        });
    }
    if waiting.queue_days > QUEUE_DAYS || waiting.journal_entries > JOURNAL_ENTRIES {
        todo.push(Todo {
            what: words.backlog.to_owned(),
            hint: words.backlog_hint,
            command: Some("daybook aggregate".to_owned()),
        });
    }
    if let Some(day) = waiting.oldest_open_day {
        todo.push(Todo {
            what: fill(words.day_not_closed, &[("day", &asked.format.date(day))]),
            hint: words.backlog_hint,
            command: Some("daybook aggregate".to_owned()),
        });
    }
    let documents: i64 = quarantine.iter().map(|group| group.documents).sum();
    if documents > 0 {
        todo.push(Todo {
            what: counted(asked.format, words.documents_in_quarantine, documents),
            hint: words.quarantine_hint,
            command: Some("daybook quarantine list".to_owned()),
        });
    }
    todo
}

/// The newest failure that no later run of the same command made good.
fn unrecovered(runs: &[RunRow]) -> Option<&RunRow> {
    runs.iter().enumerate().find_map(|(index, run)| {
        let is_failure = run.outcome.as_deref() == Some("failed");
        let is_made_good = runs[..index].iter().any(|later| {
            later.command == run.command && later.outcome.as_deref() == Some("succeeded")
        });
        (is_failure && !is_made_good).then_some(run)
    })
}
