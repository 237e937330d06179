//! Open pages: connections that hear of changes.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use anyhow::ensure;
use http_body_util::{BodyExt, Empty};
use hyper::body::Bytes;
use hyper::header::HOST;
use hyper::{Request, client::conn::http1};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

/// Connections to `/api/v1/events`.
pub struct Streams {
    tasks: Vec<JoinHandle<()>>,
    events: Arc<AtomicU64>,
}

impl Streams {
    /// Opens so many.
    pub fn open(address: SocketAddr, count: usize) -> Self {
        let events = Arc::new(AtomicU64::new(0));
        let tasks = (0..count)
            .map(|_| {
                let events = Arc::clone(&events);
                tokio::spawn(async move {
                    if let Err(error) = listen(address, &events).await {
                        eprintln!("a stream ended: {error:#}");
                    }
                })
            })
            .collect();
        Self { tasks, events }
    }

    /// Closes them; how many were open, and how many events came to all of them.
    pub fn close(self) -> (usize, u64) {
        let open = self.tasks.iter().filter(|task| !task.is_finished()).count();
        for task in &self.tasks {
            task.abort();
        }
        (open, self.events.load(Relaxed))
    }
}

async fn listen(address: SocketAddr, events: &AtomicU64) -> anyhow::Result<()> {
    let stream = TcpStream::connect(address).await?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    let request = Request::get("/api/v1/events")
        .header(HOST, address.to_string())
        .body(Empty::<Bytes>::new())?;
    let response = sender.send_request(request).await?;
    ensure!(response.status().is_success(), "{}", response.status());
    let mut body = response.into_body();
    while let Some(frame) = body.frame().await {
        // An event leaves in one piece.
        let frame = frame?;
        if frame
            .data_ref()
            .is_some_and(|data| data.starts_with(b"event:"))
        {
            events.fetch_add(1, Relaxed);
        }
    }
    Ok(())
}
