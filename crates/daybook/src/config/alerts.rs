//! `[alerts]`: when something needs a person, and how people are told.

use std::collections::BTreeSet;
use std::time::Duration;

use super::{Reader, count, duration, setting};
use crate::secret::Secret;

/// When alerts fire, and where they are sent.
#[derive(Debug, Clone)]
pub struct Alerts {
    /// Where they are sent.
    pub channels: Channels,
    /// From where on each condition holds.
    pub thresholds: Thresholds,
    /// How long a condition must hold before its alert fires.
    pub hold: Duration,
    /// How long it must be gone before the alert is resolved.
    pub resolve_after: Duration,
}

/// Where alerts are sent. None of it has to be set.
#[derive(Debug, Clone)]
pub struct Channels {
    /// Takes the generic JSON.
    pub webhook_url: Option<Secret>,
    /// An incoming webhook of Slack.
    pub slack_url: Option<Secret>,
    /// A bot of Telegram, and the chat it writes to.
    pub telegram: Option<Telegram>,
    /// Hosts, in lower case, that may be reached without TLS and at private addresses.
    pub allow_hosts: BTreeSet<String>,
    /// Language of the messages that people read.
    pub language: Language,
    /// Where the dashboard is, for links; without a slash at the end.
    pub dashboard_url: Option<String>,
}

/// A bot of Telegram.
#[derive(Debug, Clone)]
pub struct Telegram {
    /// Root of the Bot API.
    pub api: String,
    /// The bot's token.
    pub token: Secret,
    /// The chat.
    pub chat: String,
}

/// A language that alerts are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// English.
    English,
    /// Vietnamese.
    Vietnamese,
}

/// From where on each condition holds.
#[derive(Debug, Clone)]
pub struct Thresholds {
    /// More days than this in the queue.
    pub queue_days: u64,
    /// How long after midnight yesterday may stay open.
    pub day_grace: Duration,
    /// How many times its usual gap a marketplace may be silent,
    pub silence_factor: u64,
    /// but never less than this.
    pub silence_floor: Duration,
    /// How far behind its source a stream may be.
    pub lag: Duration,
    /// How much of the oplog must be left behind the stored position.
    pub oplog_remaining: Duration,
    /// As many documents newly in quarantine within an hour, of one marketplace.
    pub quarantine_per_hour: u64,
    /// More journal entries than this,
    pub journal_entries: u64,
    /// or an entry older than this.
    pub journal_age: Duration,
    /// How long a transaction may hold a snapshot.
    pub snapshot_age: Duration,
}

impl Reader<'_> {
    pub(super) fn alerts(&mut self) -> Option<Alerts> {
        let channels = self.channels();
        let thresholds = self.thresholds();
        let hold = self.required(&setting::ALERTS_HOLD, duration);
        let resolve_after = self.required(&setting::ALERTS_RESOLVE_AFTER, duration);
        Some(Alerts {
            channels: channels?,
            thresholds: thresholds?,
            hold: hold?,
            resolve_after: resolve_after?,
        })
    }

    fn channels(&mut self) -> Option<Channels> {
        let webhook_url = self.optional(&setting::ALERTS_WEBHOOK_URL, secret_url);
        let slack_url = self.optional(&setting::ALERTS_SLACK_URL, secret_url);
        let telegram = self.telegram();
        let allow_hosts = self
            .optional(&setting::ALERTS_ALLOW_HOSTS, |text| Ok(hosts(text)))
            .unwrap_or_default();
        let dashboard_url = self.optional(&setting::ALERTS_DASHBOARD_URL, |text| {
            web_url(text).map(|url| url.trim_end_matches('/').to_owned())
        });
        let language = self.required(&setting::ALERTS_LANGUAGE, |text| match text {
            "en" => Ok(Language::English),
            "vi" => Ok(Language::Vietnamese),
            _ => Err("must be vi or en".to_owned()),
        });
        Some(Channels {
            webhook_url,
            slack_url,
            telegram,
            allow_hosts,
            language: language?,
            dashboard_url,
        })
    }

    /// Token and chat belong together: one without the other is a fault.
    fn telegram(&mut self) -> Option<Telegram> {
        let api = self.required(&setting::ALERTS_TELEGRAM_API, |text| {
            web_url(text).map(|url| url.trim_end_matches('/').to_owned())
        });
        let token = self.optional(&setting::ALERTS_TELEGRAM_TOKEN, token);
        let chat = self.optional(&setting::ALERTS_TELEGRAM_CHAT, |text| Ok(text.to_owned()));
        let is_set = |setting| self.layers.get(setting).is_some();
        let halves = (
            is_set(&setting::ALERTS_TELEGRAM_TOKEN),
            is_set(&setting::ALERTS_TELEGRAM_CHAT),
        );
        match halves {
            (true, false) => self.missing_half(
                &setting::ALERTS_TELEGRAM_TOKEN,
                &setting::ALERTS_TELEGRAM_CHAT,
            ),
            (false, true) => self.missing_half(
                &setting::ALERTS_TELEGRAM_CHAT,
                &setting::ALERTS_TELEGRAM_TOKEN,
            ),
            _ => {}
        }
        Some(Telegram {
            api: api?,
            token: token?,
            chat: chat?,
        })
    }

    fn missing_half(&mut self, given: &setting::Setting, missing: &setting::Setting) {
        let problem = format!("needs {} as well", missing.key);
        let _: Option<()> = self.optional(given, |_| Err(problem.clone()));
    }

    fn thresholds(&mut self) -> Option<Thresholds> {
        let queue_days = self.required(&setting::ALERTS_QUEUE_DAYS, number);
        let day_grace = self.required(&setting::ALERTS_DAY_GRACE, duration);
        let silence_factor =
            self.required(&setting::ALERTS_SILENCE_FACTOR, |text| count(text, 1..=100));
        let silence_floor = self.required(&setting::ALERTS_SILENCE_FLOOR, duration);
        let lag = self.required(&setting::ALERTS_LAG, duration);
        let oplog_remaining = self.required(&setting::ALERTS_OPLOG_REMAINING, duration);
        let quarantine_per_hour = self.required(&setting::ALERTS_QUARANTINE_PER_HOUR, |text| {
            count(text, 1..=1_000_000)
        });
        let journal_entries = self.required(&setting::ALERTS_JOURNAL_ENTRIES, number);
        let journal_age = self.required(&setting::ALERTS_JOURNAL_AGE, duration);
        let snapshot_age = self.required(&setting::ALERTS_SNAPSHOT_AGE, duration);
        Some(Thresholds {
            queue_days: queue_days?,
            day_grace: day_grace?,
            silence_factor: silence_factor? as u64,
            silence_floor: silence_floor?,
            lag: lag?,
            oplog_remaining: oplog_remaining?,
            quarantine_per_hour: quarantine_per_hour? as u64,
            journal_entries: journal_entries?,
            journal_age: journal_age?,
            snapshot_age: snapshot_age?,
        })
    }
}

fn number(text: &str) -> Result<u64, String> {
    count(text, 0..=1_000_000_000).map(|number| number as u64)
}

/// Faults about secrets never quote them.
fn secret_url(text: &str) -> Result<Secret, String> {
    web_url(text).map(Secret::new)
}

fn web_url(text: &str) -> Result<String, String> {
    let problem = || "is not an address such as https://host/path".to_owned();
    let url = reqwest::Url::parse(text).map_err(|_| problem())?;
    let is_web = matches!(url.scheme(), "https" | "http") && url.host_str().is_some();
    if !is_web {
        return Err(problem());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must not hold a user or a password".to_owned());
    }
    Ok(text.to_owned())
}

/// The token becomes a part of a path, so it must not be able to leave it.
fn token(text: &str) -> Result<Secret, String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, ':' | '_' | '-');
    if text.chars().all(is_plain) {
        Ok(Secret::new(text))
    } else {
        Err("is not a token such as 123456:ABC-DEF".to_owned())
    }
}

fn hosts(text: &str) -> BTreeSet<String> {
    text.split([',', ' '])
        .map(|host| host.trim_matches(['[', ']']).to_ascii_lowercase())
        .filter(|host| !host.is_empty())
        .collect()
}
