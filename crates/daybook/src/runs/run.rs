//! Wraps some work into a run: opened before, closed with what became of it.

use serde::Serialize;
use tokio_postgres::Client;
use tracing::Instrument;

use super::{Outcome, RunId};
use crate::app::App;
use crate::error::Error;

/// A run that has been opened.
pub struct Run<'a> {
    app: &'a App,
    client: Client,
    /// Its number.
    pub id: RunId,
}

impl<'a> Run<'a> {
    /// Opens a run.
    ///
    /// # Errors
    /// The database cannot be reached, or must not be worked on.
    pub async fn start(app: &'a App, command: &str) -> Result<Self, Error> {
        Self::start_with(app, command, &serde_json::json!({})).await
    }

    /// Opens a run of a command with parameters.
    ///
    /// # Errors
    /// The database cannot be reached, or must not be worked on.
    pub async fn start_with(
        app: &'a App,
        command: &str,
        parameters: &serde_json::Value,
    ) -> Result<Self, Error> {
        let client = app.connect().await?;
        let (now, term) = (app.clock.now(), app.database.term());
        let id = super::start_in_term(&client, command, parameters, now, term).await?;
        Ok(Self { app, client, id })
    }

    /// Goes on with a run that is open already.
    ///
    /// # Errors
    /// The database cannot be reached, or must not be worked on.
    pub async fn resume(app: &'a App, id: RunId) -> Result<Self, Error> {
        let client = app.connect().await?;
        Ok(Self { app, client, id })
    }

    /// Does the run's work: what is logged meanwhile carries the run's number.
    pub async fn within<F: Future>(&self, work: F) -> F::Output {
        work.instrument(tracing::info_span!("run", id = self.id.0))
            .await
    }

    /// Closes the run with its result, and passes the result on.
    ///
    /// # Errors
    /// That of the work, or the run cannot be closed.
    pub async fn finish<T: Serialize, O: Into<Outcome> + Copy>(
        self,
        result: Result<(T, O), Error>,
    ) -> Result<(T, O), Error> {
        self.finish_with(result, |counts| counts).await
    }

    /// The same, for a result of which only a part goes into the run's row.
    ///
    /// # Errors
    /// That of the work, or the run cannot be closed.
    pub async fn finish_with<T, C: Serialize, O: Into<Outcome> + Copy>(
        self,
        result: Result<(T, O), Error>,
        counts: impl Fn(&T) -> &C,
    ) -> Result<(T, O), Error> {
        match result {
            Ok((done, ended)) => {
                self.close(ended.into(), counts(&done), None).await?;
                Ok((done, ended))
            }
            Err(error) => {
                let message = error.in_one_line();
                let counts = serde_json::json!({});
                // The run's own error matters more than one in writing it down.
                if let Err(second) = self.close(Outcome::Failed, &counts, Some(&message)).await {
                    tracing::warn!(error = %second, "the run could not be closed");
                }
                Err(error)
            }
        }
    }

    /// On a new connection where the first one was cut meanwhile, as it can be in a run of days.
    async fn close(
        self,
        outcome: Outcome,
        counts: &impl Serialize,
        error: Option<&str>,
    ) -> Result<(), Error> {
        let now = self.app.clock.now();
        let client = match self.client.is_closed() {
            true => self.app.database.connect().await?,
            false => self.client,
        };
        super::finish(&client, self.id, outcome, counts, error, now).await?;
        Ok(())
    }
}
