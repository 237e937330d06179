//! `daybook alerts`: what needs a person, and whether people would hear of it.

use clap::{Args, Subcommand};
use jiff::Timestamp;
use serde::Serialize;

use super::Exit;
use super::output::Output;
use super::table::{render, table};
use crate::app::App;
use crate::db::DatabaseError;
use crate::error::Error;
use crate::watch::alerts::{Alert, list};
use crate::watch::delivery::{Delivery, Tried};

/// Show alerts, or try the channels they are sent to
#[derive(Debug, Args)]
pub struct Alerts {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Show the alerts that are open, and with --all those that were
    List {
        /// The history as well
        #[arg(long)]
        all: bool,
        /// How many at most
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..=1000))]
        limit: i64,
    },
    /// Send a message to every configured channel
    Test,
}

/// What became of a message that tries the channels.
#[derive(Debug, Serialize)]
struct Tested {
    channels: Vec<Channel>,
}

#[derive(Debug, Serialize)]
struct Channel {
    channel: &'static str,
    delivered: bool,
    error: Option<String>,
}

impl Alerts {
    pub async fn run(self, app: &App, output: &Output) -> Result<Exit, Error> {
        match self.action {
            Action::List { all, limit } => show(app, all, limit, output).await,
            Action::Test => test(app, output).await,
        }
    }
}

async fn show(app: &App, all: bool, limit: i64, output: &Output) -> Result<Exit, Error> {
    let mut client = app.connect().await?;
    let transaction = client
        .transaction()
        .await
        .map_err(DatabaseError::statement("read the alerts"))?;
    let alerts = list(&transaction, !all, None, limit).await?;
    output.print(&alerts, |alerts| text(alerts, app));
    let is_open = |alert: &Alert| alert.resolved_at.is_none();
    Ok(Exit::needs_person(alerts.iter().any(is_open)))
}

fn text(alerts: &[Alert], app: &App) -> String {
    if alerts.is_empty() {
        return "no alert".to_owned();
    }
    let shown = |instant: Timestamp| {
        let zoned = instant.to_zoned(app.clock.zone().clone());
        zoned.strftime("%Y-%m-%d %H:%M:%S").to_string()
    };
    let header = ["alert", "severity", "fired", "resolved", "what"];
    let mut table = table(&header, &[0, 1, 2, 3, 4]);
    for alert in alerts {
        table.add_row([
            alert.key.clone(),
            alert.severity.clone(),
            shown(alert.fired_at),
            alert.resolved_at.map(shown).unwrap_or_default(),
            alert.message.en.clone(),
        ]);
    }
    let mut lines = vec![render(&table)];
    for alert in alerts.iter().filter(|alert| alert.resolved_at.is_none()) {
        lines.push(format!("{}: {}", alert.key, alert.hint.en));
    }
    lines.join("\n")
}

async fn test(app: &App, output: &Output) -> Result<Exit, Error> {
    let tried = Delivery::new(&app.config).test(app.clock.now()).await;
    if tried.is_empty() {
        return Err(Error::Usage(
            "no channel is configured: set alerts.webhook_url, alerts.slack_url, or alerts.telegram_token and \
             alerts.telegram_chat"
                .to_owned(),
        ));
    }
    let tested = Tested {
        channels: tried.into_iter().map(Channel::from).collect(),
    };
    let some_failed = tested.channels.iter().any(|channel| !channel.delivered);
    output.print(&tested, Tested::text);
    Ok(Exit::needs_person(some_failed))
}

impl From<Tried> for Channel {
    fn from(tried: Tried) -> Self {
        Self {
            channel: tried.channel,
            delivered: tried.failure.is_none(),
            error: tried.failure.map(|error| error.to_string()),
        }
    }
}

impl Tested {
    fn text(&self) -> String {
        let lines = self.channels.iter().map(|channel| match &channel.error {
            None => format!("{}: the test was taken", channel.channel),
            Some(error) => format!("{}: {error}", channel.channel),
        });
        lines.collect::<Vec<_>>().join("\n")
    }
}
