//! Stopping in order: what is under way is finished or undone as a whole.

use std::time::Duration;

use tokio::sync::watch;

/// How long the batch in hand may take once it is time to stop.
const GRACE: Duration = Duration::from_secs(3);

/// Tells everybody that it is time to stop.
#[derive(Debug, Clone)]
pub struct Stop(watch::Receiver<bool>);

/// Says when it is time.
#[derive(Debug)]
pub struct Stopper(watch::Sender<bool>);

impl Stopper {
    /// It is time.
    pub fn stop(&self) {
        let _ = self.0.send(true);
    }
}

impl Stop {
    /// Stops at SIGTERM or SIGINT. A second one of them ends the program at once.
    pub fn at_signals() -> Self {
        let (sender, receiver) = watch::channel(false);
        tokio::spawn(async move {
            signal().await;
            tracing::info!("stopping; once more to stop at once");
            let _ = sender.send(true);
            signal().await;
            std::process::exit(2);
        });
        Self(receiver)
    }

    /// Stops when somebody in this process says so, or forgets about it.
    pub fn by_hand() -> (Stopper, Self) {
        let (sender, receiver) = watch::channel(false);
        (Stopper(sender), Self(receiver))
    }

    /// Whether it is time.
    pub fn is_due(&self) -> bool {
        *self.0.borrow()
    }

    /// Returns when it is time.
    pub async fn due(&self) {
        let mut due = self.0.clone();
        let _ = due.wait_for(|due| *due).await;
    }

    /// What some work gives, or nothing when it is time to stop before it ends; then the work is dropped.
    pub async fn or<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        let mut due = self.0.clone();
        tokio::select! {
            biased;
            _ = due.wait_for(|due| *due) => None,
            done = work => Some(done),
        }
    }

    /// The same, but work that is under way gets a moment to end before it is dropped.
    pub async fn or_soon_after<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        let mut due = self.0.clone();
        let late = async {
            let _ = due.wait_for(|due| *due).await;
            tokio::time::sleep(GRACE).await;
        };
        tokio::select! {
            biased;
            done = work => Some(done),
            () = late => None,
        }
    }
}

#[cfg(unix)]
async fn signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).expect("signals can be listened to");
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}

#[cfg(not(unix))]
async fn signal() {
    let _ = tokio::signal::ctrl_c().await;
}
