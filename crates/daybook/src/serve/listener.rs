//! Accepts connections, and lets none of them take more than its share: of time for its headers, and of the process.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use ipnet::IpNet;
#[cfg(target_os = "linux")]
use socket2::SockRef;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tower::ServiceExt;

use super::shares::Shares;
use crate::follow::Stop;

/// Connections at the same time; more wait in the system's queue.
const MOST_CONNECTIONS: usize = 1024;
/// How many of them one address may hold; more are closed at once.
const MOST_CONNECTIONS_OF_ONE: usize = MOST_CONNECTIONS / 4;
/// How long a client may take to send its headers, and how long a connection may be idle between two requests.
const HEADERS_WITHIN: Duration = Duration::from_secs(15);
/// How long what was sent may wait for the client to take it. Without a limit, one that reads nothing, or has vanished, keeps
/// its place and its answer for as long as it likes.
#[cfg(target_os = "linux")]
const TAKEN_WITHIN: Duration = Duration::from_secs(30);
/// Bytes that the headers of a request may have.
const MOST_HEADER_BYTES: usize = 32 * 1024;
/// How long requests under way may take once it is time to stop.
const GRACE: Duration = Duration::from_secs(3);
/// Pause after a connection could not be accepted, as when the process has no file descriptor left.
const AFTER_FAILURE: Duration = Duration::from_millis(100);

/// Answers requests until it is time to stop; those under way then get a moment to end.
pub async fn answer(listener: TcpListener, router: Router, trusted_proxies: &[IpNet], stop: Stop) {
    let shares = Shares::new(MOST_CONNECTIONS_OF_ONE, trusted_proxies);
    let places = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    let mut connections = JoinSet::new();
    while let Some(place) = stop.or(Arc::clone(&places).acquire_owned()).await {
        let Some(accepted) = stop.or(listener.accept()).await else {
            break;
        };
        match accepted {
            Ok((stream, peer)) => {
                let Some(share) = shares.take(peer.ip()) else {
                    tracing::debug!(%peer, "an address has as many connections as it may");
                    continue;
                };
                let (router, stop) = (router.clone(), stop.clone());
                connections.spawn(async move {
                    let _place = (place, share);
                    serve_connection(stream, peer, router, stop).await;
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(AFTER_FAILURE).await;
            }
        }
        while connections.try_join_next().is_some() {}
    }
    drop(listener);
    let ended = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(GRACE, ended).await.is_err() {
        tracing::debug!("requests that did not end are dropped");
    }
}

async fn serve_connection(stream: TcpStream, peer: SocketAddr, router: Router, stop: Stop) {
    // Answers are small, and live updates must not wait for more to send.
    let _ = stream.set_nodelay(true);
    #[cfg(target_os = "linux")]
    let _ = SockRef::from(&stream).set_tcp_user_timeout(Some(TAKEN_WITHIN));
    let service = hyper::service::service_fn(move |mut request: Request<hyper::body::Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        let router = router.clone();
        async move {
            let request = request.map(axum::body::Body::new);
            Ok::<_, Infallible>(
                router
                    .oneshot(request)
                    .await
                    .unwrap_or_else(|never| match never {}),
            )
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS_WITHIN)
        .max_buf_size(MOST_HEADER_BYTES)
        .serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    tokio::select! {
        ended = connection.as_mut() => told(ended),
        () = stop.due() => {
            connection.as_mut().graceful_shutdown();
            told(connection.await);
        }
    }
}

/// Clients that go away are no news.
fn told(ended: Result<(), hyper::Error>) {
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended");
    }
}
