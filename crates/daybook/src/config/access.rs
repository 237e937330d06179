//! Settings about who may use the service.

use std::time::Duration;

use ipnet::IpNet;

use super::{Reader, boolean, duration, setting};

/// Who may use the service, and from where.
#[derive(Debug, Clone)]
pub struct Access {
    /// Whether everybody may read without a login while the service listens on loopback.
    pub open_on_loopback: bool,
    /// After how long without a request a login ends.
    pub session_idle: Duration,
    /// After how long a login ends in any case.
    pub session_lifetime: Duration,
    /// Host names of the service, in lower case and without port, besides those of loopback.
    pub hosts: Vec<String>,
    /// Proxies whose word about the client's address is believed.
    pub trusted_proxies: Vec<IpNet>,
}

impl Reader<'_> {
    pub(super) fn access(&mut self) -> Option<Access> {
        let open_on_loopback = self.required(&setting::ACCESS_OPEN_ON_LOOPBACK, boolean);
        let session_idle = self.required(&setting::ACCESS_SESSION_IDLE, session_limit);
        let session_lifetime = self.required(&setting::ACCESS_SESSION_LIFETIME, session_limit);
        let hosts = self.listed(&setting::SERVE_HOSTS, host);
        let trusted_proxies = self.listed(&setting::SERVE_TRUSTED_PROXIES, network);
        Some(Access {
            open_on_loopback: open_on_loopback?,
            session_idle: session_idle?,
            session_lifetime: session_lifetime?,
            hosts: hosts?,
            trusted_proxies: trusted_proxies?,
        })
    }

    /// A setting with commas between its values; empty when it is not set, absent when it is faulty.
    fn listed<T>(
        &mut self,
        setting: &setting::Setting,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<Vec<T>> {
        if self.layers.get(setting).is_none() {
            return Some(Vec::new());
        }
        self.optional(setting, |text| {
            text.split(',')
                .map(str::trim)
                .filter(|part| !part.is_empty())
                .map(&parse)
                .collect()
        })
    }
}

/// A login that ends before its first page is shown is of no use; one of years is no limit.
fn session_limit(text: &str) -> Result<Duration, String> {
    const RANGE: std::ops::RangeInclusive<Duration> =
        Duration::from_secs(60)..=Duration::from_secs(366 * 24 * 60 * 60);
    let limit = duration(text)?;
    if RANGE.contains(&limit) {
        Ok(limit)
    } else {
        Err("must be from 1m to 366d".to_owned())
    }
}

fn host(text: &str) -> Result<String, String> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || "-._[:]".contains(c);
    let has_port = !text.ends_with(']') && text.contains(':');
    if text.chars().all(is_name) && !has_port {
        Ok(text.to_ascii_lowercase())
    } else {
        Err(format!("{text:?} is no host name without port"))
    }
}

fn network(text: &str) -> Result<IpNet, String> {
    text.parse::<IpNet>()
        .or_else(|_| text.parse::<std::net::IpAddr>().map(IpNet::from))
        .map_err(|_| format!("{text:?} is no address and no network such as 10.0.0.0/8"))
}
