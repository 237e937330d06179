//! Wraps a command's work into a run: opened before, closed with what became of it.

use serde::Serialize;
use tokio_postgres::Client;

use super::Exit;
use crate::app::App;
use crate::error::Error;
use crate::runs::{self, Outcome, RunId};

/// A run that has been opened.
pub struct Run<'a> {
    app: &'a App,
    client: Client,
    /// Its number.
    pub id: RunId,
}

impl<'a> Run<'a> {
    /// Opens a run. Refuses a database that must not be worked on.
    pub async fn start(app: &'a App, command: &str) -> Result<Self, Error> {
        let client = app.connect().await?;
        let id = runs::start(&client, command, app.clock.now()).await?;
        Ok(Self { app, client, id })
    }

    /// Closes the run with its result, and passes the result on.
    pub async fn finish<T: Serialize>(
        self,
        result: Result<(T, Exit), Error>,
    ) -> Result<(T, Exit), Error> {
        self.finish_with(result, |counts| counts).await
    }

    /// The same, for a result of which only a part goes into the run's row.
    pub async fn finish_with<T, C: Serialize>(
        self,
        result: Result<(T, Exit), Error>,
        counts: impl Fn(&T) -> &C,
    ) -> Result<(T, Exit), Error> {
        match result {
            Ok((done, exit)) => {
                let outcome = match exit {
                    Exit::Clean => Outcome::Succeeded,
                    Exit::NeedsPerson => Outcome::NeedsAttention,
                    Exit::Failed => Outcome::Failed,
                };
                self.close(outcome, counts(&done), None).await?;
                Ok((done, exit))
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
        runs::finish(&client, self.id, outcome, counts, error, now).await?;
        Ok(())
    }
}
