//! What needs a person at this moment, by the definition of the alerts: for `daybook status`, `/health` and the dashboard.
//!
//! Nothing has to hold for a while here, and nobody is told. What only the leader can tell, because it asks MongoDB or has
//! learnt how marketplaces usually behave, is taken from the alerts that it has fired.

use jiff::tz::TimeZone;
use tokio_postgres::Transaction;

use super::condition::Text;
use super::kind::Severity;
use super::list::{Alert, list};
use super::rules::{Facts, judge, many};
use crate::config::Thresholds;
use crate::db::DatabaseError;
use crate::watch::delivery::Both;
use crate::watch::figures::Figures;

/// Open alerts that are looked at: more than there are kinds and subjects.
const MOST: i64 = 500;

/// Something that needs a person, and what to do.
#[derive(Debug)]
pub struct Attention {
    /// How bad it is.
    pub severity: Severity,
    /// What.
    pub message: Text,
    /// What to do.
    pub hint: Text,
}

/// What needs a person, the worst first.
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
    let open = list(transaction, true, None, MOST).await?;
    let told = judgement.unknown.iter().flat_map(|kind| {
        let of_kind = |alert: &&Alert| alert.kind == kind.as_str();
        open.iter().filter(of_kind).map(|alert| Attention {
            severity: kind.severity(),
            message: text(&alert.message),
            hint: text(&alert.hint),
        })
    });
    let holds = judgement.conditions.iter().map(|condition| Attention {
        severity: condition.kind.severity(),
        message: condition.message.clone(),
        hint: condition.hint.clone(),
    });
    let mut all: Vec<_> = holds.chain(told).chain(quarantined(figures)).collect();
    all.sort_by_key(|attention| attention.severity != Severity::Critical);
    Ok(all)
}

/// Documents wait for a person from the first one on, but an alert is only worth what is unusual.
fn quarantined(figures: &Figures) -> Option<Attention> {
    let open: u64 = figures.quarantine.iter().map(|one| one.open).sum();
    (open > 0).then(|| Attention {
        severity: Severity::Warning,
        message: Text::new(
            many(
                open,
                "document is in quarantine",
                "documents are in quarantine",
            ),
            format!("{open} tài liệu bị cách ly"),
        ),
        hint: Text::new(
            "`daybook quarantine list` says why; they are not in the figures",
            "`daybook quarantine list` nói lý do; chưa được tính vào số liệu",
        ),
    })
}

fn text(both: &Both) -> Text {
    Text::new(both.en.as_str(), both.vi.as_str())
}
