//! A way to PostgreSQL that fails at one chosen message of the client: the first, then the second, and so on through all
//! that a program says.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::net::{TcpListener, TcpStream};

use crate::proxy::{server_of, with_port};

/// How long an answer may take.
const ANSWER: Duration = Duration::from_millis(100);

/// What happens at the chosen message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The connection is cut before the server has heard it.
    RequestLost,
    /// The connection is cut when the server has answered, before the client hears that.
    AnswerLost,
    /// The server hears it; the client hears nothing any more, and can be killed meanwhile.
    Silence,
}

/// Passes messages on until the chosen one.
#[derive(Debug)]
pub struct NthCall {
    plan: Arc<Plan>,
}

#[derive(Debug)]
struct Plan {
    fault: Fault,
    /// Which message, from 1, over all connections.
    at: u64,
    heard: AtomicU64,
    happened: AtomicBool,
}

impl NthCall {
    /// The way to the server of a URL with the address 127.0.0.1, and the URL that leads through it.
    ///
    /// # Panics
    /// The URL has no such address and port, or the system gives no port.
    pub async fn in_front_of(url: &str, fault: Fault, at: u64) -> (Self, String) {
        let listener = TcpListener::bind(("127.0.0.1", 0))
            .await
            .expect("there is a free port");
        let port = listener.local_addr().expect("it is bound").port();
        let server = server_of(url);
        let plan = Arc::new(Plan {
            fault,
            at,
            heard: AtomicU64::new(0),
            happened: AtomicBool::new(false),
        });
        let call = Self {
            plan: Arc::clone(&plan),
        };
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                if let Ok(server) = TcpStream::connect(server).await {
                    tokio::spawn(pass_on(client, server, Arc::clone(&plan)));
                }
            }
        });
        (call, with_port(url, port))
    }

    /// Whether the chosen message was said.
    pub fn has_happened(&self) -> bool {
        self.plan.happened.load(Ordering::SeqCst)
    }
}

/// Ends with the connection. Both ends of it are dropped then, which cuts it.
async fn pass_on(mut client: TcpStream, mut server: TcpStream, plan: Arc<Plan>) {
    let (mut from_client, mut to_client) = client.split();
    let (mut from_server, mut to_server) = server.split();
    let (mut message, mut answer) = (vec![0; 1 << 16], vec![0; 1 << 16]);
    loop {
        tokio::select! {
            length = from_client.read(&mut message) => {
                let Ok(length @ 1..) = length else { return };
                let message = &message[..length];
                if plan.heard.fetch_add(1, Ordering::SeqCst) + 1 == plan.at {
                    fail(&plan, message, &mut from_client, &mut from_server, &mut to_server).await;
                    return;
                }
                if to_server.write_all(message).await.is_err() {
                    return;
                }
            }
            length = from_server.read(&mut answer) => {
                let Ok(length @ 1..) = length else { return };
                if to_client.write_all(&answer[..length]).await.is_err() {
                    return;
                }
            }
        }
    }
}

async fn fail(
    plan: &Plan,
    message: &[u8],
    from_client: &mut ReadHalf<'_>,
    from_server: &mut ReadHalf<'_>,
    to_server: &mut WriteHalf<'_>,
) {
    let mut unheard = [0; 1 << 10];
    if plan.fault != Fault::RequestLost {
        // Failures mean that the connection is cut already, which is what we are here for.
        let _ = to_server.write_all(message).await;
    }
    if plan.fault == Fault::AnswerLost {
        // Parts of a COPY have none.
        let _ = tokio::time::timeout(ANSWER, from_server.read(&mut unheard)).await;
    }
    plan.happened.store(true, Ordering::SeqCst);
    if plan.fault == Fault::Silence {
        while let Ok(1..) = from_client.read(&mut unheard).await {}
    }
}
