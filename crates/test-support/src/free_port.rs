//! A port for a server of our own.

use std::net::TcpListener;

/// A port of 127.0.0.1 that nobody uses at this moment. Somebody else may take it before the server does.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("the system has free ports");
    let address = listener.local_addr();
    address.expect("a bound socket has an address").port()
}
