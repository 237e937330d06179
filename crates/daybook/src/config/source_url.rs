//! Where raw orders are: a MongoDB database or a folder of dump files.

use std::fmt;
use std::path::PathBuf;

/// The source as configured.
#[derive(Clone, PartialEq, Eq)]
pub enum SourceUrl {
    /// A connection string of MongoDB, as its driver takes it. It may hold a password.
    Mongo(String),
    /// A folder with dump files.
    Folder(PathBuf),
}

impl SourceUrl {
    /// Reads a `mongodb://`, `mongodb+srv://` or `file://` URL, or a folder's path.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        if text.starts_with("mongodb://") || text.starts_with("mongodb+srv://") {
            return Ok(SourceUrl::Mongo(text.to_owned()));
        }
        let path = match text.split_once("://") {
            Some(("file", path)) => path.strip_prefix("localhost").unwrap_or(path),
            Some((scheme, _)) => {
                return Err(format!("{scheme}:// is not a source daybook can read"));
            }
            None => text,
        };
        if path.is_empty() {
            return Err("names no folder".to_owned());
        }
        Ok(SourceUrl::Folder(PathBuf::from(path)))
    }
}

impl fmt::Debug for SourceUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SourceUrl::Mongo(_) => f.write_str("Mongo(****)"),
            SourceUrl::Folder(path) => f.debug_tuple("Folder").field(path).finish(),
        }
    }
}

/// A setting with the passwords in it replaced by stars: in the user part of a URL, among its options, or among the words of
/// a connection string such as `host=db password=...`. Text without any comes back as it is.
pub fn without_password(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else {
        return without_password_words(text);
    };
    let authority_end = rest.find(['/', '?']).unwrap_or(rest.len());
    // The last @ ends the user part, because a password may hold an @ that should have been encoded.
    let url = match rest[..authority_end].rfind('@').or_else(|| rest.rfind('@')) {
        Some(at) => {
            let user = rest[..at].split(':').next().unwrap_or_default();
            format!("{scheme}://{user}:****{}", &rest[at..])
        }
        // Without @ there is no user part, but what follows the host may be a password whose end was forgotten.
        None => match rest[..authority_end].split_once(':') {
            Some((host, end)) if end.contains(|c: char| !c.is_ascii_digit()) && !is_hosts(end) => {
                format!("{scheme}://{host}:****{}", &rest[authority_end..])
            }
            _ => text.to_owned(),
        },
    };
    match url.split_once('?') {
        Some((address, options)) => {
            let options: Vec<String> = options.split('&').map(option_without_password).collect();
            format!("{address}?{}", options.join("&"))
        }
        None => url,
    }
}

/// Whether what follows a colon goes on with other hosts, or is a part of an IPv6 address.
fn is_hosts(text: &str) -> bool {
    text.contains(',') || text.contains(']')
}

/// An option of a URL, with stars for its value if it is a password.
fn option_without_password(option: &str) -> String {
    match option.split_once('=') {
        Some((name, _)) if name.to_ascii_lowercase().contains("password") => {
            format!("{name}=****")
        }
        _ => option.to_owned(),
    }
}

/// A text with stars from its first `password =` on: a value in quotes may hold blanks, and what comes after it is not worth
/// the risk.
fn without_password_words(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let value = lower
        .match_indices("password")
        .map(|(at, word)| at + word.len())
        .find(|end| lower[*end..].trim_start().starts_with('='));
    match value {
        Some(end) => format!("{}=****", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::without_password;

    #[test]
    fn passwords_become_stars_wherever_a_connection_string_has_them() {
        for (given, shown) in [
            ("postgres://u:p@h:1/d", "postgres://u:****@h:1/d"),
            ("postgres://u:p@ss@h/d?x=1", "postgres://u:****@h/d?x=1"),
            ("postgres://u:p/w@h/d", "postgres://u:****@h/d"),
            ("postgres://h:5432/d", "postgres://h:5432/d"),
            ("mongodb://h:1,i:2/d", "mongodb://h:1,i:2/d"),
            ("postgres://[::1]:5432/d", "postgres://[::1]:5432/d"),
            ("postgres://u:secret", "postgres://u:****"),
            (
                "postgres://h/d?user=u&password=p&x=1",
                "postgres://h/d?user=u&password=****&x=1",
            ),
            (
                "mongodb://h/d?tlsCertificateKeyFilePassword=p",
                "mongodb://h/d?tlsCertificateKeyFilePassword=****",
            ),
            ("host=h password = 'a b' port=1", "host=h password=****"),
            ("host=h user=password", "host=h user=password"),
            ("Asia/Ho_Chi_Minh", "Asia/Ho_Chi_Minh"),
        ] {
            assert_eq!(without_password(given), shown);
        }
    }
}
