//! Addresses of pages, with their state in the query.

use std::fmt::Write;

/// An address: a path and what follows it, encoded.
pub fn address(path: &str, pairs: &[(&str, String)]) -> String {
    let mut address = path.to_owned();
    for (index, (name, value)) in pairs.iter().enumerate() {
        address.push(if index == 0 { '?' } else { '&' });
        address.push_str(name);
        address.push('=');
        address.push_str(&encoded(value));
    }
    address
}

/// A text as a part of an address.
pub fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b':' | b',' => {
                out.push(char::from(byte));
            }
            _ => {
                write!(out, "%{byte:02X}").expect("a string takes whatever is written");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_cannot_leave_their_place() {
        let pairs = [
            ("q", "a&b=c#d \"<'>/?%".to_owned()),
            ("shop", "tiktok:1".to_owned()),
        ];
        assert_eq!(
            address("/search", &pairs),
            "/search?q=a%26b%3Dc%23d%20%22%3C%27%3E%2F%3F%25&shop=tiktok:1"
        );
        assert_eq!(address("/", &[]), "/");
        assert_eq!(encoded("Đà"), "%C4%90%C3%A0");
    }
}
