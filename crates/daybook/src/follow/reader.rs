//! One task a collection waits for its changes.

use std::time::Duration;

use tokio::sync::mpsc;

use super::Stop;
use crate::source::mongo::MongoSource;
use crate::source::mongo::changes::{ChangeBatch, Place};
use crate::source::{SourceError, Stream};

/// What a reader has to say.
pub struct Message {
    /// Which of the followed streams it reads.
    pub index: usize,
    /// A batch of changes, or why there are no more.
    pub result: Result<ChangeBatch, SourceError>,
}

/// Starts readers.
pub struct Readers {
    mongo: MongoSource,
    sender: mpsc::Sender<Message>,
    stop: Stop,
    idle_every: Duration,
}

impl Readers {
    pub fn new(
        mongo: &MongoSource,
        sender: mpsc::Sender<Message>,
        stop: Stop,
        idle_every: Duration,
    ) -> Self {
        Self {
            mongo: mongo.clone(),
            sender,
            stop,
            idle_every,
        }
    }

    /// Starts a reader of a stream at a place. It ends with a message: at the end of the changes, or with an error.
    pub fn start(&mut self, index: usize, stream: Stream, place: Place) {
        let (mongo, sender, stop) = (self.mongo.clone(), self.sender.clone(), self.stop.clone());
        let idle_every = self.idle_every;
        tokio::spawn(async move {
            let mut changes = match mongo.changes(&stream, place, idle_every).await {
                Ok(changes) => changes,
                Err(error) => {
                    return drop(
                        sender
                            .send(Message {
                                index,
                                result: Err(error),
                            })
                            .await,
                    );
                }
            };
            while !stop.is_due() {
                let result = changes.next_batch().await;
                let is_last = result.as_ref().map_or(true, |batch| batch.ended);
                if sender.send(Message { index, result }).await.is_err() || is_last {
                    return;
                }
            }
        });
    }
}
