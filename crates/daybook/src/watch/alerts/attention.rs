//! What needs a person at this moment, by the definition of the alerts: for `daybook status` and `/health`.
//!
//! Nothing has to hold for a while here, and nobody is told. What only the leader can tell, because it asks MongoDB or has
//! learnt how marketplaces usually behave, is taken from the alerts that it has fired.

use jiff::tz::TimeZone;
use serde::Serialize;
use tokio_postgres::Transaction;

use super::list::{Alert, list};
use super::rules::{Facts, judge};
use crate::config::Thresholds;
use crate::db::DatabaseError;
use crate::watch::figures::Figures;

/// Open alerts that are looked at: more than there are kinds and subjects.
const MOST: i64 = 500;

/// Something that needs a person, and what to do.
#[derive(Debug, Serialize)]
pub struct Attention {
    /// What.
    pub message: String,
    /// What to do.
    pub hint: String,
}

/// What needs a person.
///
/// # Errors
/// PostgreSQL refuses.
pub async fn attention(
    transaction: &Transaction<'_>,
    figures: &Figures,
    zone: &TimeZone,
    thresholds: &Thresholds,
) -> Result<Vec<Attention>, DatabaseError> {
    let facts = Facts {
        figures,
        zone,
        oplog: None,
        usual_gaps: None,
    };
    let judgement = judge(&facts, thresholds);
    let is_unknown = |alert: &Alert| {
        let mut unknown = judgement.unknown.iter();
        unknown.any(|kind| kind.as_str() == alert.kind)
    };
    let open = list(transaction, true, None, MOST).await?;
    let told = open.into_iter().filter(is_unknown).map(|alert| Attention {
        message: alert.message.en,
        hint: alert.hint.en,
    });
    let holds = judgement.conditions.iter().map(|condition| Attention {
        message: condition.message.en.clone(),
        hint: condition.hint.en.clone(),
    });
    Ok(holds.chain(told).chain(quarantined(figures)).collect())
}

/// Documents wait for a person from the first one on, but an alert is only worth what is unusual.
fn quarantined(figures: &Figures) -> Option<Attention> {
    let open: u64 = figures.quarantine.iter().map(|one| one.open).sum();
    (open > 0).then(|| Attention {
        message: format!("{open} documents are in quarantine"),
        hint: "`daybook quarantine list` says why".to_owned(),
    })
}
