//! Which of the processes leads, and what happens at the change.

mod lease;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use self::lease::Candidate;
use super::jobs;
use crate::app::App;
use crate::error::Error;
use crate::follow::Stop;
use crate::watch::Watch;

/// How often a process that does not lead looks whether nobody does.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How long the work of a leader that stops in order may take to end.
const GRACE: Duration = Duration::from_secs(5);

/// The lead of this process, for those who show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leading {
    /// Its term.
    pub term: i64,
}

/// Leads whenever nobody else does, until it is time to stop.
pub async fn lead(
    app: Arc<App>,
    watching: Arc<Watch>,
    stop: Stop,
    shown: watch::Sender<Option<Leading>>,
) {
    let candidate = Candidate::new(Arc::clone(&app));
    let mut client = None;
    while !stop.is_due() {
        match stop.or(candidate.take_over(&mut client)).await {
            None => break,
            Some(Ok(Some(term))) => {
                tracing::info!(term, "this process leads now");
                shown.send_replace(Some(Leading { term }));
                serve_term(&app, &watching, &candidate, term, &stop).await;
                shown.send_replace(None);
                tracing::info!(term, "this process leads no more");
            }
            Some(Ok(None)) => {}
            Some(Err(error)) => tell(&error),
        }
        if stop.or(tokio::time::sleep(LOOK_EVERY)).await.is_none() {
            break;
        }
    }
}

/// Works until the term is over, one way or the other.
async fn serve_term(
    app: &App,
    watching: &Arc<Watch>,
    candidate: &Candidate,
    term: i64,
    stop: &Stop,
) {
    let app = Arc::new(app.of_term(term));
    let (stopper, end_of_term) = Stop::by_hand();
    let mut work = tokio::spawn(jobs::work(
        Arc::clone(&app),
        Arc::clone(watching),
        end_of_term,
    ));
    tokio::select! {
        () = candidate.keep(term) => {
            // Somebody else may lead already: whatever is under way is dropped here and now.
            work.abort();
            let _ = work.await;
            return;
        }
        ended = &mut work => {
            if let Err(error) = ended {
                tracing::error!(%error, "the work of the leader broke off; somebody else may try");
            }
        }
        () = stop.due() => {
            stopper.stop();
            if tokio::time::timeout(GRACE, &mut work).await.is_err() {
                work.abort();
                let _ = work.await;
            }
        }
    }
    if let Err(error) = candidate.give_up(term).await {
        tell(&error);
    }
}

fn tell(error: &Error) {
    tracing::warn!(
        reason = error.in_one_line(),
        "the lead could not be looked at; trying again"
    );
}
