//! A database, a folder, and the program to run on them.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;
use test_support::TestDatabase;
use tokio_postgres::Client;

/// What a test works with.
pub struct World {
    pub database: TestDatabase,
    folder: TempDir,
    mode: &'static str,
}

/// The ways in which figures can follow the orders. What is promised holds in both.
pub const MODES: [&str; 2] = ["incremental", "queue"];

/// How a command of the program ended.
#[derive(Debug)]
pub struct Ended {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Ended {
    /// The result as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| {
            panic!("{error} in the output {:?}, {:?}", self.stdout, self.stderr)
        })
    }

    /// Everything it printed.
    pub fn all(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }

    #[track_caller]
    pub fn exits_with(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{}", self.all());
        self
    }
}

impl World {
    /// An empty database.
    pub async fn empty() -> Self {
        Self {
            database: TestDatabase::create().await,
            folder: tempfile::tempdir().unwrap(),
            mode: "incremental",
        }
    }

    /// A migrated database, with the settings nobody changed.
    pub async fn migrated() -> Self {
        Self::in_mode("incremental").await
    }

    /// A migrated database that the program reaches through a transaction pooler with so many server connections.
    pub async fn behind_a_pool_of(size: u32) -> Self {
        let mut world = Self::empty().await;
        world.database = TestDatabase::behind_a_pool_of(size).await;
        world.run(&["migrate"]).exits_with(0);
        world
    }

    /// A migrated database whose figures follow the orders in a way.
    pub async fn in_mode(mode: &'static str) -> Self {
        let mut world = Self::empty().await;
        world.mode = mode;
        world.run(&["migrate"]).exits_with(0);
        world
    }

    /// A path in the world's folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The folder of dumps that `--source` is set to.
    pub fn dumps(&self) -> PathBuf {
        self.path("dumps")
    }

    /// Writes a dump file.
    pub fn dump(&self, name: &str, content: impl AsRef<[u8]>) {
        std::fs::create_dir_all(self.dumps()).unwrap();
        std::fs::write(self.dumps().join(name), content).unwrap();
    }

    /// Generates sample orders into the dump folder.
    pub fn generate(&self, orders: u64) -> order_samples::Expected {
        let orders = orders.to_string();
        let dumps = self.dumps();
        let until = "2026-11-12T21:30:00";
        let args = [
            "generate", "--days", "40", "--seed", "7", "--until", until, "--orders", &orders,
            "--out",
        ];
        let mut args: Vec<_> = args.to_vec();
        args.push(dumps.to_str().unwrap());
        self.run(&args).exits_with(0);
        expected(&dumps)
    }

    /// The program with the world's database and dumps, and nothing else of this machine's settings.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_daybook"));
        command
            .args(args)
            .current_dir(self.folder.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.folder.path())
            .env("DATABASE_URL", self.database.url())
            .env("DAYBOOK_SOURCE", self.dumps())
            .env("DAYBOOK_STATISTICS_MODE", self.mode)
            .stdin(Stdio::null());
        command
    }

    /// Runs the program to its end.
    pub fn run(&self, args: &[&str]) -> Ended {
        end(&mut self.command(args))
    }

    /// Runs the program and reads its result as JSON.
    pub fn json(&self, args: &[&str]) -> Value {
        self.run(&[args, &["--format", "json"]].concat()).json()
    }

    /// A connection to the database.
    pub async fn client(&self) -> Client {
        self.database.client().await
    }
}

/// Runs a command to its end.
pub fn end(command: &mut Command) -> Ended {
    let output = command.output().unwrap();
    Ended {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// What generated orders must become.
pub fn expected(dumps: &Path) -> order_samples::Expected {
    serde_json::from_str(&std::fs::read_to_string(dumps.join("expected.json")).unwrap()).unwrap()
}

/// Compares the stored statistics of every grain, and the live ones, with a recount by queries of their own, not by the
/// program's definition.
pub async fn statistics_equal_a_recount(client: &Client) {
    live_statistics_equal_a_recount(client).await;
    for query in RECOUNTS {
        let differences: i64 = client.query_one(query, &[]).await.unwrap().get(0);
        assert_eq!(differences, 0, "statistics differ from a recount: {query}");
    }
}

/// Compares the live statistics of every grain with a recount, each query in one snapshot.
pub async fn live_statistics_equal_a_recount(client: &Client) {
    for query in RECOUNTS {
        let query = live(query);
        let differences: i64 = client.query_one(&query, &[]).await.unwrap().get(0);
        assert_eq!(
            differences, 0,
            "live statistics differ from a recount: {query}"
        );
    }
}

const RECOUNTS: [&str; 3] = [
    include_str!("independent_recount.sql"),
    include_str!("independent_recount_of_grains.sql"),
    include_str!("independent_recount_of_categories.sql"),
];

/// Counts the buckets of categories whose live figures differ from a recount in this very snapshot.
pub fn exactness_of_categories() -> String {
    live(include_str!("independent_recount_of_categories.sql"))
}

/// The same query of the live views.
pub fn live(query: &str) -> String {
    query.replace("_statistics\n", "_statistics_live\n")
}

/// Makes the next load of the program take so many seconds at its commit, when everything is sent and only the answer is
/// still to come. A server in a commit does not notice that the connection is gone.
pub async fn one_slow_commit(client: &Client, seconds: u32) {
    let trigger = format!(
        "create sequence slow_commits;
         create function slow_commit() returns trigger language plpgsql as
             $$ begin if nextval('slow_commits') = 1 then perform pg_sleep({seconds}); end if; return null; end $$;
         create constraint trigger slow_commit after update on sync_state deferrable initially deferred
         for each row execute function slow_commit()"
    );
    client.batch_execute(&trigger).await.unwrap();
}

/// How many commits are slow at this moment.
pub const COMMITTING: &str = "select count(*) from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()";
