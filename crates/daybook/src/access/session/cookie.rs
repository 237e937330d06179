//! The cookie of a login.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue, header};

/// With this prefix a browser takes the cookie over HTTPS (or from loopback) only, for this host alone and for all of its
/// paths: no neighbour can plant one.
const NAME: &str = "__Host-daybook";

/// Sets the cookie. Scripts cannot read it, and other sites' forms and scripts do not send it; following a link from
/// elsewhere does, or every link to a page would end at the login.
pub fn session_cookie(id: &str, lifetime: Duration) -> HeaderValue {
    let seconds = lifetime.as_secs();
    header_value(&format!(
        "{NAME}={id}; Path=/; Max-Age={seconds}; HttpOnly; Secure; SameSite=Lax"
    ))
}

/// Removes the cookie.
pub fn expired_cookie() -> HeaderValue {
    header_value(&format!(
        "{NAME}=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax"
    ))
}

/// The id in the request's cookies.
pub fn id_of_cookies(headers: &HeaderMap) -> Option<&str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .find(|(name, _)| *name == NAME)
        .map(|(_, id)| id)
}

fn header_value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).expect("names, digits and base64 fit in a header")
}

#[cfg(test)]
mod tests {
    use super::{HeaderMap, HeaderValue, header, id_of_cookies};

    #[test]
    fn the_id_is_found_among_other_cookies() {
        let mut headers = HeaderMap::new();
        assert_eq!(id_of_cookies(&headers), None);
        headers.append(
            header::COOKIE,
            HeaderValue::from_static("a=1; xx__Host-daybook=2"),
        );
        assert_eq!(id_of_cookies(&headers), None);
        headers.append(
            header::COOKIE,
            HeaderValue::from_static("b=3; __Host-daybook=4"),
        );
        assert_eq!(id_of_cookies(&headers), Some("4"));
    }
}
