//! The way of batches from one stage to the next. Who gives one waits until it is taken: what lies between two stages is memory
//! that nobody works on.

use tokio::runtime::Handle;
use tokio::sync::mpsc;

/// The end that gives.
#[derive(Debug, Clone)]
pub struct Giver<T>(mpsc::Sender<T>);

/// The end that takes. Nothing comes any more once the giver is gone.
pub type Taker<T> = mpsc::Receiver<T>;

/// Two ends of a way.
pub fn handover<T>() -> (Giver<T>, Taker<T>) {
    let (sender, receiver) = mpsc::channel(1);
    (Giver(sender), receiver)
}

impl<T> Giver<T> {
    /// Gives, and waits until it is taken. False when nobody takes any more.
    pub async fn give(&self, batch: T) -> bool {
        // There is room again as soon as the batch is taken.
        self.0.send(batch).await.is_ok() && self.0.reserve().await.is_ok()
    }

    /// The same in a thread that may block.
    ///
    /// # Panics
    /// It is no thread for blocking work of a runtime.
    pub fn give_blocking(&self, batch: T) -> bool {
        Handle::current().block_on(self.give(batch))
    }
}
