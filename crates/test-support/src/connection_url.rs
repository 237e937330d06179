//! Connection URLs of servers that hold many databases.

/// A URL for another database on the same server. Both PostgreSQL and MongoDB write them as
/// `scheme://user:password@hosts/database?options`, with everything after the hosts optional.
pub(crate) fn with_database(url: &str, database: &str) -> String {
    let Parts {
        server, options, ..
    } = parts(url);
    let question_mark = if options.is_empty() { "" } else { "?" };
    format!("{server}/{database}{question_mark}{options}")
}

/// The pieces of a URL.
pub(crate) struct Parts<'a> {
    /// Scheme, credentials and hosts.
    pub server: &'a str,
    /// Empty when the URL names none.
    pub database: &'a str,
    /// Without the question mark; empty when there are none.
    pub options: &'a str,
}

/// Takes a URL apart.
pub(crate) fn parts(url: &str) -> Parts<'_> {
    let (address, options) = url.split_once('?').unwrap_or((url, ""));
    let hosts = address.find("://").map_or(0, |scheme| scheme + 3);
    let end = address[hosts..]
        .find('/')
        .map_or(address.len(), |slash| hosts + slash);
    Parts {
        server: &address[..end],
        database: address[end..].trim_start_matches('/'),
        options,
    }
}

#[cfg(test)]
mod tests {
    use super::with_database;

    #[test]
    fn a_database_takes_the_place_of_the_one_in_the_url() {
        for (given, wanted) in [
            ("postgres://u:p@h:1/a", "postgres://u:p@h:1/new"),
            ("postgres://u:p@h:1", "postgres://u:p@h:1/new"),
            ("mongodb://h:1,i:2/", "mongodb://h:1,i:2/new"),
            (
                "postgres://h/a?sslmode=disable",
                "postgres://h/new?sslmode=disable",
            ),
            ("mongodb://h?w=1", "mongodb://h/new?w=1"),
        ] {
            assert_eq!(with_database(given, "new"), wanted);
        }
    }
}
