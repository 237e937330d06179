//! `/events`: what happens, while it happens, as server-sent events.
//!
//! One task looks for changes for all streams of the process, and only while there are streams. It asks which transactions
//! count as committed, which costs no look at any table, and looks at figures and runs only when that has changed. So it
//! notices whatever anybody commits, this process or another.

mod look;
mod picture;
mod stream;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, broadcast, watch};

use self::look::look_out;
use self::picture::Picture;
pub use self::stream::{__path_stream, stream};
use crate::http::HttpState;

/// How often changes are looked for.
const EVERY: Duration = Duration::from_millis(250);
/// Streams at the same time.
const MOST_STREAMS: usize = 256;
/// Events that a slow client may be behind before it is given the whole picture instead.
const BACKLOG: usize = 64;

/// An event on its way to the streams.
#[derive(Debug)]
struct Message {
    event: &'static str,
    /// Made of what the event tells about, so that it never goes back.
    id: Option<String>,
    data: String,
}

/// Where streams hear of changes.
#[derive(Debug)]
pub struct Hub {
    messages: broadcast::Sender<Arc<Message>>,
    picture: watch::Receiver<Option<Arc<Picture>>>,
    places: Arc<Semaphore>,
}

impl Hub {
    /// Starts the task that looks for changes; it ends when the service does.
    pub fn start(state: &HttpState) -> Arc<Self> {
        let (messages, _) = broadcast::channel(BACKLOG);
        let (shown, picture) = watch::channel(None);
        tokio::spawn(look_out(state.clone(), messages.clone(), shown));
        Arc::new(Self {
            messages,
            picture,
            places: Arc::new(Semaphore::new(MOST_STREAMS)),
        })
    }
}
