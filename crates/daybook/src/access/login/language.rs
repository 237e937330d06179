//! The language of the login page.

use axum::http::{HeaderMap, header};

/// The languages that there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Vietnamese, the default.
    Vietnamese,
    /// English.
    English,
}

impl Language {
    /// The language that the address asks for, else the one that the browser likes best.
    pub fn of(asked: Option<&str>, headers: &HeaderMap) -> Self {
        asked
            .and_then(Self::of_tag)
            .or_else(|| Self::liked_best(headers))
            .unwrap_or(Self::Vietnamese)
    }

    fn liked_best(headers: &HeaderMap) -> Option<Self> {
        let accepted = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
        let mut best = None;
        for part in accepted.split(',') {
            let (tag, weight) = part.split_once(";q=").unwrap_or((part, "1"));
            let weight: f32 = weight.trim().parse().unwrap_or(0.0);
            if let Some(language) = Self::of_tag(tag.trim())
                && weight > best.map_or(0.0, |(weight, _)| weight)
            {
                best = Some((weight, language));
            }
        }
        best.map(|(_, language)| language)
    }

    fn of_tag(tag: &str) -> Option<Self> {
        match tag.split('-').next()?.to_ascii_lowercase().as_str() {
            "vi" => Some(Self::Vietnamese),
            "en" => Some(Self::English),
            _ => None,
        }
    }

    /// The tag for `lang` attributes and addresses.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Vietnamese => "vi",
            Self::English => "en",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{HeaderMap, Language, header};

    #[test]
    fn the_address_decides_before_the_browser() {
        let of = |asked, accepted: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, accepted.parse().unwrap());
            Language::of(asked, &headers)
        };
        assert_eq!(of(Some("en"), "vi"), Language::English);
        assert_eq!(of(Some("fr"), "en-GB,en;q=0.9"), Language::English);
        assert_eq!(of(None, "fr, en;q=0.3, vi;q=0.8"), Language::Vietnamese);
        assert_eq!(of(None, "fr"), Language::Vietnamese);
    }
}
