//! Which conditions hold: a pure function of what was read and of the thresholds.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use order_model::Platform;

use super::condition::{Condition, Text};
use super::duration_text::{english, vietnamese};
use super::kind::Kind;
use super::usual_gaps::UsualGaps;
use crate::config::Thresholds;
use crate::watch::figures::{CommandFigures, Figures, StreamFigures};
use crate::watch::oplog::Oplog;

/// A stream that has not moved for so long was retired: its collection is not read any more.
const RETIRED_AFTER: SignedDuration = SignedDuration::from_hours(30 * 24);
/// The SQLSTATE that PostgreSQL reports a full disk with, as the errors of runs show it.
const DISK_FULL: &str = "(53100)";

/// What conditions are judged by.
#[derive(Debug)]
pub struct Facts<'a> {
    /// What the database knows.
    pub figures: &'a Figures,
    /// The business time zone.
    pub zone: &'a TimeZone,
    /// Where the source's oplog starts; `None` while nobody knows.
    pub oplog: Option<&'a Oplog>,
    /// How long marketplaces are usually silent; `None` while that has not been learnt.
    pub usual_gaps: Option<&'a UsualGaps>,
}

/// Which conditions hold, and which kinds nothing is known about this time: those neither begin nor end.
#[derive(Debug, Default)]
pub struct Judgement {
    /// What holds.
    pub conditions: Vec<Condition>,
    /// What nobody can tell at the moment.
    pub unknown: Vec<Kind>,
}

/// Judges the state of the service.
pub fn judge(facts: &Facts<'_>, thresholds: &Thresholds) -> Judgement {
    let mut judgement = Judgement::default();
    let found = &mut judgement.conditions;
    found.extend(queue(facts, thresholds));
    found.extend(day_not_computed(facts, thresholds));
    found.extend(lag(facts, thresholds));
    found.extend(quarantine(facts, thresholds));
    found.extend(divergence(facts));
    found.extend(failing_jobs(facts));
    found.extend(journal_entries(facts, thresholds));
    found.extend(journal_age(facts, thresholds));
    found.extend(snapshot(facts, thresholds));
    match facts.oplog {
        Some(known) => found.extend(oplog(facts, known, thresholds)),
        None => judgement.unknown.push(Kind::Oplog),
    }
    match facts.usual_gaps {
        Some(usual) => found.extend(platform_silent(facts, usual, thresholds)),
        None => judgement.unknown.push(Kind::PlatformSilent),
    }
    judgement
}

fn queue(facts: &Facts<'_>, thresholds: &Thresholds) -> Option<Condition> {
    let days = facts.figures.queue_days;
    (days > thresholds.queue_days).then(|| Condition {
        kind: Kind::Queue,
        subject: None,
        value: days as f64,
        threshold: thresholds.queue_days as f64,
        unit: "days",
        message: Text::new(
            many(days, "day waits to be computed", "days wait to be computed"),
            format!("{days} ngày đang chờ tính lại"),
        ),
        hint: Text::new(
            "see why aggregate does not keep up: the last runs say; `daybook aggregate` computes them now",
            "xem các lần chạy gần nhất để biết vì sao aggregate không kịp; `daybook aggregate` tính lại ngay",
        ),
    })
}

fn day_not_computed(facts: &Facts<'_>, thresholds: &Thresholds) -> Option<Condition> {
    let day = facts.figures.oldest_open_day?;
    let ended = day
        .tomorrow()
        .ok()?
        .to_zoned(facts.zone.clone())
        .ok()?
        .timestamp();
    let open_for = facts.figures.age(ended);
    let grace = thresholds.day_grace.as_secs_f64();
    (open_for > grace).then(|| Condition {
        kind: Kind::DayNotComputed,
        subject: None,
        value: open_for,
        threshold: grace,
        unit: "seconds",
        message: Text::new(
            format!(
                "the figures of {day} are not final, {} after the day ended",
                english(open_for)
            ),
            format!(
                "số liệu ngày {} chưa chốt, {} sau khi hết ngày",
                day.strftime("%d/%m/%Y"),
                vietnamese(open_for)
            ),
        ),
        hint: Text::new(
            "`daybook aggregate` computes and closes it; if it fails, `daybook doctor` looks for the cause",
            "`daybook aggregate` tính và chốt ngày; nếu lỗi, `daybook doctor` tìm nguyên nhân",
        ),
    })
}

/// A number and what it counts, in English.
pub(super) fn many(number: u64, one: &str, more: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { more })
}

/// What people call a marketplace; a name that this version does not know stays.
fn display_name(platform: &str) -> &str {
    match platform.parse::<Platform>() {
        Ok(platform) => platform.display_name(),
        Err(_) => platform,
    }
}

/// Streams that are still read, by the name of their collection. After a move to another server two streams have the same:
/// the one that moves is meant.
fn streams_in_use(figures: &Figures) -> BTreeMap<&str, &StreamFigures> {
    let mut streams = BTreeMap::new();
    for stream in &figures.streams {
        if figures.as_of.duration_since(stream.updated_at) < RETIRED_AFTER {
            streams.entry(stream.label.as_str()).or_insert(stream);
        }
    }
    streams
}

fn lag(facts: &Facts<'_>, thresholds: &Thresholds) -> Vec<Condition> {
    let limit = thresholds.lag.as_secs_f64();
    let behind = |(label, stream): (&str, &StreamFigures)| {
        let lag = facts.figures.age(stream.complete_through?);
        let name = match &stream.platform {
            Some(platform) => format!("{} ({label})", display_name(platform)),
            None => label.to_owned(),
        };
        (lag > limit).then(|| Condition {
            kind: Kind::Lag,
            subject: Some(label.to_owned()),
            value: lag,
            threshold: limit,
            unit: "seconds",
            message: Text::new(
                format!("{name} is loaded only to {} ago", english(lag)),
                format!("{name} mới nạp đến {} trước", vietnamese(lag)),
            ),
            hint: Text::new(
                "see why sync does not run or fails: the last runs say; `daybook doctor` tests the source",
                "xem các lần chạy gần nhất để biết vì sao sync không chạy hoặc lỗi; `daybook doctor` kiểm tra nguồn",
            ),
        })
    };
    streams_in_use(facts.figures)
        .into_iter()
        .filter_map(behind)
        .collect()
}

fn oplog(facts: &Facts<'_>, oplog: &Oplog, thresholds: &Thresholds) -> Vec<Condition> {
    let limit = thresholds.oplog_remaining.as_secs_f64();
    let near = |(label, stream): (&str, &StreamFigures)| {
        let remaining = oplog.remaining(stream)?;
        (remaining < limit).then(|| Condition {
            kind: Kind::Oplog,
            subject: Some(label.to_owned()),
            value: remaining,
            threshold: limit,
            unit: "seconds",
            message: Text::new(
                format!(
                    "MongoDB's oplog reaches back only {} behind what was read of {label}",
                    english(remaining)
                ),
                format!(
                    "oplog của MongoDB chỉ còn {} trước vị trí đã đọc của {label}",
                    vietnamese(remaining)
                ),
            ),
            hint: Text::new(
                "bring sync back before the place is lost, or enlarge the oplog (replSetResizeOplog); if it is lost, \
                 sync polls by ingest time instead",
                "khôi phục sync trước khi mất vị trí, hoặc tăng oplog (replSetResizeOplog); nếu mất, sync sẽ đọc lại theo \
                 thời điểm lưu",
            ),
        })
    };
    streams_in_use(facts.figures)
        .into_iter()
        .filter_map(near)
        .collect()
}

/// Silence is measured in what has been loaded: when loading itself is behind, that is another alert.
fn platform_silent(
    facts: &Facts<'_>,
    usual: &UsualGaps,
    thresholds: &Thresholds,
) -> Vec<Condition> {
    let silent = |platform: &str| {
        let (newest, through) = newest_and_through(facts.figures, usual, platform)?;
        let gap = usual.gap_after(platform, newest, facts.zone)?;
        let silence = through.duration_since(newest).as_secs_f64();
        let limit =
            (gap * thresholds.silence_factor as f64).max(thresholds.silence_floor.as_secs_f64());
        let name = display_name(platform);
        (silence > limit).then(|| Condition {
            kind: Kind::PlatformSilent,
            subject: Some(platform.to_owned()),
            value: silence,
            threshold: limit,
            unit: "seconds",
            message: Text::new(
                format!(
                    "{name} has been silent for {}; at this hour gaps are usually at most {}",
                    english(silence),
                    english(gap)
                ),
                format!(
                    "{name} im lặng {}; giờ này thường không quá {}",
                    vietnamese(silence),
                    vietnamese(gap)
                ),
            ),
            hint: Text::new(
                "check the collector that stores this marketplace's orders, then its token at the marketplace",
                "kiểm tra trình thu thập đơn của sàn này, rồi mã truy cập (token) của sàn",
            ),
        })
    };
    usual.platforms().filter_map(silent).collect()
}

/// When a marketplace was last heard of, and up to when everything it said has been loaded.
fn newest_and_through(
    figures: &Figures,
    usual: &UsualGaps,
    platform: &str,
) -> Option<(Timestamp, Timestamp)> {
    let in_use = streams_in_use(figures);
    let own: Vec<_> = in_use
        .values()
        .filter(|stream| stream.platform.as_deref() == Some(platform))
        .collect();
    let streams: Vec<_> = match own.is_empty() {
        false => own,
        // A collection that holds several marketplaces.
        true => in_use
            .values()
            .filter(|stream| stream.platform.is_none())
            .collect(),
    };
    let through = streams
        .iter()
        .filter_map(|stream| stream.complete_through)
        .min()?;
    let of_streams = streams
        .iter()
        .filter(|stream| stream.platform.is_some())
        .filter_map(|stream| stream.newest_document)
        .max();
    let newest = of_streams.max(usual.last_seen(platform))?;
    Some((newest, through))
}

fn quarantine(facts: &Facts<'_>, thresholds: &Thresholds) -> Vec<Condition> {
    let limit = thresholds.quarantine_per_hour;
    let too_many = |platform: &str, lately: u64| {
        let name = display_name(platform);
        (lately >= limit).then(|| Condition {
            kind: Kind::Quarantine,
            subject: Some(platform.to_owned()),
            value: lately as f64,
            threshold: limit as f64,
            unit: "documents",
            message: Text::new(
                format!(
                    "{} of {name} went into quarantine within an hour",
                    many(lately, "document", "documents")
                ),
                format!("{lately} tài liệu của {name} bị cách ly trong một giờ"),
            ),
            hint: Text::new(
                "`daybook quarantine list` groups them by reason; a new form of the marketplace's documents is likely",
                "`daybook quarantine list` nhóm theo lý do; có thể sàn đã đổi dạng dữ liệu",
            ),
        })
    };
    facts
        .figures
        .quarantine
        .iter()
        .filter_map(|one| too_many(&one.platform, one.lately))
        .collect()
}

fn divergence(facts: &Facts<'_>) -> Option<Condition> {
    let found = facts.figures.divergence.filter(|it| it.divergences > 0)?;
    let (run, rows) = (found.run, found.divergences);
    Some(Condition {
        kind: Kind::Divergence,
        subject: None,
        value: rows as f64,
        threshold: 0.0,
        unit: "rows",
        message: Text::new(
            format!(
                "validate (run {run}) found {}",
                many(
                    rows,
                    "row that differs from a recount",
                    "rows that differ from a recount"
                )
            ),
            format!("validate (lần chạy {run}) thấy {rows} dòng khác với số đếm lại"),
        ),
        hint: Text::new(
            "`daybook repair` mends them; then run `daybook validate` again: it resolves this when it finds none",
            "`daybook repair` sửa; sau đó chạy lại `daybook validate`: cảnh báo hết khi không còn khác biệt",
        ),
    })
}

/// Commands whose last run failed. A full disk is the same trouble for all of them, so it is one alert.
fn failing_jobs(facts: &Facts<'_>) -> Vec<Condition> {
    let (full, failing): (Vec<_>, Vec<_>) = facts
        .figures
        .commands
        .iter()
        .filter(|command| command.is_failing)
        .partition(|command| is_disk_full(command));
    let mut found: Vec<_> = failing.into_iter().map(failing_job).collect();
    found.extend(full.first().map(|command| disk_full(command, full.len())));
    found
}

fn is_disk_full(command: &CommandFigures) -> bool {
    command
        .error
        .as_deref()
        .is_some_and(|error| error.contains(DISK_FULL))
}

fn failing_job(failed: &CommandFigures) -> Condition {
    let (command, run) = (failed.name(), failed.run);
    let why = failed.error.as_deref().unwrap_or("some streams failed");
    Condition {
        kind: Kind::FailingJob,
        subject: Some(command.clone()),
        value: failed.last_day[2].1 as f64,
        threshold: 0.0,
        unit: "runs",
        message: Text::new(
            format!("{command} failed (run {run}): {why}"),
            format!("{command} thất bại (lần chạy {run}): {why}"),
        ),
        hint: Text::new(
            "run the command again; `daybook doctor` looks for the cause",
            "chạy lại lệnh; `daybook doctor` tìm nguyên nhân",
        ),
    }
}

fn disk_full(command: &CommandFigures, commands: usize) -> Condition {
    let (name, run) = (command.name(), command.run);
    Condition {
        kind: Kind::DiskFull,
        subject: None,
        value: commands as f64,
        threshold: 0.0,
        unit: "runs",
        message: Text::new(
            format!("PostgreSQL has no space left on its disk ({name}, run {run})"),
            format!("PostgreSQL hết dung lượng đĩa ({name}, lần chạy {run})"),
        ),
        hint: Text::new(
            "free space on the disk of PostgreSQL; loading goes on by itself where it stopped",
            "giải phóng đĩa của PostgreSQL; việc nạp tự tiếp tục từ chỗ dừng",
        ),
    }
}

fn journal_entries(facts: &Facts<'_>, thresholds: &Thresholds) -> Option<Condition> {
    let entries = facts.figures.journal_entries;
    (entries > thresholds.journal_entries).then(|| {
        journal(
            "entries",
            (entries as f64, thresholds.journal_entries as f64, "entries"),
            Text::new(
                format!(
                    "{entries} journal entries wait to be folded; live figures are exact, but slow"
                ),
                format!("{entries} mục nhật ký chờ gộp; số liệu trực tiếp vẫn đúng nhưng chậm"),
            ),
        )
    })
}

fn journal_age(facts: &Facts<'_>, thresholds: &Thresholds) -> Option<Condition> {
    let age = facts.figures.age(facts.figures.journal_oldest?);
    let limit = seconds(thresholds.journal_age);
    (age > limit).then(|| {
        journal(
            "age",
            (age, limit, "seconds"),
            Text::new(
                format!(
                    "the oldest journal entry has waited {} to be folded",
                    english(age)
                ),
                format!("mục nhật ký cũ nhất đã chờ gộp {}", vietnamese(age)),
            ),
        )
    })
}

fn journal(
    subject: &str,
    (value, threshold, unit): (f64, f64, &'static str),
    message: Text,
) -> Condition {
    Condition {
        kind: Kind::Journal,
        subject: Some(subject.to_owned()),
        value,
        threshold,
        unit,
        message,
        hint: Text::new(
            "see whether `daybook serve` runs and leads; `daybook aggregate` folds now",
            "xem `daybook serve` có đang chạy và giữ quyền điều phối không; `daybook aggregate` gộp ngay",
        ),
    }
}

fn snapshot(facts: &Facts<'_>, thresholds: &Thresholds) -> Option<Condition> {
    let holder = facts.figures.oldest_snapshot.as_ref()?;
    let limit = seconds(thresholds.snapshot_age);
    let (kind, name) = (&holder.kind, &holder.name);
    (holder.seconds > limit).then(|| Condition {
        kind: Kind::Snapshot,
        subject: None,
        value: holder.seconds,
        threshold: limit,
        unit: "seconds",
        message: Text::new(
            format!(
                "a {kind} ({name}) has held a snapshot of the database for {}: deleted rows pile up, and folding slows down",
                english(holder.seconds)
            ),
            format!(
                "{name} giữ snapshot của cơ sở dữ liệu {}: dòng đã xóa dồn lại, việc gộp chậm dần",
                vietnamese(holder.seconds)
            ),
        ),
        hint: Text::new(
            "end that session (pg_terminate_backend), or ROLLBACK PREPARED that transaction",
            "kết thúc phiên đó (pg_terminate_backend), hoặc ROLLBACK PREPARED giao dịch đó",
        ),
    })
}

fn seconds(duration: Duration) -> f64 {
    duration.as_secs_f64()
}
