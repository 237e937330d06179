//! Orders that arrive while somebody looks: more of them than the shops of the demo usually have, or the page would hardly
//! move.

use std::collections::VecDeque;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use bson::Document;
use jiff::civil::DateTime;
use jiff::{SignedDuration, Timestamp, ToSpan};
use order_samples::{Documents, Plan};

use crate::app::App;
use crate::config::SourceUrl;
use crate::error::Error;
use crate::follow::Stop;
use crate::load::LoadCounts;
use crate::pipeline::{self, Selection};
use crate::runs::{Outcome, Run};
use crate::source::Source;

/// How often what has come in is loaded.
const LOAD_EVERY: Duration = Duration::from_secs(2);
/// Documents that are to come in within the first hour: one every five seconds.
const WANTED_IN_AN_HOUR: u64 = 720;
/// How far ahead the orders are planned; then they are planned anew.
const PLANNED_AHEAD: SignedDuration = SignedDuration::from_hours(3);
/// A day with so many orders is planned to see how many of them come in the first hour.
const TRIAL: u64 = 4_000;

/// Lets orders arrive until it is time to stop.
///
/// # Errors
/// A file cannot be written, or PostgreSQL fails.
pub async fn keep_arriving(app: &App, dir: &Path, stop: &Stop) -> Result<(), Error> {
    let folder = dir.join("arriving");
    clear(&folder)?;
    let run = Run::start(app, "sync").await?;
    let arriving = Arriving {
        app,
        folder,
        stop,
        run: &run,
    };
    let loaded = arriving.load_as_they_come().await;
    run.finish(loaded.map(|counts| (counts, Outcome::Succeeded)))
        .await?;
    Ok(())
}

struct Arriving<'a> {
    app: &'a App,
    folder: PathBuf,
    stop: &'a Stop,
    run: &'a Run<'a>,
}

impl Arriving<'_> {
    async fn load_as_they_come(&self) -> Result<LoadCounts, Error> {
        let mut total = LoadCounts::default();
        let mut coming = VecDeque::new();
        let mut planned_until = Timestamp::MIN;
        loop {
            let now = self.app.clock.now();
            if now >= planned_until {
                coming = self.plan(now);
                planned_until = now + PLANNED_AHEAD;
            }
            let due = coming.partition_point(|arrival: &Arrival| arrival.at <= now);
            if due > 0 {
                store(&self.folder, coming.drain(..due))?;
                total += self.load().await?;
            }
            if self.stop.or(tokio::time::sleep(LOAD_EVERY)).await.is_none() {
                return Ok(total);
            }
        }
    }

    fn plan(&self, now: Timestamp) -> VecDeque<Arrival> {
        let plan = |orders| self.arrivals(orders, now);
        let soon = now + SignedDuration::from_hours(1);
        let of_trial = plan(TRIAL).partition_point(|arrival| arrival.at <= soon) as u64;
        // At night hardly anybody orders: then a busier shop is planned.
        plan((TRIAL * WANTED_IN_AN_HOUR / of_trial.max(1)).min(20 * TRIAL))
    }

    /// What comes in of a day with so many orders, from now on.
    fn arrivals(&self, orders: u64, now: Timestamp) -> VecDeque<Arrival> {
        let business = &self.app.config.business;
        let civil =
            |instant: Timestamp| -> DateTime { instant.to_zoned(business.zone.clone()).datetime() };
        let mut plan = Plan::ending(
            orders,
            1,
            now.as_second().unsigned_abs(),
            civil(now),
            &business.zone_name,
            business.currency.as_str(),
        );
        // Told every minute, so that every state of an order is told as it comes.
        let minutes = PLANNED_AHEAD.as_mins();
        plan.told_before = (0..minutes)
            .map(|minute| civil(now.saturating_add(minute.minutes()).unwrap_or(now)))
            .collect();
        plan.until = civil(now + PLANNED_AHEAD);
        let mut arrivals: Vec<Arrival> = Documents::of(&plan)
            .filter(|order| order.quarantined.is_none())
            .flat_map(|order| order.samples)
            .filter_map(|sample| {
                let stored = sample.document.get_datetime("updatedAt").ok()?;
                Some(Arrival {
                    at: Timestamp::from_millisecond(stored.timestamp_millis()).ok()?,
                    collection: sample.collection,
                    document: sample.document,
                })
            })
            .filter(|arrival| arrival.at > now)
            .collect();
        arrivals.sort_by_key(|arrival| arrival.at);
        arrivals.into()
    }

    async fn load(&self) -> Result<LoadCounts, Error> {
        let folder = SourceUrl::Folder(self.folder.clone());
        let source = Source::open(&self.app.config, &folder).await?;
        let everything = Selection::default();
        let (app, run) = (self.app, self.run.id);
        pipeline::total(pipeline::sync(app, &source, &everything, run, &|_| {}).await?)
    }
}

/// A document and when it comes in.
struct Arrival {
    at: Timestamp,
    collection: &'static str,
    document: Document,
}

/// What came in when the demo ran before is in the database.
fn clear(folder: &Path) -> Result<(), Error> {
    let failed = |source| Error::Write {
        path: folder.to_owned(),
        source,
    };
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(failed(error)),
        _ => {}
    }
    fs::create_dir_all(folder).map_err(failed)
}

/// Adds documents to the dump files of their collections.
fn store(folder: &Path, arrivals: impl Iterator<Item = Arrival>) -> Result<(), Error> {
    for arrival in arrivals {
        let path = folder.join(format!("{}.bson", arrival.collection));
        let failed = |source| Error::Write {
            path: path.clone(),
            source,
        };
        let bytes = bson::serialize_to_vec(&arrival.document).expect("it was read from BSON");
        let mut file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&path)
            .map_err(failed)?;
        file.write_all(&bytes).map_err(failed)?;
    }
    Ok(())
}
