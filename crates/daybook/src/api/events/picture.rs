//! What streams tell about, at one instant, and how two of them differ.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde::Serialize;
use sha2::{Digest, Sha256};
use tokio_postgres::types::Type;

use super::Message;
use crate::api::envelope::complete_through;
use crate::api::moment::Moment;
use crate::api::runs::RunBody;
use crate::db::DatabaseError;
use crate::http::{HttpState, Problem};
use crate::report::{Filter, Freshness, Measures, Range, Reader};
use crate::watch::alerts::{self, Alert};
use crate::watch::delivery::Event;

/// Business days that are told apart; a change of one before them is told as such.
const DAYS_APART: i64 = 400;
/// Runs that are looked at.
const RUNS: i64 = 20;
/// Alerts that are looked at: those with the latest news.
const ALERTS: i64 = 50;

/// The state of what streams tell about.
#[derive(Debug)]
pub struct Picture {
    /// Made of everything below: equal pictures have equal ones.
    pub id: String,
    /// The day it was made.
    pub today: Date,
    /// Fingerprints of the figures of each day; of all days before them under `None`.
    days: BTreeMap<Option<Date>, String>,
    /// The last runs: what is said of each.
    runs: BTreeMap<String, String>,
    /// The alerts with the latest news: what is said of each, by key and beginning.
    alerts: BTreeMap<(String, Timestamp), AlertBody>,
    as_of: Moment,
    complete_through: BTreeMap<String, Option<Moment>>,
    totals: Measures,
    platforms: BTreeMap<String, Measures>,
}

#[derive(Serialize)]
struct FiguresBody<'a> {
    as_of: &'a Moment,
    complete_through: &'a BTreeMap<String, Option<Moment>>,
    stat_date: Date,
    totals: &'a Measures,
    platforms: &'a BTreeMap<String, Measures>,
    /// Null: any day can have changed.
    changed_days: Option<&'a BTreeSet<Date>>,
    earlier_days_changed: bool,
}

/// An alert that fired or was resolved, in the fields of `/alerts`.
#[derive(Debug, Serialize)]
struct AlertBody {
    event: &'static str,
    #[serde(flatten)]
    alert: Alert,
}

#[derive(Serialize)]
struct FreshnessBody {
    as_of: Moment,
    complete_through: BTreeMap<String, Option<Moment>>,
}

impl Picture {
    /// Looks at everything.
    ///
    /// # Errors
    /// PostgreSQL refuses.
    pub async fn take(state: &HttpState, reader: &Reader<'_>) -> Result<Self, Problem> {
        let today = reader.today();
        let first = today.saturating_sub(DAYS_APART.days());
        let days = reader.fingerprints(first).await?;
        let range = Range::day(today);
        let all = Filter::default();
        let totals = reader.totals(&range, &all).await?;
        let platforms = reader.by_platform(&range, &all).await?;
        let zone = state.app.clock.zone();
        let freshness = reader.freshness().await?;
        let mut picture = Self {
            id: String::new(),
            today,
            days,
            runs: runs(state, reader).await?,
            alerts: latest_alerts(reader).await?,
            as_of: Moment::by_clock(reader.as_of(), zone),
            complete_through: complete_through(&freshness, zone),
            totals: totals.map(|row| row.measures).unwrap_or_default(),
            platforms: platforms
                .into_iter()
                .filter_map(|row| Some((row.platform?, row.measures)))
                .collect(),
        };
        picture.id = picture.fingerprint();
        Ok(picture)
    }

    fn fingerprint(&self) -> String {
        let mut digest = Sha256::new();
        digest.update(format!("{:?}{:?}{:?}", self.today, self.days, self.runs));
        for (alert, told) in &self.alerts {
            digest.update(format!("{alert:?}{}", told.event));
        }
        let digest = digest.finalize();
        let bytes: [u8; 16] = std::array::from_fn(|at| digest[at]);
        format!("{:032x}", u128::from_be_bytes(bytes))
    }

    /// The figures of today, for somebody who may have missed anything.
    pub fn whole(&self) -> Message {
        self.figures(None, true)
    }

    /// What somebody who knows an earlier picture has to hear.
    pub fn since(&self, earlier: &Self) -> Vec<Message> {
        let all: BTreeSet<_> = self.days.keys().chain(earlier.days.keys()).collect();
        let changed = all
            .into_iter()
            .filter(|day| self.days.get(*day) != earlier.days.get(*day));
        let mut days = BTreeSet::new();
        let mut earlier_days = false;
        for day in changed {
            match day {
                Some(day) => _ = days.insert(*day),
                None => earlier_days = true,
            }
        }
        let mut messages = Vec::new();
        if !days.is_empty() || earlier_days || self.today != earlier.today {
            messages.push(self.figures(Some(&days), earlier_days));
        }
        for (run, told) in &self.runs {
            if earlier.runs.get(run) != Some(told) {
                messages.push(Message {
                    event: "run",
                    id: Some(self.id.clone()),
                    data: told.clone(),
                });
            }
        }
        for (alert, told) in &self.alerts {
            let known = earlier.alerts.get(alert).map(|known| known.event);
            // One that was over before anybody looked is told once, as resolved.
            if known != Some(told.event) {
                messages.push(Message {
                    event: "alert",
                    id: Some(self.id.clone()),
                    data: serde_json::to_string(told).expect("alerts are plain data"),
                });
            }
        }
        messages
    }

    fn figures(
        &self,
        changed_days: Option<&BTreeSet<Date>>,
        earlier_days_changed: bool,
    ) -> Message {
        let body = FiguresBody {
            as_of: &self.as_of,
            complete_through: &self.complete_through,
            stat_date: self.today,
            totals: &self.totals,
            platforms: &self.platforms,
            changed_days,
            earlier_days_changed,
        };
        Message {
            event: "figures",
            id: Some(self.id.clone()),
            data: serde_json::to_string(&body).expect("figures are plain data"),
        }
    }
}

/// Through when the figures are complete, for whoever waits without news.
pub fn freshness(state: &HttpState, freshness: &Freshness) -> Message {
    let zone = state.app.clock.zone();
    let body = FreshnessBody {
        as_of: Moment::by_clock(freshness.as_of, zone),
        complete_through: complete_through(freshness, zone),
    };
    Message {
        event: "freshness",
        // Nothing that could be missed.
        id: None,
        data: serde_json::to_string(&body).expect("freshness is plain data"),
    }
}

async fn runs(state: &HttpState, reader: &Reader<'_>) -> Result<BTreeMap<String, String>, Problem> {
    let failed = DatabaseError::statement("read the runs");
    let nothing: Option<&str> = None;
    let rows = reader
        .transaction()
        .query_typed(
            include_str!("../runs.sql"),
            &[
                (&nothing, Type::TEXT),
                (&nothing, Type::TEXT),
                (&None::<i64>, Type::INT8),
                (&RUNS, Type::INT8),
            ],
        )
        .await
        .map_err(&failed)?;
    let mut runs = BTreeMap::new();
    for row in &rows {
        let run = RunBody::from_row(row, state.app.clock.zone()).map_err(&failed)?;
        let told = serde_json::to_string(&run).expect("runs are plain data");
        runs.insert(run.id, told);
    }
    Ok(runs)
}

async fn latest_alerts(
    reader: &Reader<'_>,
) -> Result<BTreeMap<(String, Timestamp), AlertBody>, DatabaseError> {
    let alerts = alerts::latest(reader.transaction(), ALERTS).await?;
    let told = |alert: Alert| {
        let event = match alert.resolved_at {
            Some(_) => Event::Resolved,
            None => Event::Fired,
        };
        let known_by = (alert.key.clone(), alert.began_at);
        let event = event.as_str();
        (known_by, AlertBody { event, alert })
    };
    Ok(alerts.into_iter().map(told).collect())
}
