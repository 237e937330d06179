//! Where a request may come from: which names it may call us by, which pages may send it, and whether a proxy passed it on.

use std::net::IpAddr;

use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, Version, header};

use super::Mode;
use crate::http::Problem;

/// Headers with which proxies say that they passed a request on, besides all that begin with `x-forwarded`.
const PROXY_HEADERS: [&str; 8] = [
    "forwarded",
    "via",
    "x-real-ip",
    "x-client-ip",
    "x-original-host",
    "x-original-for",
    "true-client-ip",
    "cf-connecting-ip",
];

/// Host and port, as in the header `Host`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    /// In lower case; an IPv6 address within brackets.
    pub host: String,
    port: Option<u16>,
}

impl Authority {
    /// Reads `host` or `host:port`.
    pub fn parse(text: &str) -> Option<Self> {
        let authority: axum::http::uri::Authority = text.parse().ok()?;
        let is_plain = !text.contains('@') && !authority.host().is_empty();
        is_plain.then(|| Self {
            host: authority.host().to_ascii_lowercase(),
            port: authority.port_u16(),
        })
    }

    /// Reads an origin: `https://host:port`. Its scheme, and host and port without the scheme's own port.
    pub fn of_origin(text: &str) -> Option<(&str, Self)> {
        let (scheme, rest) = text.split_once("://")?;
        let authority = Self::parse(rest)?;
        Some((scheme, authority.without_port(default_port(scheme))))
    }

    fn without_port(mut self, port: Option<u16>) -> Self {
        if self.port == port {
            self.port = None;
        }
        self
    }
}

fn default_port(scheme: &str) -> Option<u16> {
    match scheme {
        "http" => Some(80),
        "https" => Some(443),
        _ => None,
    }
}

/// Whether a host is this machine, whatever a name server says.
pub fn is_loopback_host(host: &str) -> bool {
    let address = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
        .unwrap_or(host);
    host == "localhost"
        || address
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

/// Refuses a request that is not meant for us, or comes from where it must not.
pub fn check(request: &Request, mode: Mode, hosts: &[String]) -> Result<(), Problem> {
    let headers = request.headers();
    let host = host(request)?;
    // A name that an attacker's server lets point here makes a page of the attacker's one of our own ("DNS rebinding").
    let is_ours = hosts.contains(&host.host) || is_loopback_host(&host.host);
    if !is_ours && (mode == Mode::Open || !hosts.is_empty()) {
        return Err(foreign_host(&host.host));
    }
    if mode == Mode::Open {
        refuse_forwarded(request, &host)?;
    }
    // A program with a token is no browser that a page could misuse.
    if headers.contains_key(header::AUTHORIZATION) {
        return Ok(());
    }
    if let Some(origin) = headers.get(header::ORIGIN) {
        let origin = origin.to_str().ok().and_then(Authority::of_origin);
        if !origin.is_some_and(|(scheme, origin)| origin == host.without_port(default_port(scheme)))
        {
            return Err(foreign_site());
        }
    }
    if is_cross_site_part(headers) {
        return Err(foreign_site());
    }
    Ok(())
}

/// The one host that a request names.
fn host(request: &Request) -> Result<Authority, Problem> {
    let mut named = request.headers().get_all(header::HOST).iter();
    let host = match (named.next(), named.next()) {
        (Some(host), None) => host.to_str().ok().and_then(Authority::parse),
        _ => None,
    };
    // A request may also name the host in its first line, as requests to proxies do.
    let in_line = request.uri().authority().map(|line| line.as_str());
    match host {
        Some(host) if in_line.is_none_or(|line| Authority::parse(line).as_ref() == Some(&host)) => {
            Ok(host)
        }
        _ => Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "no-host",
            "The request names no host",
            "A request has exactly one header Host.",
        )),
    }
}

/// Refuses what a proxy passed on: it would publish what is open on loopback only. Besides those that say so, there are
/// those that speak HTTP/1.0, which no browser does any more, and those that put our address in place of the host that
/// the page was asked for by.
fn refuse_forwarded(request: &Request, host: &Authority) -> Result<(), Problem> {
    let headers = request.headers();
    let says_so = headers.keys().any(|name| {
        name.as_str().starts_with("x-forwarded") || PROXY_HEADERS.contains(&name.as_str())
    });
    let referer = headers.get(header::REFERER);
    let own_page_elsewhere = headers
        .get("sec-fetch-site")
        .is_some_and(|site| site == "same-origin")
        && referer
            .and_then(|referer| referer.to_str().ok())
            .and_then(|referer| referer.parse::<axum::http::Uri>().ok())
            .is_some_and(|referer| referer.host() != Some(&host.host));
    if says_so || own_page_elsewhere || request.version() < Version::HTTP_11 {
        return Err(Problem::new(
            StatusCode::FORBIDDEN,
            "forwarded-request",
            "Requests through a proxy are refused",
            "On loopback reading is open to everybody on this machine, and this request came through a proxy.",
        )
        .with_hint(
            "set access.open_on_loopback = false, so that everybody logs in, and serve.hosts to the proxy's name",
        ));
    }
    Ok(())
}

/// Whether another site loads this into a page of its own: an image, a script, a frame. Following a link is no harm.
fn is_cross_site_part(headers: &HeaderMap) -> bool {
    let is = |name: &str, value: &str| headers.get(name).is_some_and(|found| found == value);
    let from_elsewhere = is("sec-fetch-site", "cross-site") || is("sec-fetch-site", "same-site");
    let is_link = is("sec-fetch-mode", "navigate") && is("sec-fetch-dest", "document");
    from_elsewhere && !is_link
}

fn foreign_host(host: &str) -> Problem {
    Problem::new(
        StatusCode::MISDIRECTED_REQUEST,
        "foreign-host",
        "This service has another name",
        format!("{host:?} is no name of this service."),
    )
    .with_hint("use a name that is listed in the setting serve.hosts, or add this one to it")
}

/// What a request is told that a page of another site made.
pub(super) fn foreign_site() -> Problem {
    Problem::new(
        StatusCode::FORBIDDEN,
        "foreign-site",
        "Requests from other sites are refused",
        "A page of another site sent this request.",
    )
    .with_hint(
        "use the service's own pages, or an API token; a reverse proxy has to keep the header Host",
    )
}

#[cfg(test)]
mod tests {
    use super::{Authority, is_loopback_host};

    #[test]
    fn loopback_has_few_names() {
        for ours in ["localhost", "127.0.0.1", "127.1.2.3", "[::1]"] {
            assert!(
                is_loopback_host(&Authority::parse(ours).unwrap().host),
                "{ours}"
            );
        }
        for foreign in [
            "localhost.example.com",
            "127.0.0.1.example.com",
            "example.com",
            "192.168.0.1",
            "[::2]",
            "0.0.0.0",
        ] {
            assert!(
                !is_loopback_host(&Authority::parse(foreign).unwrap().host),
                "{foreign}"
            );
        }
    }

    #[test]
    fn the_port_of_the_scheme_goes_without_saying() {
        let (scheme, origin) = Authority::of_origin("https://Stats.example.com:443").unwrap();
        assert_eq!(scheme, "https");
        assert_eq!(Some(origin), Authority::parse("stats.example.com"));
        let (_, other) = Authority::of_origin("http://stats.example.com:443").unwrap();
        assert_ne!(Some(other), Authority::parse("stats.example.com"));
        for wrong in ["null", "https://", "https://user@host", "https://a b"] {
            assert_eq!(Authority::of_origin(wrong), None, "{wrong}");
        }
    }
}
