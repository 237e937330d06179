//! Passwords: which ones are taken, and how they are kept and compared.

mod common;
mod hash;

use unicode_normalization::UnicodeNormalization;

pub(super) use self::hash::{PasswordHash, turn};
use crate::secret::Secret;

/// Fewest characters of a password.
const MIN_CHARACTERS: usize = 12;
/// Most bytes of a password. Longer ones are refused, never cut.
const MAX_BYTES: usize = 1024;

/// A password that was chosen and is good enough, in the form that is hashed.
#[derive(Debug, Clone)]
pub struct NewPassword(Secret);

impl NewPassword {
    /// Checks a password that a user of this name wants.
    ///
    /// # Errors
    /// It is too short, too long, or among the first that somebody would try; the text says which.
    pub fn new(password: &Secret, user: &str) -> Result<Self, String> {
        let text = normalized(password.expose());
        if text.len() > MAX_BYTES {
            return Err(format!(
                "must have at most {MAX_BYTES} bytes; this one has {}",
                text.len()
            ));
        }
        let characters = text.chars().count();
        if characters < MIN_CHARACTERS {
            return Err(format!(
                "must have at least {MIN_CHARACTERS} characters; this one has {characters}. Several words are easy to remember"
            ));
        }
        if common::is_guessable(&text, user) {
            return Err(
                "is among the first that somebody would try: a common password, a row of keys, the user's or the \
                 product's name. Take several words that do not belong together"
                    .to_owned(),
            );
        }
        Ok(Self(Secret::new(text)))
    }
}

/// The same password typed on two systems may be composed in two ways: with accents as characters of their own, or not.
fn normalized(password: &str) -> String {
    password.nfc().collect()
}

#[cfg(test)]
mod tests {
    use super::{MAX_BYTES, NewPassword};
    use crate::secret::Secret;

    fn refusal(password: &str) -> Option<String> {
        NewPassword::new(&Secret::new(password), "lan.nguyen").err()
    }

    #[test]
    fn length_is_counted_in_characters_and_limited_in_bytes() {
        assert!(refusal("ngắnquá").unwrap().contains("at least 12"));
        assert_eq!(refusal("cà phê sữa đá 4h sáng"), None);
        assert_eq!(refusal("7 con mèo áo"), None);
        let longest = "ab3 x".repeat(MAX_BYTES / 5) + "zzzz";
        assert_eq!(longest.len(), MAX_BYTES);
        assert_eq!(refusal(&longest), None);
        assert!(
            refusal(&(longest + "!"))
                .unwrap()
                .contains("at most 1024 bytes")
        );
    }

    #[test]
    fn common_passwords_and_what_is_made_of_names_are_refused() {
        for guessable in [
            "password1234",
            "P@ssw0rd2026!",
            "passwordpassword",
            "daybook-admin-1",
            "Daybook2026!!!",
            "lan.nguyen.2026",
            "LanNguyen12345",
            "qwertyuiop[]",
            "123456789012",
            "aaaaaaaaaaaaaa",
            "abababababababab",
            "iloveyou2025!",
            "matkhau123456",
            "MậtKhẩu@2026",
            "vietnamvodich",
            "correcthorsebatterystaple",
            "1q2w3e4r5t6y",
        ] {
            assert!(refusal(guessable).is_some(), "{guessable}");
        }
        for good in [
            "tám mươi ba con vịt",
            "granite teapot 19 lanterns",
            "Hy3-kzQ0-vWp8-11",
        ] {
            assert_eq!(refusal(good), None, "{good}");
        }
    }

    #[test]
    fn an_accent_is_the_same_however_it_is_composed() {
        assert_eq!(
            super::normalized("cafe\u{301}"),
            super::normalized("caf\u{e9}")
        );
    }
}
