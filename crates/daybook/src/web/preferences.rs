//! In which language and colours somebody reads: asked for in the address, else remembered in a cookie, else as the browser says.

use std::str::FromStr;

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use axum::middleware::Next;
use axum::response::Response;

use super::words::Lang;

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// As the device is set.
    Auto,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    /// The word in addresses, cookies and the page's `data-theme`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

impl FromStr for Theme {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        match word {
            "auto" => Ok(Self::Auto),
            "light" => Ok(Self::Light),
            "dark" => Ok(Self::Dark),
            _ => Err(()),
        }
    }
}

/// How somebody wants to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Preferences {
    /// The language.
    pub lang: Lang,
    /// The colours.
    pub theme: Theme,
}

/// Names in addresses and cookies.
const LANG: &str = "lang";
const THEME: &str = "theme";
/// A year, in seconds.
const REMEMBERED_FOR: u32 = 31_536_000;

impl Preferences {
    /// What a request wants.
    pub fn of(uri: &Uri, headers: &HeaderMap) -> Self {
        Self {
            lang: asked(uri, LANG)
                .or_else(|| remembered(headers, LANG))
                .or_else(|| spoken(headers))
                .unwrap_or(Lang::Vi),
            theme: asked(uri, THEME)
                .or_else(|| remembered(headers, THEME))
                .unwrap_or(Theme::Auto),
        }
    }
}

/// Remembers what the address asks for. A cookie of preferences is no secret and changes no figure, so a plain link may set
/// it.
pub async fn remember(request: Request, next: Next) -> Response {
    let lang = asked::<Lang>(request.uri(), LANG).map(|lang| (LANG, lang.as_str()));
    let theme = asked::<Theme>(request.uri(), THEME).map(|theme| (THEME, theme.as_str()));
    let mut response = next.run(request).await;
    for (name, value) in lang.into_iter().chain(theme) {
        let cookie =
            format!("{name}={value}; Path=/; Max-Age={REMEMBERED_FOR}; SameSite=Lax; HttpOnly");
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
    response
}

fn asked<T: FromStr>(uri: &Uri, name: &str) -> Option<T> {
    let pairs = uri.query()?.split('&');
    pairs
        .filter_map(|pair| pair.split_once('='))
        .find(|(key, _)| *key == name)
        .and_then(|(_, value)| value.parse().ok())
}

fn remembered<T: FromStr>(headers: &HeaderMap, name: &str) -> Option<T> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .and_then(|(_, value)| value.parse().ok())
}

/// The first language of the browser that the pages speak; weights follow the order in practice.
fn spoken(headers: &HeaderMap) -> Option<Lang> {
    let accepted = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    accepted.split(',').find_map(|range| {
        let tag = range.split(';').next()?.trim();
        tag.split('-').next()?.to_ascii_lowercase().parse().ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(uri: &str, headers: &[(header::HeaderName, &str)]) -> Preferences {
        let headers = headers
            .iter()
            .map(|(name, value)| (name.clone(), HeaderValue::from_str(value).unwrap()))
            .collect();
        Preferences::of(&uri.parse().unwrap(), &headers)
    }

    #[test]
    fn the_address_wins_over_the_cookie_and_that_over_the_browser() {
        let cookie = (header::COOKIE, "a=b; lang=en; theme=dark");
        let browser = (header::ACCEPT_LANGUAGE, "fr-FR, en-GB;q=0.8");
        assert_eq!(of("/", &[]).lang, Lang::Vi);
        assert_eq!(of("/", std::slice::from_ref(&browser)).lang, Lang::En);
        let both = [cookie, browser];
        assert_eq!(of("/", &both).lang, Lang::En);
        assert_eq!(of("/?lang=vi", &both).lang, Lang::Vi);
        assert_eq!(of("/?lang=vi", &both).theme, Theme::Dark);
        assert_eq!(of("/?theme=light", &both).theme, Theme::Light);
    }

    #[test]
    fn a_language_nobody_speaks_here_is_passed_over() {
        assert_eq!(of("/?lang=xx", &[]).lang, Lang::Vi);
        let browser = (header::ACCEPT_LANGUAGE, "de, fr");
        assert_eq!(of("/", &[browser]).lang, Lang::Vi);
    }
}
