//! Tells people about alerts: over webhooks, again and again until somebody listens, and never in the way of anything else.
//!
//! What is to be told stands in the database before anything is sent, with each channel's state. So a leader that takes over
//! goes on where the last one stopped: a message may arrive twice, with the same `Idempotency-Key`, but is never forgotten.

mod address;
mod channel;
mod message;
mod queue;
mod resolver;
mod sender;

use std::sync::Arc;
use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};
use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use tokio_postgres::Client;

pub use self::channel::Channel;
pub use self::message::{Both, Event, Message};
use self::queue::Claimed;
pub use self::queue::is_due;
pub use self::resolver::{Looking, Lookup, SystemLookup};
pub use self::sender::{Outgoing, SendError, Sender};
use crate::app::App;
use crate::config::{Channels, Config};
use crate::db::DatabaseError;
use crate::observe::meters;

/// How long a receiver may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// For how long a message is taken: longer than sending can last.
const TAKEN_FOR: SignedDuration = SignedDuration::from_secs(60);
/// Pauses between attempts grow from the first to the second, with some chance in them; after the last attempt, which comes
/// after about nine hours, the message is given up.
const FIRST_PAUSE: Duration = Duration::from_secs(5);
const LONGEST_PAUSE: Duration = Duration::from_secs(3_600);
const RETRIES: usize = 18;

/// The configured channels, and the way to them.
pub struct Delivery {
    channels: Vec<Channel>,
    settings: Channels,
    sender: Sender,
    /// One at a time in this process.
    busy: tokio::sync::Mutex<()>,
}

/// What became of a message that tried a channel.
#[derive(Debug, Clone)]
pub struct Tried {
    /// The channel.
    pub channel: &'static str,
    /// Why it was not taken, if it was not.
    pub failure: Option<SendError>,
}

impl Delivery {
    /// The channels of a configuration.
    pub fn new(config: &Config) -> Self {
        Self::with(config, Arc::new(SystemLookup), PATIENCE)
    }

    /// The same, with another way to look hosts up, and another patience.
    pub fn with(config: &Config, lookup: Arc<dyn Lookup>, patience: Duration) -> Self {
        let settings = config.alerts.channels.clone();
        Self {
            channels: Channel::all(&settings),
            sender: Sender::new(settings.allow_hosts.clone(), lookup, patience),
            settings,
            busy: tokio::sync::Mutex::new(()),
        }
    }

    /// Names of the channels.
    pub fn names(&self) -> Vec<&'static str> {
        self.channels.iter().map(Channel::name).collect()
    }

    /// Tries every channel with a message that says so.
    pub async fn test(&self, now: Timestamp) -> Vec<Tried> {
        let message = Message::test(now);
        join_all(self.channels.iter().map(|channel| async {
            let outgoing = channel.outgoing(&message, &self.settings);
            Tried {
                channel: channel.name(),
                failure: self.sender.send(&outgoing).await.err(),
            }
        }))
        .await
    }

    /// Sends all that is due, one message after the other on each channel, all channels side by side. Returns at once when
    /// another call is at work.
    ///
    /// # Errors
    /// PostgreSQL refuses; what was not noted as sent is sent again.
    pub async fn deliver_unless_busy(&self, app: &App) -> Result<(), DatabaseError> {
        match self.busy.try_lock() {
            Ok(_working) => self.deliver_all(app).await,
            Err(_) => Ok(()),
        }
    }

    /// The same, after the call that is at work.
    ///
    /// # Errors
    /// As above.
    pub async fn deliver(&self, app: &App) -> Result<(), DatabaseError> {
        let _working = self.busy.lock().await;
        self.deliver_all(app).await
    }

    async fn deliver_all(&self, app: &App) -> Result<(), DatabaseError> {
        let client = app.database.connect().await?;
        let sending = self
            .channels
            .iter()
            .map(|channel| self.deliver_on(channel, app, &client));
        let done: Result<Vec<()>, _> = join_all(sending).await.into_iter().collect();
        done.map(drop)
            .map_err(DatabaseError::statement("note what was told"))
    }

    async fn deliver_on(
        &self,
        channel: &Channel,
        app: &App,
        client: &Client,
    ) -> Result<(), tokio_postgres::Error> {
        let name = channel.name();
        loop {
            let now = app.clock.now();
            let until = later(now, TAKEN_FOR);
            let Some(claimed) = queue::claim(client, name, now, until).await? else {
                return Ok(());
            };
            let outgoing = channel.outgoing(&claimed.message, &self.settings);
            let sent = self.sender.send(&outgoing).await;
            let now = app.clock.now();
            match sent {
                Ok(()) => {
                    queue::delivered(client, name, &claimed.message, now).await?;
                    meters::delivery(name, "delivered");
                }
                Err(error) => failed(client, name, &claimed, &error, now).await?,
            }
        }
    }
}

async fn failed(
    client: &Client,
    channel: &'static str,
    claimed: &Claimed,
    error: &SendError,
    now: Timestamp,
) -> Result<(), tokio_postgres::Error> {
    let again = pause_after(claimed.attempt).map(|pause| later(now, pause));
    let key = &claimed.message.key;
    match again {
        Some(_) => {
            tracing::warn!(channel, alert = key, reason = %error, "an alert could not be told; trying again");
            meters::delivery(channel, "failed");
        }
        None => {
            tracing::error!(channel, alert = key, reason = %error, "an alert could not be told; given up");
            meters::delivery(channel, "given_up");
        }
    }
    let why = error.to_string();
    queue::failed(client, channel, &claimed.message, &why, again, now).await
}

/// How long to wait after a failed attempt; `None` after the last.
fn pause_after(attempt: u32) -> Option<SignedDuration> {
    let done = usize::try_from(attempt.saturating_sub(1)).unwrap_or(usize::MAX);
    let pause = ExponentialBuilder::default()
        .with_min_delay(FIRST_PAUSE)
        .with_max_delay(LONGEST_PAUSE)
        .with_max_times(RETRIES)
        .with_jitter()
        .build()
        .nth(done)?;
    SignedDuration::try_from(pause).ok()
}

fn later(now: Timestamp, by: SignedDuration) -> Timestamp {
    now.saturating_add(by).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_end() {
        let first = pause_after(1).unwrap();
        assert!(first >= SignedDuration::from_secs(5) && first <= SignedDuration::from_secs(10));
        assert!(pause_after(8).unwrap() > pause_after(3).unwrap());
        assert!(pause_after(18).is_some());
        assert_eq!(pause_after(19), None);
    }
}
