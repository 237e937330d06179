//! Addresses of the API, with their parameters written so that any value survives.

use std::fmt;

/// An address below the server, with parameters.
#[derive(Debug, Clone)]
pub struct Link {
    path: &'static str,
    query: String,
}

impl Link {
    /// An address.
    pub fn to(path: &'static str) -> Self {
        Self {
            path,
            query: String::new(),
        }
    }

    /// Adds a parameter.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl fmt::Display) -> Self {
        self.query
            .push(if self.query.is_empty() { '?' } else { '&' });
        self.query.push_str(name);
        self.query.push('=');
        let value = value.to_string();
        self.query
            .extend(form_urlencoded::byte_serialize(value.as_bytes()));
        self
    }
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.path, self.query)
    }
}

#[cfg(test)]
mod tests {
    use super::Link;

    #[test]
    fn any_value_survives() {
        let link = Link::to("/a")
            .with("day", "2026-03-19")
            .with("shop", "=1&b #\"đ/+");
        let text = link.to_string();
        assert_eq!(text, "/a?day=2026-03-19&shop=%3D1%26b+%23%22%C4%91%2F%2B");
        let (_, query) = text.split_once('?').unwrap();
        let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
        assert_eq!(pairs[1].1, "=1&b #\"đ/+");
    }
}
