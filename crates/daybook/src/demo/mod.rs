//! The whole job on a PostgreSQL of its own and generated orders. A second run goes on from the first.

mod arrivals;
mod planted;
mod report;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use local_postgres::LocalPostgres;
use order_samples::Plan;
use serde::Serialize;
use tokio_postgres::types::Type;

pub use self::arrivals::keep_arriving;
pub use self::report::{DemoDay, DemoReport};
use crate::aggregate::{Drained, drain};
use crate::app::App;
use crate::audit::compare_statistics;
use crate::categories;
use crate::clock::Clock;
use crate::config::{Config, Overrides, setting};
use crate::db::{self, DatabaseError};
use crate::error::Error;
use crate::load::LoadCounts;
use crate::observe::Progress;
use crate::pipeline::{self, Selection};
use crate::runs::{self, Outcome};
use crate::setup::set_up;
use crate::source::Source;

/// Days of history that the first run tells.
const DAYS: u32 = 90;
const SEED: u64 = 1;
const DATABASE: &str = "daybook";

/// The folder of the demo when nobody names one: in the user's data folder; as root, where the user that PostgreSQL
/// runs as can enter.
///
/// # Errors
/// The user has no home.
pub fn default_dir() -> Result<PathBuf, Error> {
    let home = std::env::var_os("HOME").map(PathBuf::from);
    if local_postgres::is_root() {
        return Ok(PathBuf::from("/var/lib/daybook/demo"));
    }
    std::env::var_os("XDG_DATA_HOME")
        .map(PathBuf::from)
        .or_else(|| home.map(|home| home.join(".local/share")))
        .map(|data| data.join("daybook/demo"))
        .ok_or_else(|| Error::Usage("there is no home folder; name one with --dir".to_owned()))
}

/// Times stages.
struct Stages {
    done: Vec<(&'static str, f64)>,
    started: Instant,
}

impl Stages {
    fn new() -> Self {
        Self {
            done: Vec::new(),
            started: Instant::now(),
        }
    }

    fn done(&mut self, name: &'static str) {
        self.done.push((name, self.started.elapsed().as_secs_f64()));
        self.started = Instant::now();
    }
}

/// Runs the demo.
///
/// # Errors
/// PostgreSQL is not installed, or a stage fails.
pub async fn run(
    dir: &Path,
    orders: u64,
    mut overrides: Overrides,
    clock: Clock,
) -> Result<(App, DemoReport), Error> {
    let mut stages = Stages::new();
    let source = dir.join("raw");
    create(dir)?;
    let server = LocalPostgres::open(local_postgres::Options::new(dir.join("postgresql")))?;
    stages.done("start PostgreSQL");

    // The demo's own database and orders, whatever the environment says; zone and currency are the user's.
    overrides.flags.retain(|(setting, _)| {
        setting.key != setting::DATABASE_URL.key && setting.key != setting::SOURCE_URL.key
    });
    overrides
        .flags
        .push((&setting::DATABASE_URL, server.url(DATABASE)));
    overrides
        .flags
        .push((&setting::SOURCE_URL, source.display().to_string()));
    // What there is was loaded below; what arrives later is seen to by `keep_arriving`.
    overrides
        .flags
        .push((&setting::SCHEDULE_SYNC, "off".to_owned()));
    let config = Config::load(&overrides, std::env::vars())?;
    let app = App::new(config, clock)?;
    create_database(&server).await?;
    set_up(&app, None).await?;
    stages.done("migrate");

    generate(&source, orders, &app)?;
    stages.done("generate raw orders");

    let sync = sync(&app).await?;
    stages.done("sync");
    import_categories(&app, &source).await?;
    stages.done("import categories");
    let drained = aggregate(&app).await?;
    stages.done("aggregate");
    let mut client = app.connect().await?;
    let compared = compare_statistics(&app, &mut client, None, None).await?;
    stages.done("validate");
    let planted = planted::divergence(&app, &client).await?;

    let report = DemoReport {
        dir: dir.to_owned(),
        database_url: server.url(DATABASE),
        source,
        sync,
        aggregated: drained,
        divergences: compared.divergences.len(),
        stages: stages.done,
        days: last_days(&app).await?,
        planted,
    };
    Ok((app, report))
}

/// Stops the demo's server, and deletes the folder when asked to.
///
/// # Errors
/// The server does not stop, or the folder cannot be deleted.
pub fn end(dir: &Path, remove: bool) -> Result<Ended, Error> {
    let stopped = LocalPostgres::stop_in(&dir.join("postgresql"))?;
    let exists = dir.join("postgresql").is_dir();
    if remove && exists {
        fs::remove_dir_all(dir).map_err(|source| Error::Write {
            path: dir.to_owned(),
            source,
        })?;
    }
    Ok(Ended {
        dir: dir.to_owned(),
        stopped,
        removed: remove && exists,
    })
}

/// What became of the demo.
#[derive(Debug, Serialize)]
pub struct Ended {
    dir: PathBuf,
    stopped: bool,
    removed: bool,
}

impl Ended {
    /// For people.
    pub fn text(&self) -> String {
        let server = if self.stopped {
            "PostgreSQL is stopped"
        } else {
            "PostgreSQL was not running"
        };
        let folder = if self.removed { "deleted" } else { "kept" };
        format!("{server}; {} is {folder}", self.dir.display())
    }
}

fn create(dir: &Path) -> Result<(), Error> {
    fs::create_dir_all(dir).map_err(|source| Error::Write {
        path: dir.to_owned(),
        source,
    })
}

async fn create_database(server: &LocalPostgres) -> Result<(), Error> {
    let client = db::Database::new(&server.url("postgres"), None)?
        .connect()
        .await?;
    let failed = DatabaseError::statement("create the demo's database");
    let exists = client
        .query_typed_opt(
            "select from pg_database where datname = $1",
            &[(&DATABASE, Type::TEXT)],
        )
        .await
        .map_err(&failed)?
        .is_some();
    if !exists {
        client
            .batch_execute("create database daybook")
            .await
            .map_err(&failed)?;
    }
    Ok(())
}

/// Tells the plan of the first run until now; the first run makes it.
fn generate(source: &Path, orders: u64, app: &App) -> Result<(), Error> {
    let now = app.clock.civil();
    let business = &app.config.business;
    let plan = match read_plan(source) {
        Some(plan) if plan.zone == business.zone_name => plan.continued(now),
        _ => Plan::ending(
            orders,
            DAYS,
            SEED,
            now,
            &business.zone_name,
            business.currency.as_str(),
        ),
    };
    let progress = Progress::new("generate", "orders", Some(plan.orders));
    let written = order_samples::write(&plan, source, &mut |orders| progress.set(orders));
    progress.finish();
    written?;
    Ok(())
}

fn read_plan(source: &Path) -> Option<Plan> {
    #[derive(serde::Deserialize)]
    struct Told {
        plan: Plan,
    }
    let text = fs::read_to_string(source.join("expected.json")).ok()?;
    serde_json::from_str::<Told>(&text)
        .ok()
        .map(|told| told.plan)
}

/// Puts the generated products into their categories.
async fn import_categories(app: &App, source: &Path) -> Result<(), Error> {
    let mut client = app.connect().await?;
    let run = runs::start(&client, "categories import", app.clock.now()).await?;
    let catalogue = categories::read_csv(&source.join("categories.csv"), None)?;
    let imported = categories::import(&mut client, &catalogue, false).await?;
    let now = app.clock.now();
    runs::finish(&client, run, Outcome::Succeeded, &imported, None, now).await?;
    Ok(())
}

async fn sync(app: &App) -> Result<LoadCounts, Error> {
    let client = app.connect().await?;
    let run = runs::start(&client, "sync", app.clock.now()).await?;
    let source = Source::open(&app.config, app.config.source()?).await?;
    let progress = Progress::new("sync", "documents", None);
    let everything = Selection::default();
    let reports = pipeline::sync(app, &source, &everything, run, &|loaded| {
        progress.set(loaded.counts.read);
    })
    .await;
    progress.finish();
    let total = pipeline::total(reports?)?;
    let outcome = Outcome::needs_attention(total.quarantined > 0);
    runs::finish(&client, run, outcome, &total, None, app.clock.now()).await?;
    Ok(total)
}

async fn aggregate(app: &App) -> Result<Drained, Error> {
    let client = app.connect().await?;
    let run = runs::start(&client, "aggregate", app.clock.now()).await?;
    let drained = drain(app, run, &|_| {}).await?;
    runs::finish(
        &client,
        run,
        Outcome::Succeeded,
        &drained,
        None,
        app.clock.now(),
    )
    .await?;
    Ok(drained)
}

async fn last_days(app: &App) -> Result<Vec<DemoDay>, Error> {
    let client = app.connect().await?;
    let rows = client
        .query_typed(
            include_str!("last_days.sql"),
            &[(&app.clock.today(), Type::DATE)],
        )
        .await
        .map_err(DatabaseError::statement("read the statistics"))?;
    Ok(rows
        .iter()
        .map(|row| DemoDay {
            stat_date: row.get("stat_date"),
            platform: row.get("platform"),
            total_orders: row.get("total_orders"),
            gross_merchandise_value: row.get("gross_merchandise_value"),
            total_revenue: row.get("total_revenue"),
            cancellation_rate: row.get("cancellation_rate"),
            is_final: row.get("is_final"),
        })
        .collect())
}
