//! What every command that touches the database works with.

use tokio_postgres::Client;

use crate::clock::{BusinessClock, Clock};
use crate::config::{Config, setting};
use crate::db::{self, Database};
use crate::error::Error;

/// Configuration, database and clock of a running command.
pub struct App {
    /// The configuration.
    pub config: Config,
    /// The database.
    pub database: Database,
    /// The clock of the business.
    pub clock: BusinessClock,
}

impl App {
    /// Reads the connection settings; connects to nothing yet.
    ///
    /// # Errors
    /// The database's URL is missing or wrong.
    pub fn new(config: Config, clock: Clock) -> Result<Self, Error> {
        let ca_file = config
            .value(&setting::DATABASE_CA_FILE)
            .map(|value| value.text.clone());
        let database = Database::new(
            config.database_url()?,
            ca_file.as_deref().map(AsRef::as_ref),
        )?;
        let clock = BusinessClock::new(clock, config.business.zone.clone());
        Ok(Self {
            config,
            database,
            clock,
        })
    }

    /// Opens a connection and refuses a database that this program must not work on: one with another schema version,
    /// or with figures made under other settings.
    ///
    /// # Errors
    /// The database cannot be reached or must not be worked on.
    pub async fn connect(&self) -> Result<Client, Error> {
        let mut client = self.database.connect().await?;
        db::schema_state(&client).await?.require_current()?;
        db::check_business(&mut client, &self.config.business).await?;
        Ok(client)
    }
}
