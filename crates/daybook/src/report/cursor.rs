//! Where a page of orders ended.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::civil::DateTime;

/// The last order of a page: the next one goes on below it. Written as text that nobody is meant to take apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    pub(super) order_date: DateTime,
    pub(super) platform: String,
    pub(super) order_code: String,
}

/// A text that is no cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a cursor of an earlier answer")]
pub struct InvalidCursor;

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = (self.order_date, &self.platform, &self.order_code);
        let json = serde_json::to_vec(&parts).map_err(|_| fmt::Error)?;
        f.write_str(&BASE64_URL_SAFE_NO_PAD.encode(json))
    }
}

impl FromStr for Cursor {
    type Err = InvalidCursor;

    fn from_str(text: &str) -> Result<Self, InvalidCursor> {
        let json = BASE64_URL_SAFE_NO_PAD
            .decode(text)
            .map_err(|_| InvalidCursor)?;
        let (order_date, platform, order_code): (DateTime, String, String) =
            serde_json::from_slice(&json).map_err(|_| InvalidCursor)?;
        // PostgreSQL's text cannot hold the character NUL.
        if platform.contains('\0') || order_code.contains('\0') {
            return Err(InvalidCursor);
        }
        Ok(Self {
            order_date,
            platform,
            order_code,
        })
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::{Cursor, InvalidCursor};

    #[test]
    fn a_cursor_comes_back_as_it_was() {
        let cursor = Cursor {
            order_date: date(2026, 3, 20).at(23, 59, 59, 123_456_000),
            platform: "shopee".to_owned(),
            order_code: "Đ\"\\\n'".to_owned(),
        };
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
    }

    #[test]
    fn anything_else_is_refused() {
        for text in ["", "x", "e30", "WzEsMiwzXQ", "=", "\0", "W10"] {
            assert_eq!(text.parse::<Cursor>(), Err(InvalidCursor), "{text:?}");
        }
        let with_nul = r#"["2026-03-20T00:00:00","a\u0000","b"]"#;
        let text = base64::Engine::encode(&base64::prelude::BASE64_URL_SAFE_NO_PAD, with_nul);
        assert_eq!(text.parse::<Cursor>(), Err(InvalidCursor));
    }
}
