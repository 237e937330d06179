//! A way to a server that can be cut at any moment.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// Passes connections on to a server, and cuts all of them when it is told to.
#[derive(Debug)]
pub struct CuttingProxy {
    port: u16,
    cut: Arc<watch::Sender<u64>>,
}

impl CuttingProxy {
    /// Listens on a free port of 127.0.0.1 for connections to a port of 127.0.0.1.
    ///
    /// # Panics
    /// The system gives no port.
    pub async fn to(server_port: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0))
            .await
            .expect("there is a free port");
        let port = listener.local_addr().expect("it is bound").port();
        let (cut, cuts) = watch::channel(0);
        let server: SocketAddr = ([127, 0, 0, 1], server_port).into();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(pass_on(client, server, cuts.clone()));
            }
        });
        Self {
            port,
            cut: Arc::new(cut),
        }
    }

    /// The way to the server of a URL with the address 127.0.0.1, and the URL that leads through it.
    ///
    /// # Panics
    /// The URL has no such address and port, or the system gives no port.
    pub async fn in_front_of(url: &str) -> (Self, String) {
        let proxy = Self::to(server_of(url).port()).await;
        let url = with_port(url, proxy.port());
        (proxy, url)
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Cuts every connection there is, in the middle of whatever it carries. New ones are passed on.
    pub fn cut(&self) {
        self.cut.send_modify(|cuts| *cuts += 1);
    }
}

/// Passes bytes on in both directions until one side ends, or the connection is cut: both sides are then reset.
async fn pass_on(mut client: TcpStream, server: SocketAddr, mut cuts: watch::Receiver<u64>) {
    cuts.mark_unchanged();
    let Ok(mut server) = TcpStream::connect(server).await else {
        return;
    };
    tokio::select! {
        _ = copy_bidirectional(&mut client, &mut server) => {}
        _ = cuts.changed() => {}
    }
}

/// Address and port in a URL of this machine.
pub(crate) fn server_of(url: &str) -> SocketAddr {
    let (_, digits, _) = around_port(url);
    let port: u16 = digits.parse().expect("the URL has a port");
    ([127, 0, 0, 1], port).into()
}

/// The URL with another port.
pub(crate) fn with_port(url: &str, port: u16) -> String {
    let (before, _, after) = around_port(url);
    format!("{before}{port}{after}")
}

fn around_port(url: &str) -> (&str, &str, &str) {
    const HOST: &str = "127.0.0.1:";
    let start = url.find(HOST).expect("a URL of this machine") + HOST.len();
    let length = url[start..]
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(url.len() - start);
    (
        &url[..start],
        &url[start..start + length],
        &url[start + length..],
    )
}
