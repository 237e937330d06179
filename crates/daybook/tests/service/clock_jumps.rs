//! The clock is set, forward and back, by hours and by years, under the running service.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use daybook::app::App;
use daybook::clock::Clock;
use daybook::config::{Config, Overrides};
use daybook::follow::{Stop, Stopper};
use daybook::serve::serve;
use jiff::civil::DateTime;
use jiff::{Timestamp, tz::TimeZone};
use reqwest::Client;
use tokio::task::JoinHandle;
use tokio_postgres::Client as Postgres;

use crate::access::people::{PASSWORD, add_user, cookie_of, form};
use crate::service::{Service, client};
use crate::world::World;

const PATIENCE: Duration = Duration::from_secs(30);
/// Longer than it takes the service to see that the clock was set.
const A_WHILE: Duration = Duration::from_secs(8);
const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

/// The service in this process, with a clock that the test sets.
struct Wound {
    shift: Arc<AtomicI64>,
    url: String,
    client: Client,
    stopper: Stopper,
    task: JoinHandle<()>,
}

impl Wound {
    async fn start(world: &World, settings: &[(&str, &str)]) -> Self {
        let url = world.database.url();
        let usual = [
            ("DATABASE_URL", url.as_str()),
            ("DAYBOOK_LISTEN", "127.0.0.1:0"),
            ("DAYBOOK_SCHEDULE_SYNC", "off"),
        ];
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let settings = usual.iter().chain(settings).map(owned);
        let config = Config::load(&Overrides::default(), settings).unwrap();
        let shift = Arc::new(AtomicI64::new(0));
        let app = App::new(config, Clock::Shifted(Arc::clone(&shift))).unwrap();
        let (stopper, stop) = Stop::by_hand();
        let (listening, address) = tokio::sync::oneshot::channel::<SocketAddr>();
        let task = tokio::spawn(async move {
            let told = |address| {
                let _ = listening.send(address);
            };
            serve(Arc::new(app), stop, told).await.unwrap();
        });
        let url = format!("http://{}", address.await.unwrap());
        let client = client(|builder| builder);
        Self {
            shift,
            url,
            client,
            stopper,
            task,
        }
    }

    /// Sets the clock to a civil time in the business zone.
    fn set_to(&self, civil: DateTime) {
        let zone = TimeZone::get("Asia/Ho_Chi_Minh").unwrap();
        let wanted = civil.to_zoned(zone).unwrap().timestamp();
        let ahead = wanted.duration_since(Timestamp::now()).as_secs();
        self.shift.store(ahead, Relaxed);
    }

    fn set_forward(&self, seconds: i64) {
        self.shift.fetch_add(seconds, Relaxed);
    }

    async fn stop(self) {
        self.stopper.stop();
        self.task.await.unwrap();
    }
}

async fn count(client: &Postgres, query: &str) -> i64 {
    client.query_one(query, &[]).await.unwrap().get(0)
}

const CLEANED: &str =
    "select count(*) from job_runs where command = 'housekeeping' and finished_at is not null";
const TERM: &str = "select term from leader_term";
const OVERLAPPING: &str = "select count(*) from job_runs a join job_runs b
    on b.command = a.command and b.parameters = a.parameters and b.id > a.id
    where a.finished_at is null and b.finished_at is null";

async fn until(client: &Postgres, query: &str, wanted: i64) {
    let since = Instant::now();
    while count(client, query).await != wanted {
        assert!(since.elapsed() < PATIENCE, "never {wanted}: {query}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test]
async fn scheduled_work_is_made_up_for_once_and_not_done_twice() {
    let world = World::migrated().await;
    let postgres = world.client().await;
    // A run that nobody may lose to a clock that is ahead.
    let kept = "insert into job_runs (command, started_at, finished_at, outcome)
                values ('rebuild', now() - interval '2 days', now() - interval '2 days', 'succeeded')";
    postgres.batch_execute(kept).await.unwrap();
    let service = Wound::start(&world, &[("DAYBOOK_SCHEDULE_HOUSEKEEPING", "30 3 * * *")]).await;
    until(&postgres, TERM, 1).await;
    service.set_to(jiff::civil::date(2027, 3, 1).at(3, 30, 5, 0));
    until(&postgres, CLEANED, 1).await;

    // Back by two hours, and through the same time again.
    service.set_forward(-2 * HOUR);
    tokio::time::sleep(A_WHILE).await;
    service.set_to(jiff::civil::date(2027, 3, 1).at(3, 29, 59, 0));
    tokio::time::sleep(A_WHILE).await;
    assert_eq!(count(&postgres, CLEANED).await, 1, "done twice");

    // Forward over three of its times: made up for once.
    service.set_forward(3 * DAY);
    until(&postgres, CLEANED, 2).await;
    tokio::time::sleep(A_WHILE).await;
    assert_eq!(
        count(&postgres, CLEANED).await,
        2,
        "made up for more than once"
    );

    // A clock that was years ahead and is mended does not stop the work for years.
    service.set_forward(30 * 365 * DAY);
    until(&postgres, CLEANED, 3).await;
    service.set_to(jiff::civil::date(2027, 3, 8).at(3, 20, 0, 0));
    tokio::time::sleep(A_WHILE).await;
    service.set_to(jiff::civil::date(2027, 3, 8).at(3, 30, 1, 0));
    until(&postgres, CLEANED, 4).await;

    assert_eq!(count(&postgres, TERM).await, 1, "the lead was lost");
    assert_eq!(count(&postgres, OVERLAPPING).await, 0);
    let still = "select count(*) from job_runs where command = 'rebuild'";
    assert_eq!(
        count(&postgres, still).await,
        1,
        "a run was removed years too soon"
    );
    service.stop().await;
}

#[tokio::test]
async fn logins_and_delays_follow_the_clock_and_not_its_errors() {
    let world = World::migrated().await;
    add_user(&world, "ann", "viewer");
    add_user(&world, "boss", "admin");
    let postgres = world.client().await;
    let service = Wound::start(&world, &[("DAYBOOK_OPEN_ON_LOOPBACK", "false")]).await;
    let log_in = async |name: &str, password: &str| {
        service
            .client
            .post(format!("{}/login", service.url))
            .header("content-type", "application/x-www-form-urlencoded")
            .header("origin", &service.url)
            .body(form(&[("name", name), ("password", password)]))
            .send()
            .await
            .unwrap()
    };
    let cookie = cookie_of(&log_in("ann", PASSWORD).await);
    let me = async || {
        let request = service.client.get(format!("{}/api/v1/me", service.url));
        let answer = request.header("cookie", &cookie).send().await.unwrap();
        answer.status().as_u16()
    };
    assert_eq!(me().await, 200);
    service.set_forward(13 * HOUR);
    assert_eq!(me().await, 401, "idle for longer than a login lasts");
    service.set_forward(-13 * HOUR);
    assert_eq!(me().await, 200, "the clock was wrong, not the login");
    service.set_forward(-3 * HOUR);
    assert_eq!(me().await, 200);
    service.set_forward(3 * HOUR);

    // Wrong passwords while the clock is ahead delay nobody for hours once it is mended, but they are not forgotten.
    service.set_forward(5 * HOUR);
    for _ in 0..6 {
        log_in("boss", "wrong").await;
    }
    let longer = "update login_attempts set blocked_until = last_failed_at + interval '1 minute'";
    postgres.batch_execute(longer).await.unwrap();
    assert_eq!(log_in("boss", PASSWORD).await.status(), 429);
    service.set_forward(-5 * HOUR);
    let counted = "select max(failures)::bigint from login_attempts where kind = 'account'";
    assert!(count(&postgres, counted).await >= 5);
    assert_eq!(log_in("boss", PASSWORD).await.status(), 303);
    service.stop().await;
}

#[tokio::test]
async fn a_leader_that_dies_after_the_databases_clock_was_set_back_is_followed_at_once() {
    let world = World::migrated().await;
    let postgres = world.client().await;
    let first = Service::start(&world);
    until(&postgres, TERM, 1).await;
    let second = Service::start(&world);
    first.signal("-KILL");
    drop(first);
    // As it looks when the database's clock is set back by five hours.
    let ahead = "update leader_lease set renewed_at = now() + interval '5 hours', expires_at = now() + interval '5 hours'";
    postgres.batch_execute(ahead).await.unwrap();
    let since = Instant::now();
    until(&postgres, TERM, 2).await;
    assert!(
        since.elapsed() < Duration::from_secs(10),
        "{:?}",
        since.elapsed()
    );

    // A leader that lives renews its lease by the new clock, and keeps the lead.
    postgres.batch_execute(ahead).await.unwrap();
    let third = Service::start(&world);
    tokio::time::sleep(Duration::from_secs(10)).await;
    assert_eq!(count(&postgres, TERM).await, 2);
    drop((second, third));
}
