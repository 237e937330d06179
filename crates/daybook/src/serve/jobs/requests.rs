//! Does what people ask for, one request after the other, in the order they came.

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use tokio_postgres::Client;
use tokio_postgres::types::Type;

use super::{Patience, SourceInUse, sync, validate};
use crate::aggregate::{Rebuilt, Scope, close_days, rebuild};
use crate::app::App;
use crate::audit;
use crate::db::{DatabaseError, kept};
use crate::error::Error;
use crate::follow::Stop;
use crate::pipeline::Selection;
use crate::quarantine::{self, Filter};
use crate::runs::request::Request;
use crate::runs::{Outcome, Run, RunId};
use crate::source::Source;

/// How often it is looked whether somebody asks for something.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Serves requests until it is time to stop.
pub async fn serve(app: Arc<App>, source: Arc<SourceInUse>, stop: Stop) {
    let mut patience = Patience::new("requests");
    let mut client = None;
    while !stop.is_due() {
        let served = stop.or(next(&app, &source, &mut client)).await;
        match served {
            None => return,
            Some(Ok(true)) => patience.succeeded(),
            Some(Ok(false)) => {
                if stop.or(tokio::time::sleep(LOOK_EVERY)).await.is_none() {
                    return;
                }
            }
            Some(Err(error)) => {
                client = None;
                if patience.after(&error, &stop).await.is_none() {
                    return;
                }
            }
        }
    }
}

/// Takes the oldest request and serves it. False when there is none.
async fn next(app: &App, source: &SourceInUse, client: &mut Option<Client>) -> Result<bool, Error> {
    let taken = kept(client, app.database.connect())
        .await?
        .query_typed_opt(
            include_str!("take_request.sql"),
            &[
                (&app.database.term(), Type::INT8),
                (&app.clock.now(), Type::TIMESTAMPTZ),
            ],
        )
        .await
        .map_err(DatabaseError::statement("take a request"))?;
    let Some(row) = taken else { return Ok(false) };
    let run = Run::resume(app, RunId(row.get("id"))).await?;
    let (command, parameters): (String, serde_json::Value) =
        (row.get("command"), row.get("parameters"));
    tracing::info!(run = %run.id, command, "a request is served");
    let result = match Request::parse(&command, parameters) {
        Ok(request) => run.within(perform(app, source, request, run.id)).await,
        Err(problem) => Err(Error::Usage(problem)),
    };
    // That it failed is told in the run, to whoever asked.
    match run.finish(result).await {
        Err(error) if is_about_the_lead(&error) => Err(error),
        _ => Ok(true),
    }
}

fn is_about_the_lead(error: &Error) -> bool {
    matches!(error, Error::Database(error) if error.is_not_leading())
}

/// What a request did, in the field names of the command's JSON output.
type Done = (serde_json::Value, Outcome);

async fn perform(
    app: &App,
    source: &SourceInUse,
    request: Request,
    run: RunId,
) -> Result<Done, Error> {
    match request {
        Request::Sync { platform } => {
            let _alone = source.alone().await;
            let selection = Selection {
                platform,
                ..Selection::default()
            };
            let counts = sync::load(app, &selection, run).await?;
            Ok(done(&counts, sync::outcome(counts)))
        }
        Request::Rebuild { from, to } => {
            let rebuilt = rebuild_range(app, &Scope::Range(from, to), run).await?;
            Ok(done(&rebuilt, Outcome::Succeeded))
        }
        Request::Validate { from, to } => {
            let (reviewed, outcome) = validate::review(app, from, to, run).await?;
            Ok(done(&reviewed, outcome))
        }
        Request::Repair { from, to } => {
            let mut client = app.connect().await?;
            let compared = audit::compare_statistics(app, &mut client, from, to).await?;
            let report = audit::Report::new(app.clock.now(), (from, to), compared, None);
            let repaired = audit::repair(app, None, &report, run).await?;
            Ok(done(&repaired, Outcome::Succeeded))
        }
        Request::Replay { id, reason } => {
            let _alone = source.alone().await;
            let opened = Source::open(&app.config, app.config.source()?).await?;
            let filter = Filter {
                id,
                reason,
                ..Filter::default()
            };
            let replayed = quarantine::replay(app, &opened, &filter, run).await?;
            let outcome = Outcome::needs_attention(replayed.remaining > 0);
            Ok(done(&replayed, outcome))
        }
    }
}

async fn rebuild_range(app: &App, scope: &Scope, run: RunId) -> Result<Rebuilt, Error> {
    let rebuilt = rebuild(app, scope, run).await?;
    close_days(app, &mut app.connect().await?).await?;
    Ok(rebuilt)
}

fn done(counts: &impl Serialize, outcome: Outcome) -> Done {
    let counts = serde_json::to_value(counts).expect("counts are plain numbers");
    (counts, outcome)
}
