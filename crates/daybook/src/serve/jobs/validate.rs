//! The review of the figures: the last days against a recount, with the report kept.

use std::sync::Arc;

use jiff::ToSpan;
use jiff::civil::Date;
use serde::Serialize;
use tokio_postgres::types::Type;

use super::{Patience, times};
use crate::app::App;
use crate::audit::{Report, compare_statistics};
use crate::config::Times;
use crate::db::DatabaseError;
use crate::error::Error;
use crate::follow::Stop;
use crate::runs::{Outcome, Run, RunId};

/// What goes into the run's row.
#[derive(Debug, Serialize)]
pub struct Reviewed {
    rows: u64,
    orders: u64,
    divergences: usize,
}

/// Works at its times, until it is time to stop.
pub async fn at_times(app: Arc<App>, schedule: Times, stop: Stop) {
    let mut patience = Patience::new("validate");
    loop {
        // Asked anew each time: another process may have led meanwhile, and somebody may have asked for a review by hand.
        let last = match times::last_start(&app, "validate").await {
            Ok(last) => last,
            Err(error) => match patience.after(&error, &stop).await {
                Some(()) => continue,
                None => return,
            },
        };
        let after = last.map_or_else(
            || app.clock.zoned(),
            |last| last.to_zoned(app.clock.zone().clone()),
        );
        if times::wait(&app, &schedule, &after, &stop).await.is_none() {
            return;
        }
        match stop.or(once(&app)).await {
            None => return,
            Some(Ok(())) => patience.succeeded(),
            Some(Err(error)) => {
                if patience.after(&error, &stop).await.is_none() {
                    return;
                }
            }
        }
    }
}

async fn once(app: &App) -> Result<(), Error> {
    let today = app.clock.today();
    let from = today.saturating_sub((app.config.schedule.validate_days - 1).days());
    let run = Run::start(app, "validate").await?;
    let reviewed = run
        .within(review(app, Some(from), Some(today), run.id))
        .await;
    run.finish(reviewed).await?;
    Ok(())
}

/// Compares a range of days with a recount, and keeps the report.
///
/// # Errors
/// PostgreSQL refuses.
pub async fn review(
    app: &App,
    from: Option<Date>,
    to: Option<Date>,
    run: RunId,
) -> Result<(Reviewed, Outcome), Error> {
    let mut client = app.connect().await?;
    let as_of = app.clock.now();
    let compared = compare_statistics(app, &mut client, from, to).await?;
    let report = Report::new(as_of, (from, to), compared, None);
    let divergences = report.divergence_count();
    let text = serde_json::to_value(&report).expect("a report is plain data");
    client
        .execute_typed(
            include_str!("keep_report.sql"),
            &[
                (&run, Type::INT8),
                (&as_of, Type::TIMESTAMPTZ),
                (&i64::try_from(divergences).unwrap_or(i64::MAX), Type::INT8),
                (&text, Type::JSONB),
            ],
        )
        .await
        .map_err(DatabaseError::statement("keep the report"))?;
    let reviewed = Reviewed {
        rows: report.statistics.rows,
        orders: report.statistics.orders,
        divergences,
    };
    Ok((reviewed, Outcome::needs_attention(divergences > 0)))
}
