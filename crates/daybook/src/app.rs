//! What every command that touches the database works with.

use std::sync::Arc;

use tokio_postgres::Client;

use crate::clock::{BusinessClock, Clock};
use crate::config::{Config, setting};
use crate::db::{self, Database};
use crate::error::Error;

/// Configuration, database and clock of a running command.
pub struct App {
    /// The configuration.
    pub config: Arc<Config>,
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
            config: Arc::new(config),
            database,
            clock,
        })
    }

    /// The same for the leader of a term: what it writes is committed only while the term goes on.
    #[must_use]
    pub fn of_term(&self, term: i64) -> Self {
        Self {
            config: Arc::clone(&self.config),
            database: self.database.of_term(term),
            clock: self.clock.clone(),
        }
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
