//! Delays after wrong passwords, by account and by address, for all processes together.
//!
//! Somebody who guesses is slowed down. Somebody else's guesses must not keep a user out: a delay of an account ends
//! after a minute at most, and does not hold for an address from which the account has logged in of late.

use std::net::IpAddr;

use ipnet::IpNet;
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use tokio_postgres::GenericClient;
use tokio_postgres::types::Type;

use crate::db::DatabaseError;

/// Who tries to log in, from where.
pub(super) struct Attempt<'a> {
    account: &'a str,
    network: IpNet,
}

impl<'a> Attempt<'a> {
    /// An attempt at an account from an address.
    pub fn new(account: &'a str, address: IpAddr) -> Self {
        Self {
            account,
            network: network(address),
        }
    }

    fn buckets(&self) -> (i32, i32) {
        (bucket(self.account), bucket(&self.network.to_string()))
    }

    /// For how many seconds no password is looked at; `None` when one is.
    pub async fn delay(
        &self,
        client: &impl GenericClient,
        now: Timestamp,
    ) -> Result<Option<u64>, DatabaseError> {
        let (account, address) = self.buckets();
        let seconds: Option<i64> = client
            .query_typed_one(
                include_str!("delay.sql"),
                &[
                    (&account, Type::INT4),
                    (&address, Type::INT4),
                    (&self.account, Type::TEXT),
                    (&self.network.to_string(), Type::TEXT),
                    (&now, Type::TIMESTAMPTZ),
                ],
            )
            .await
            .map_err(DatabaseError::statement("look up wrong passwords"))?
            .get(0);
        Ok(seconds.and_then(|seconds| u64::try_from(seconds).ok()))
    }

    /// Counts a wrong password.
    pub async fn failed(
        &self,
        client: &impl GenericClient,
        now: Timestamp,
    ) -> Result<(), DatabaseError> {
        let (account, address) = self.buckets();
        client
            .execute_typed(
                include_str!("failed.sql"),
                &[
                    (&account, Type::INT4),
                    (&address, Type::INT4),
                    (&now, Type::TIMESTAMPTZ),
                ],
            )
            .await
            .map_err(DatabaseError::statement("count a wrong password"))?;
        Ok(())
    }

    /// Forgets the account's wrong passwords. Those of the address stay: whoever has an account of his own must not be
    /// able to begin again from zero.
    pub async fn succeeded(&self, client: &impl GenericClient) -> Result<(), DatabaseError> {
        client
            .execute_typed(
                include_str!("succeeded.sql"),
                &[(&self.buckets().0, Type::INT4)],
            )
            .await
            .map_err(DatabaseError::statement("forget wrong passwords"))?;
        Ok(())
    }
}

/// What counts as one address: with IPv6 a whole network, because everybody has billions of addresses in one.
fn network(address: IpAddr) -> IpNet {
    let bits = if address.is_ipv4() { 32 } else { 64 };
    IpNet::new(address, bits)
        .expect("no address is shorter than that")
        .trunc()
}

/// One of 65,536 buckets: the table stays bounded however many names and addresses are tried.
fn bucket(text: &str) -> i32 {
    let hash = Sha256::digest(text.as_bytes());
    i32::from(u16::from_be_bytes([hash[0], hash[1]]))
}

#[cfg(test)]
mod tests {
    use super::network;

    #[test]
    fn an_ipv6_network_counts_as_one_address() {
        let of = |text: &str| network(text.parse().unwrap()).to_string();
        assert_eq!(of("192.0.2.7"), "192.0.2.7/32");
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
    }
}
