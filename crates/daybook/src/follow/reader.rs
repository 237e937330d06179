//! One task a collection waits for its changes.

use std::collections::HashMap;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::Stop;
use crate::source::mongo::MongoSource;
use crate::source::mongo::changes::{ChangeBatch, Place};
use crate::source::{SourceError, Stream};

/// What a reader has to say.
pub struct Message {
    /// Which of the followed streams it reads.
    pub index: usize,
    /// Which of the readers of that stream it is.
    reader: u64,
    /// A batch of changes, or why there are no more.
    result: Result<ChangeBatch, SourceError>,
}

/// Starts readers, one a stream at a time.
pub struct Readers {
    mongo: MongoSource,
    sender: mpsc::Sender<Message>,
    stop: Stop,
    idle_every: Duration,
    /// The reader of each stream, and its number.
    running: HashMap<usize, (u64, JoinHandle<()>)>,
    started: u64,
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
            running: HashMap::new(),
            started: 0,
        }
    }

    /// Starts a reader of a stream at a place, in place of the one before. It ends with a message: at the end of the
    /// changes, or with an error.
    pub fn start(&mut self, index: usize, stream: Stream, place: Place) {
        self.started += 1;
        let reader = self.started;
        let (mongo, sender, stop) = (self.mongo.clone(), self.sender.clone(), self.stop.clone());
        let idle_every = self.idle_every;
        let message = move |result| Message {
            index,
            reader,
            result,
        };
        let reading = tokio::spawn(async move {
            let mut changes = match mongo.changes(&stream, place, idle_every).await {
                Ok(changes) => changes,
                Err(error) => return drop(sender.send(message(Err(error))).await),
            };
            while !stop.is_due() {
                let result = changes.next_batch().await;
                let is_last = result.as_ref().map_or(true, |batch| batch.ended);
                if sender.send(message(result)).await.is_err() || is_last {
                    return;
                }
            }
        });
        if let Some((_, before)) = self.running.insert(index, (reader, reading)) {
            before.abort();
        }
    }

    /// What a message says, if it is of the present reader of its stream. What an earlier one has sent must not be loaded:
    /// its place would hide the batch before it, which was not.
    pub fn current(&self, message: Message) -> Option<Result<ChangeBatch, SourceError>> {
        let (reader, _) = self.running.get(&message.index)?;
        (*reader == message.reader).then_some(message.result)
    }
}

impl Drop for Readers {
    fn drop(&mut self) {
        for (_, reading) in self.running.values() {
            reading.abort();
        }
    }
}
