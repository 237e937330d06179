//! A database and a clock that the test sets, judged as the leader does.

use std::sync::Arc;
use std::time::Duration;

use daybook::app::App;
use daybook::clock::Clock;
use daybook::config::{Config, Overrides};
use daybook::watch::Watch;
use daybook::watch::alerts::{self, Ticked};
use daybook::watch::delivery::{Delivery, SystemLookup};
use jiff::{SignedDuration, Timestamp};
use tokio_postgres::Client;

use crate::world::World;

/// How long a receiver of these tests may take.
pub const PATIENCE: Duration = Duration::from_millis(400);

/// What a test works with.
pub struct Stand {
    pub world: World,
    pub client: Client,
    pub watch: Arc<Watch>,
    settings: Vec<(String, String)>,
}

/// Noon of a business day, by the clock of the stand.
pub fn noon() -> Timestamp {
    "2026-03-20T12:00:00+07:00".parse().unwrap()
}

/// So many seconds after noon.
pub fn after_noon(seconds: i64) -> Timestamp {
    noon() + SignedDuration::from_secs(seconds)
}

impl Stand {
    /// A migrated database, and settings by their environment variables.
    pub async fn with(settings: &[(&str, &str)]) -> Self {
        let world = World::migrated().await;
        let client = world.client().await;
        let settings: Vec<_> = settings
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .chain([("DATABASE_URL".to_owned(), world.database.url())])
            .collect();
        let watch = watch(&settings);
        let stand = Self {
            world,
            client,
            watch,
            settings,
        };
        stand.watch.look(&stand.at(0)).await;
        stand
    }

    /// The settings nobody changed.
    pub async fn new() -> Self {
        Self::with(&[]).await
    }

    /// The program, so many seconds after noon.
    pub fn at(&self, seconds: i64) -> Arc<App> {
        let clock = Clock::Standing(after_noon(seconds));
        Arc::new(App::new(config(&self.settings), clock).unwrap())
    }

    /// Another process of the service, which knows nothing but what is in the database.
    pub async fn another_process(&self) -> Arc<Watch> {
        let watch = watch(&self.settings);
        watch.look(&self.at(0)).await;
        watch
    }

    /// The same, led by another process.
    pub async fn taken_over(self) -> Self {
        let watch = self.another_process().await;
        Self { watch, ..self }
    }

    /// Judges once, so many seconds after noon, and waits until people are told.
    pub async fn tick(&self, seconds: i64) -> Ticked {
        let app = self.at(seconds);
        let mut client = self.world.client().await;
        let ticked = alerts::tick(&app, &self.watch, &mut client).await.unwrap();
        self.watch.delivery().deliver(&app).await.unwrap();
        ticked
    }

    /// Runs statements.
    pub async fn sql(&self, statements: &str) {
        self.client.batch_execute(statements).await.unwrap();
    }

    /// The first value of a query, as text.
    pub async fn value(&self, query: &str) -> String {
        let query = format!("select ({query})::text");
        let row = self.client.query_one(&query, &[]).await.unwrap();
        row.get::<_, Option<String>>(0).unwrap_or_default()
    }
}

fn config(settings: &[(String, String)]) -> Config {
    Config::load(&Overrides::default(), settings.iter().cloned()).unwrap()
}

fn watch(settings: &[(String, String)]) -> Arc<Watch> {
    let lookup = Arc::new(SystemLookup);
    Watch::telling(Delivery::with(&config(settings), lookup, PATIENCE))
}

/// An order of a business day, whose last version was stored at a time.
pub fn order(code: &str, placed: &str, stored: &str) -> String {
    format!(
        "insert into orders (order_code, platform, status, total_amount, discount_amount, final_amount, order_date, ingested_at)
         values ('{code}', 'shopee', 'pending', 10, 0, 10, '{placed}', '{stored}');"
    )
}

/// Where a stream stands.
pub fn stream(name: &str, complete_through: &str, newest: &str) -> String {
    format!(
        "insert into sync_state (stream, platform, complete_through, newest_ingested_at, updated_at)
         values ('{name}', 'shopee', '{complete_through}', '{newest}', '2026-03-20T12:00:00+07')
         on conflict (stream) do update
         set complete_through = excluded.complete_through, newest_ingested_at = excluded.newest_ingested_at;"
    )
}

/// A finished run.
pub fn run(
    command: &str,
    minutes_before_noon: u32,
    outcome: &str,
    counts: &str,
    error: &str,
) -> String {
    let error = if error.is_empty() {
        "null".to_owned()
    } else {
        format!("'{error}'")
    };
    format!(
        "insert into job_runs (command, started_at, finished_at, outcome, counts, error)
         select '{command}', t, t + interval '10 seconds', '{outcome}', '{counts}', {error}
         from (select timestamptz '2026-03-20T12:00:00+07' - interval '{minutes_before_noon} minutes') at (t);"
    )
}
