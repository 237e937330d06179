//! Loads orders: as they change, or at certain times. One job a marketplace.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use order_model::Platform;

use super::{Patience, SourceInUse, times};
use crate::app::App;
use crate::config::{SourceUrl, Times};
use crate::error::Error;
use crate::follow::{Ended, Follow, Pace, Progress, Stop};
use crate::load::LoadCounts;
use crate::pipeline::{self, Selection};
use crate::runs::{Outcome, Run};
use crate::source::Source;

/// How often a folder of dumps is read, which cannot be followed.
const DUMPS_EVERY: Duration = Duration::from_secs(15 * 60);
/// A part of the source that is loaded by itself.
#[derive(Debug, Clone, Copy)]
pub struct Part(Option<Platform>);

/// The parts: marketplaces, or the one collection that holds them all.
pub fn parts(app: &App) -> Vec<Part> {
    match app.config.collections.shared {
        Some(_) => vec![Part(None)],
        None => Platform::ALL
            .iter()
            .map(|platform| Part(Some(*platform)))
            .collect(),
    }
}

impl Part {
    fn selection(self) -> Selection {
        Selection {
            platform: self.0,
            ..Selection::default()
        }
    }

    /// As the run's row says it.
    fn parameters(self) -> serde_json::Value {
        match self.0 {
            Some(platform) => serde_json::json!({ "platform": platform.as_str() }),
            None => serde_json::json!({}),
        }
    }
}

/// Follows a part until it is time to stop.
pub async fn follow(app: Arc<App>, part: Part, source: Arc<SourceInUse>, stop: Stop) {
    let mut patience = Patience::new("sync");
    while !stop.is_due() {
        let Some(using) = stop.or(source.part()).await else {
            return;
        };
        let followed = match app.config.source() {
            Ok(SourceUrl::Folder(_)) => {
                let passed = stop.or(pass(&app, part)).await;
                drop(using);
                let Some(passed) = passed else { return };
                if passed.is_ok() && stop.or(tokio::time::sleep(DUMPS_EVERY)).await.is_none() {
                    return;
                }
                passed
            }
            _ => follow_once(&app, part, &source, &stop).await,
        };
        match followed {
            Ok(()) => patience.succeeded(),
            Err(error) => {
                if patience.after(&error, &stop).await.is_none() {
                    return;
                }
            }
        }
    }
}

/// One run of following: until it is time to stop, or somebody wants the source alone, or the source has grown.
async fn follow_once(
    app: &App,
    part: Part,
    source: &SourceInUse,
    stop: &Stop,
) -> Result<(), Error> {
    let run = Run::start_with(app, "sync", &part.parameters()).await?;
    let (stopper, until) = Stop::by_hand();
    let progress = Mutex::new(Progress::default());
    let work = async {
        let opened = Source::open(&app.config, app.config.source()?).await?;
        let selection = part.selection();
        if pipeline::selected(&opened, &selection).is_empty() {
            return wait_for_a_collection(app, &opened, &until).await;
        }
        let follow = Follow {
            app,
            source: &opened,
            selection: &selection,
            run: run.id,
            pace: Pace::default(),
            on_batch: &|_| {},
        };
        match follow.until(&until, &progress).await? {
            Ended::Stopped => {}
            Ended::SourceGrew => tracing::info!("the source has a collection more"),
        }
        Ok(())
    };
    let stepping_aside = async {
        tokio::select! {
            () = stop.due() => {}
            () = source.wanted_alone() => {}
        }
        stopper.stop();
        std::future::pending::<()>().await;
    };
    let result = tokio::select! {
        result = run.within(work) => result,
        () = stepping_aside => unreachable!("it never ends"),
    };
    let counts = progress
        .lock()
        .expect("nothing panics while it holds the lock")
        .counts;
    run.finish(result.map(|()| (counts, outcome(counts))))
        .await?;
    Ok(())
}

/// A marketplace that the seller is not on, or not yet, has no collection.
async fn wait_for_a_collection(app: &App, source: &Source, until: &Stop) -> Result<(), Error> {
    let Source::Mongo(mongo) = source else {
        return Ok(());
    };
    let known = source.streams().len();
    loop {
        if until
            .or(tokio::time::sleep(Pace::default().look_every))
            .await
            .is_none()
        {
            return Ok(());
        }
        if mongo.look_again(&app.config).await?.streams().len() > known {
            return Ok(());
        }
    }
}

/// Loads a part at its times, until it is time to stop.
pub async fn at_times(
    app: Arc<App>,
    part: Part,
    source: Arc<SourceInUse>,
    schedule: Times,
    stop: Stop,
) {
    let after = match times::last_start(&app, "sync").await {
        Ok(Some(last)) => last.to_zoned(app.clock.zone().clone()),
        // Never, or nobody knows: what is there is loaded without waiting.
        _ => app.clock.zoned() - jiff::SignedDuration::from_hours(24 * 366),
    };
    let work = || async {
        let _using = source.part().await;
        pass(&app, part).await
    };
    times::repeat(&app, "sync", &schedule, after, &stop, work).await;
}

/// One pass over a part, as a run of its own.
async fn pass(app: &App, part: Part) -> Result<(), Error> {
    let run = Run::start_with(app, "sync", &part.parameters()).await?;
    let loaded = run.within(load(app, &part.selection(), run.id)).await;
    run.finish(loaded.map(|counts| (counts, outcome(counts))))
        .await?;
    Ok(())
}

/// One pass over what is selected. Everything that can be loaded is, before a failure is told.
///
/// # Errors
/// The source or PostgreSQL fails.
pub async fn load(
    app: &App,
    selection: &Selection,
    run: crate::runs::RunId,
) -> Result<LoadCounts, Error> {
    let opened = Source::open(&app.config, app.config.source()?).await?;
    let reports = pipeline::sync(app, &opened, selection, run, &|_| {}).await?;
    for ((platform, warning), count) in reports.iter().flat_map(|report| &report.warnings) {
        tracing::warn!(
            platform = platform.as_str(),
            count,
            "{}",
            warning.describe()
        );
    }
    pipeline::total(reports)
}

/// A document that could not be read needs a person.
pub fn outcome(counts: LoadCounts) -> Outcome {
    Outcome::needs_attention(counts.quarantined > 0)
}
