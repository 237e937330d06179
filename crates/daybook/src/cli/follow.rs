//! `daybook sync --follow`: loads what changes in the source until it is stopped.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use serde::Serialize;

use super::Exit;
use super::output::Output;
use super::table::{count, plural};
use crate::aggregate::Keeper;
use crate::app::App;
use crate::error::Error;
use crate::follow::{Ended, Follow, Pace, Progress, Stop};
use crate::load::LoadCounts;
use crate::pipeline::Selection;
use crate::runs::{Run, RunId};
use crate::source::Source;

/// How often a line is printed for machines while something happens.
const LINE_EVERY: Duration = Duration::from_secs(1);
/// How often a line is printed for people while something happens.
const TELL_EVERY: Duration = Duration::from_secs(10);

/// How often marked days are computed meanwhile.
const DRAIN_EVERY: Duration = Duration::from_secs(10);

/// A line of `--format json`: everything since the start.
#[derive(Debug, Serialize)]
struct Line {
    run: RunId,
    #[serde(flatten)]
    counts: LoadCounts,
    deleted: u64,
    complete_through: Option<jiff::Timestamp>,
    /// Whether this is the last line.
    stopped: bool,
}

impl Line {
    fn of(run: RunId, progress: &Progress, stopped: bool) -> Self {
        Self {
            run,
            counts: progress.counts,
            deleted: progress.deleted,
            complete_through: progress.complete_through,
            stopped,
        }
    }

    fn text(&self) -> String {
        let counts = &self.counts;
        format!(
            "{} read: {} inserted, {} updated, {} unchanged, {} stale, {} quarantined",
            plural(counts.read, "document", "documents"),
            count(counts.inserted),
            count(counts.updated),
            count(counts.unchanged),
            count(counts.stale),
            count(counts.quarantined),
        )
    }
}

/// Follows until SIGTERM or SIGINT.
pub async fn follow(app: &App, selection: &Selection, output: &Output) -> Result<Exit, Error> {
    let stop = Stop::at_signals();
    let run = Run::start(app, "sync").await?;
    let id = run.id;
    let told_at = Mutex::new(Instant::now());
    let tell = |progress: &Progress| {
        let every = if output.is_text() {
            TELL_EVERY
        } else {
            LINE_EVERY
        };
        let mut told_at = told_at
            .lock()
            .expect("nothing panics while it holds the lock");
        if told_at.elapsed() < every {
            return;
        }
        *told_at = Instant::now();
        let line = Line::of(id, progress, false);
        if output.is_text() {
            tracing::info!("{}", line.text());
        } else {
            output.print_line(&line);
        }
    };
    let progress = Mutex::new(Progress::default());
    let work = async {
        loop {
            let source = Source::open(&app.config, app.config.source()?).await?;
            let follow = Follow {
                app,
                source: &source,
                selection,
                run: id,
                pace: Pace::default(),
                on_batch: &tell,
            };
            match follow.until(&stop, &progress).await? {
                Ended::Stopped => break,
                Ended::SourceGrew => tracing::info!("the source has a collection more"),
            }
        }
        let progress = progress
            .lock()
            .expect("nothing panics while it holds the lock");
        let exit = Exit::needs_person(progress.counts.quarantined > 0);
        Ok((Line::of(id, &progress, true), exit))
    };
    let keeper = Keeper {
        app,
        run: id,
        drain_every: Some(DRAIN_EVERY),
        on_fold: &|_| {},
    };
    let work = tokio::select! {
        result = run.within(work) => result,
        never = keeper.keep() => match never {},
    };
    let (line, exit) = run.finish_with(work, |line| &line.counts).await?;
    if output.is_text() {
        output.print(&line, |line| format!("stopped; {}", line.text()));
    } else {
        output.print_line(&line);
    }
    Ok(exit)
}
