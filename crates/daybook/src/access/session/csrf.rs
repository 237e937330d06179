//! What forms and scripts of a login prove with that they are its own.

use crate::access::random;

/// The secret of a login that its tokens are made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Csrf([u8; 32]);

impl Csrf {
    /// A secret that was stored.
    pub fn stored(secret: Vec<u8>) -> Self {
        Self(
            secret
                .try_into()
                .expect("the column is checked to hold 32 bytes"),
        )
    }

    /// A token: the secret under a mask of its own. A page that is compressed together with something an attacker chose
    /// gives a constant text away bit by bit; this is another text each time.
    pub fn token(&self) -> String {
        let mask = random::bits();
        let masked = combined(&mask, &self.0);
        random::text(&[mask, masked].concat())
    }

    /// Whether a token was made from this secret.
    pub fn matches(&self, token: &str) -> bool {
        let Some(bytes) = random::bytes(token) else {
            return false;
        };
        let Some((mask, masked)) = bytes.split_first_chunk::<32>() else {
            return false;
        };
        let Ok(masked) = <&[u8; 32]>::try_from(masked) else {
            return false;
        };
        let difference = combined(&combined(mask, masked), &self.0);
        // All bytes are looked at, so that the time tells nothing about how many are right.
        difference.iter().fold(0, |all, byte| all | byte) == 0
    }
}

fn combined(a: &[u8; 32], b: &[u8; 32]) -> [u8; 32] {
    std::array::from_fn(|i| a[i] ^ b[i])
}

#[cfg(test)]
mod tests {
    use super::Csrf;

    #[test]
    fn tokens_differ_and_fit_their_secret_alone() {
        let (ours, theirs) = (Csrf([7; 32]), Csrf([8; 32]));
        let (first, second) = (ours.token(), ours.token());
        assert_ne!(first, second);
        assert!(ours.matches(&first) && ours.matches(&second));
        assert!(!ours.matches(&theirs.token()));
        for wrong in [
            "",
            "AAAA",
            "not base64!",
            &first[..first.len() - 1],
            &(first.clone() + "AAAA"),
        ] {
            assert!(!ours.matches(wrong), "{wrong}");
        }
    }
}
