//! From what holds now, and what was known before, to what changes: pure, so that every order of events can be tested.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::condition::Condition;
use super::kind::Kind;
use super::rules::Judgement;

/// How often the row of an alert is refreshed while nothing happens.
const REFRESH_EVERY: SignedDuration = SignedDuration::from_secs(60);

/// An alert that has begun and is not resolved.
#[derive(Debug, Clone, PartialEq)]
pub struct Open {
    /// Its condition.
    pub key: String,
    /// Kind, as stored.
    pub kind: String,
    /// When the condition was first seen.
    pub began_at: Timestamp,
    /// When it was last seen.
    pub last_seen_at: Timestamp,
    /// Since when it has been gone.
    pub clear_since: Option<Timestamp>,
    /// When it fired.
    pub fired_at: Option<Timestamp>,
}

/// Something that changes.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// A condition is seen for the first time.
    Begin(Condition),
    /// It has held long enough: people are told.
    Fire {
        /// The alert.
        began_at: Timestamp,
        /// What holds.
        condition: Condition,
    },
    /// It still holds, or holds again.
    Refresh {
        /// The alert.
        began_at: Timestamp,
        /// What holds.
        condition: Condition,
    },
    /// It is gone before anybody was told.
    Forget(Open),
    /// It is gone, perhaps for a moment only.
    Clear(Open),
    /// It has been gone long enough: people are told.
    Resolve(Open),
}

/// How patient the machine is.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// How long a condition must hold before it fires.
    pub hold: Duration,
    /// How long it must be gone before it is resolved.
    pub resolve_after: Duration,
}

/// What changes.
pub fn step(open: &[Open], judgement: Judgement, pace: Pace, now: Timestamp) -> Vec<Change> {
    let mut known: BTreeMap<&str, &Open> =
        open.iter().map(|open| (open.key.as_str(), open)).collect();
    let mut changes = Vec::new();
    for condition in judgement.conditions {
        match known.remove(condition.key().as_str()) {
            None => changes.push(Change::Begin(condition)),
            Some(open) => changes.extend(holds(open, condition, pace, now)),
        }
    }
    let is_unknown = |open: &Open| {
        let unknown = &judgement.unknown;
        unknown.iter().any(|kind: &Kind| kind.as_str() == open.kind)
    };
    let gone = known.into_values().filter(|open| !is_unknown(open));
    changes.extend(gone.filter_map(|open| is_gone(open, pace, now)));
    changes
}

fn holds(open: &Open, condition: Condition, pace: Pace, now: Timestamp) -> Option<Change> {
    let began_at = open.began_at;
    if open.fired_at.is_none() && has_passed(began_at, pace.hold, now) {
        return Some(Change::Fire {
            began_at,
            condition,
        });
    }
    let is_due = now.duration_since(open.last_seen_at).abs() >= REFRESH_EVERY;
    (is_due || open.clear_since.is_some()).then_some(Change::Refresh {
        began_at,
        condition,
    })
}

fn is_gone(open: &Open, pace: Pace, now: Timestamp) -> Option<Change> {
    if open.fired_at.is_none() {
        return Some(Change::Forget(open.clone()));
    }
    let since = open.clear_since.unwrap_or(now);
    if has_passed(since, pace.resolve_after, now) {
        Some(Change::Resolve(open.clone()))
    } else {
        open.clear_since
            .is_none()
            .then(|| Change::Clear(open.clone()))
    }
}

/// Whether so much time has passed since an instant. One that is in the future was written before the clock was set back; to
/// wait for it could take as long as the clock was wrong, so it counts as passed.
fn has_passed(since: Timestamp, patience: Duration, now: Timestamp) -> bool {
    let passed = now.duration_since(since);
    passed.is_negative()
        || passed >= SignedDuration::try_from(patience).unwrap_or(SignedDuration::MAX)
}

#[cfg(test)]
mod tests {
    use std::slice::from_ref;

    use super::super::condition::Text;
    use super::*;

    const PACE: Pace = Pace {
        hold: Duration::from_secs(60),
        resolve_after: Duration::from_secs(120),
    };

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + second).unwrap()
    }

    fn condition() -> Condition {
        Condition {
            kind: Kind::Lag,
            subject: Some("orders".to_owned()),
            value: 1.0,
            threshold: 0.0,
            unit: "seconds",
            message: Text::new("m", "m"),
            hint: Text::new("h", "h"),
        }
    }

    fn holding() -> Judgement {
        Judgement {
            conditions: vec![condition()],
            unknown: Vec::new(),
        }
    }

    fn open(fired: Option<i64>, clear: Option<i64>) -> Open {
        Open {
            key: "lag:orders".to_owned(),
            kind: "lag".to_owned(),
            began_at: at(0),
            last_seen_at: at(0),
            clear_since: clear.map(at),
            fired_at: fired.map(at),
        }
    }

    #[test]
    fn a_condition_fires_once_it_has_held_and_not_before() {
        assert_eq!(
            step(&[], holding(), PACE, at(0)),
            [Change::Begin(condition())]
        );
        assert_eq!(step(&[open(None, None)], holding(), PACE, at(59)), []);
        let fire = Change::Fire {
            began_at: at(0),
            condition: condition(),
        };
        assert_eq!(step(&[open(None, None)], holding(), PACE, at(60)), [fire]);
        assert_eq!(step(&[open(Some(60), None)], holding(), PACE, at(59)), []);
    }

    #[test]
    fn one_that_does_not_hold_is_forgotten() {
        let pending = open(None, None);
        let changes = step(from_ref(&pending), Judgement::default(), PACE, at(30));
        assert_eq!(changes, [Change::Forget(pending)]);
    }

    #[test]
    fn an_alert_is_resolved_once_it_has_been_gone_and_a_relapse_starts_over() {
        let gone = Judgement::default;
        let firing = open(Some(60), None);
        let changes = step(from_ref(&firing), gone(), PACE, at(100));
        assert_eq!(changes, [Change::Clear(firing)]);
        let clearing = open(Some(60), Some(100));
        assert_eq!(step(from_ref(&clearing), gone(), PACE, at(219)), []);
        let refresh = Change::Refresh {
            began_at: at(0),
            condition: condition(),
        };
        assert_eq!(
            step(from_ref(&clearing), holding(), PACE, at(150)),
            [refresh]
        );
        let changes = step(from_ref(&clearing), gone(), PACE, at(220));
        assert_eq!(changes, [Change::Resolve(clearing)]);
    }

    #[test]
    fn what_nobody_can_tell_neither_begins_nor_ends() {
        let unknown = Judgement {
            conditions: Vec::new(),
            unknown: vec![Kind::Lag],
        };
        assert_eq!(
            step(&[open(Some(60), Some(61))], unknown, PACE, at(900)),
            []
        );
    }

    #[test]
    fn a_clock_that_was_set_back_keeps_nobody_waiting() {
        let firing = open(Some(60), Some(3_600));
        let changes = step(from_ref(&firing), Judgement::default(), PACE, at(10));
        assert_eq!(changes, [Change::Resolve(firing)]);
    }
}
