//! Where a login leads: to a page of ours, whatever the address says.

/// The path when it is one of this server, else `/`. Browsers take `//host` and `/\host` for other servers, and drop
/// control characters before they look.
pub fn local_path(wanted: &str) -> &str {
    let is_local = wanted.starts_with('/')
        && !wanted[1..].starts_with(['/', '\\'])
        && !wanted.contains(|c: char| c.is_control() || c == '\\' || !c.is_ascii())
        && !wanted.starts_with("/login")
        && wanted.len() <= 2000;
    if is_local { wanted } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::local_path;

    #[test]
    fn nothing_leads_elsewhere() {
        for local in [
            "/",
            "/orders?day=2026-03-01&platform=shopee",
            "/a//b",
            "/?next=https://x",
        ] {
            assert_eq!(local_path(local), local);
        }
        for elsewhere in [
            "",
            "orders",
            "//evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "/\r\nSet-Cookie: a=b",
            "/a\\b",
            "/login?next=/login",
        ] {
            assert_eq!(local_path(elsewhere), "/", "{elsewhere:?}");
        }
    }
}
