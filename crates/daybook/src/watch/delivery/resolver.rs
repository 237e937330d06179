//! Finds the addresses of hosts, and lets only those through that may be connected to.
//!
//! It is the client's own resolver: what is checked here is what the client connects to, without a second look-up in between
//! that could give another answer.

use std::collections::BTreeSet;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::address::is_public;

/// Addresses being looked up.
pub type Looking = Pin<Box<dyn Future<Output = io::Result<Vec<SocketAddr>>> + Send>>;

/// Looks a host's addresses up. A port of 0 stands for the one of the URL.
pub trait Lookup: Send + Sync + 'static {
    /// The addresses of a host.
    fn lookup(&self, host: &str) -> Looking;
}

/// As the system does.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemLookup;

impl Lookup for SystemLookup {
    fn lookup(&self, host: &str) -> Looking {
        let host = host.to_owned();
        Box::pin(async move { Ok(tokio::net::lookup_host((host, 0)).await?.collect()) })
    }
}

/// An address that must not be connected to.
#[derive(Debug, thiserror::Error)]
#[error("the host is at a private address")]
pub(super) struct Forbidden;

/// Lets only public addresses through, and any of hosts that are listed.
pub(super) struct Guard {
    pub lookup: Arc<dyn Lookup>,
    pub allow_hosts: Arc<BTreeSet<String>>,
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let looking = self.lookup.lookup(name.as_str());
        let is_listed = is_listed(&self.allow_hosts, name.as_str());
        Box::pin(async move {
            let addresses = looking.await?;
            // One bad address among good ones is no accident.
            if !is_listed && addresses.iter().any(|address| !is_public(address.ip())) {
                return Err(Forbidden.into());
            }
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

/// Whether a host is listed as one that may be inside.
pub(super) fn is_listed(hosts: &BTreeSet<String>, host: &str) -> bool {
    let host = host.trim_matches(['[', ']']).trim_end_matches('.');
    hosts.contains(&host.to_ascii_lowercase())
}
