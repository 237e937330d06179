//! How many of the connections one address may hold.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};

use ipnet::IpNet;

/// Counts connections by the address they come from. The machine itself and trusted proxies, through which everybody comes,
/// have no limit.
#[derive(Debug)]
pub struct Shares {
    most: usize,
    trusted: Vec<IpNet>,
    held: Mutex<HashMap<IpAddr, usize>>,
}

/// A connection that counts until it is dropped.
#[derive(Debug)]
pub struct Share {
    shares: Arc<Shares>,
    /// `None` when there is no limit for its address.
    holder: Option<IpAddr>,
}

impl Shares {
    /// At most so many connections an address, trusted networks apart.
    pub fn new(most: usize, trusted: &[IpNet]) -> Arc<Self> {
        Arc::new(Self {
            most,
            trusted: trusted.to_vec(),
            held: Mutex::default(),
        })
    }

    /// A share for a connection; `None` when its address has as many as it may.
    pub fn take(self: &Arc<Self>, peer: IpAddr) -> Option<Share> {
        let peer = peer.to_canonical();
        let has_limit = !peer.is_loopback() && !self.trusted.iter().any(|net| net.contains(&peer));
        let holder = has_limit.then(|| holder(peer));
        if let Some(holder) = holder {
            let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
            let count = held.entry(holder).or_default();
            if *count >= self.most {
                return None;
            }
            *count += 1;
        }
        Some(Share {
            shares: Arc::clone(self),
            holder,
        })
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let Some(holder) = self.holder else {
            return;
        };
        let held = &self.shares.held;
        let mut held = held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = held.get_mut(&holder) {
            *count -= 1;
            if *count == 0 {
                held.remove(&holder);
            }
        }
    }
}

/// Who holds a connection from an address. Of IPv6 everybody has a whole /64 network.
fn holder(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => {
            Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn an_address_has_its_share_and_leaves_the_others_theirs() {
        let shares = Shares::new(2, &[]);
        let first = shares.take(ip("192.0.2.1")).unwrap();
        let _second = shares.take(ip("::ffff:192.0.2.1")).unwrap();
        assert!(shares.take(ip("192.0.2.1")).is_none());
        assert!(shares.take(ip("192.0.2.2")).is_some());
        drop(first);
        assert!(shares.take(ip("192.0.2.1")).is_some());
    }

    #[test]
    fn a_network_of_one_ipv6_client_is_one_holder() {
        let shares = Shares::new(1, &[]);
        let _one = shares.take(ip("2001:db8::1")).unwrap();
        assert!(shares.take(ip("2001:db8::2")).is_none());
        assert!(shares.take(ip("2001:db8:0:1::1")).is_some());
    }

    #[test]
    fn the_machine_and_trusted_proxies_have_no_limit() {
        let shares = Shares::new(0, &["10.0.0.0/8".parse().unwrap()]);
        for free in ["127.0.0.1", "::1", "10.1.2.3"] {
            assert!(shares.take(ip(free)).is_some(), "{free}");
        }
        assert!(shares.take(ip("11.1.2.3")).is_none());
    }

    #[test]
    fn nothing_is_kept_of_who_has_gone() {
        let shares = Shares::new(1, &[]);
        drop(shares.take(ip("192.0.2.1")));
        assert!(shares.held.lock().unwrap().is_empty());
    }
}
