//! A PostgreSQL of its own for a benchmark: durable, and set as somebody would who runs it on a small machine.

use std::time::Duration;

use backon::{ConstantBuilder, Retryable};
use daybook::app::App;
use daybook::clock::Clock;
use daybook::config::setting::{self, Setting};
use daybook::config::{Config, Overrides};
use daybook::setup::set_up;
use local_postgres::{LocalPostgres, Options};
use tempfile::TempDir;
use tokio_postgres::Client;

/// A server that ends with the benchmark.
pub struct Server {
    postgres: LocalPostgres,
    _folder: TempDir,
}

impl Server {
    /// Starts a server in a temporary folder.
    pub fn start() -> anyhow::Result<Self> {
        Self::start_with(&[])
    }

    /// The same, with more settings.
    pub fn start_with(settings: &[(&str, &str)]) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        open_to_all(&folder)?;
        let mut options = Options::new(folder.path().join("postgresql"));
        options.settings = [
            ("shared_buffers", "512MB"),
            ("max_wal_size", "4GB"),
            ("checkpoint_timeout", "15min"),
            ("max_connections", "50"),
        ]
        .iter()
        .chain(settings)
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
        Ok(Self {
            postgres: LocalPostgres::open(options)?,
            _folder: folder,
        })
    }

    /// Works on a database that was created before.
    pub fn reopened(&self, name: &str) -> anyhow::Result<App> {
        self.app(name, None)
    }

    /// Creates a database, with daybook's schema in a mode.
    pub async fn database(&self, name: &str, mode: &str) -> anyhow::Result<App> {
        let admin = self.connect("postgres").await?;
        admin
            .batch_execute(&format!("create database {name}"))
            .await?;
        self.set_up(name, &setting::STATISTICS_MODE, mode).await
    }

    /// Brings a database to what a setting says.
    pub async fn set_up(&self, name: &str, setting: &Setting, value: &str) -> anyhow::Result<App> {
        let app = self.app(name, Some((setting, value)))?;
        set_up(&app, None).await?;
        Ok(app)
    }

    fn app(&self, name: &str, setting: Option<(&Setting, &str)>) -> anyhow::Result<App> {
        let overrides = Overrides {
            file: None,
            flags: vec![(&setting::DATABASE_URL, self.postgres.url(name))],
        };
        let environment =
            setting.map(|(setting, value)| (setting.env.to_owned(), value.to_owned()));
        let config = Config::load(&overrides, environment.into_iter())?;
        Ok(App::new(config, Clock::System)?)
    }

    /// Where a database is, for other programs.
    pub fn url(&self, name: &str) -> String {
        self.postgres.url(name)
    }

    /// Opens a connection to a database.
    pub async fn connect(&self, name: &str) -> anyhow::Result<Client> {
        Ok(daybook::db::Database::new(&self.postgres.url(name), None)?
            .connect()
            .await?)
    }

    /// Whether an extension is installed that a database can be given.
    pub async fn offers(&self, extension: &str) -> anyhow::Result<bool> {
        let client = self.connect("postgres").await?;
        let query = "select from pg_available_extensions where name = $1";
        Ok(client.query_opt(query, &[&extension]).await?.is_some())
    }

    /// Creates a database that is what another one is, to which nobody may be connected.
    pub async fn copy(&self, from: &str, to: &str) -> anyhow::Result<()> {
        let admin = self.connect("postgres").await?;
        let copy = format!("create database {to} template {from}");
        // What the server itself does in a database ends soon, but PostgreSQL waits for five seconds only.
        let again = ConstantBuilder::default().with_delay(Duration::from_secs(1));
        let copying = || admin.batch_execute(&copy);
        Ok(copying.retry(again.with_max_times(10)).await?)
    }

    /// What the server calls its version.
    pub async fn version(&self) -> anyhow::Result<String> {
        let row = self
            .connect("postgres")
            .await?
            .query_one("show server_version", &[])
            .await?;
        Ok(row.get(0))
    }
}

/// As root the server runs as another user, who must be able to enter.
fn open_to_all(folder: &TempDir) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755))
}
