//! How passwords are kept and compared: argon2id, few at a time.

use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::{NewPassword, normalized};
use crate::secret::Secret;

/// 19 MiB, the least that OWASP recommends for two passes.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// How many passwords are hashed at the same time, in the whole process: twice the memory, and one core at most of many.
const AT_ONCE: usize = 2;
/// How many requests may wait for their turn. More would only wait in vain.
const PLACES: usize = 300;

static TURNS: Semaphore = Semaphore::const_new(AT_ONCE);
static QUEUE: Semaphore = Semaphore::const_new(PLACES);

/// What an unknown user's password is compared with, so that the answer takes as long. No password has this hash.
const NOBODYS: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// A password's hash in PHC form: algorithm, costs, salt, hash.
#[derive(Debug, Clone)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// A hash that was stored.
    pub fn stored(phc: String) -> Self {
        Self(phc)
    }

    /// The hash as it is stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The right to hash one password now.
pub struct Turn {
    _place: SemaphorePermit<'static>,
    _turn: SemaphorePermit<'static>,
}

/// Waits for a turn. `None` when too many wait already.
pub async fn turn() -> Option<Turn> {
    let place = QUEUE.try_acquire().ok()?;
    let turn = TURNS.acquire().await.ok()?;
    Some(Turn {
        _place: place,
        _turn: turn,
    })
}

impl Turn {
    /// Hashes a new password with a salt of its own.
    pub async fn hash(self, password: NewPassword) -> (PasswordHash, Self) {
        self.work(move || {
            let hash = argon2().hash_password(password.0.expose().as_bytes());
            PasswordHash(hash.expect("costs and salt are in range").to_string())
        })
        .await
    }

    /// Compares a password with a user's hash. Without a user it takes the same time and is false.
    pub async fn verify(self, password: Secret, hash: Option<PasswordHash>) -> (bool, Self) {
        self.work(move || {
            let stored = hash.as_ref().map_or(NOBODYS, PasswordHash::as_str);
            let password = normalized(password.expose());
            phc::PasswordHash::new(stored).is_ok_and(|stored| {
                argon2()
                    .verify_password(password.as_bytes(), &stored)
                    .is_ok()
            })
        })
        .await
    }

    /// Works on a thread that may block. The turn goes along: when the request ends early, the work does not.
    async fn work<T: Send + 'static>(self, work: impl FnOnce() -> T + Send + 'static) -> (T, Self) {
        tokio::task::spawn_blocking(move || (work(), self))
            .await
            .expect("hashing does not panic, and nobody aborts it")
    }
}

fn argon2() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).expect("the costs are in range");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

#[cfg(test)]
mod tests {
    use super::{NOBODYS, phc, turn};
    use crate::access::password::NewPassword;
    use crate::secret::Secret;

    #[tokio::test]
    async fn a_hash_knows_its_password_alone_and_has_a_salt_of_its_own() {
        let secret = Secret::new("mười hai con giáp 1986");
        let new = NewPassword::new(&secret, "lan").unwrap();
        let (first, turn) = turn().await.unwrap().hash(new.clone()).await;
        let (second, turn) = turn.hash(new).await;
        assert_ne!(first.as_str(), second.as_str());
        assert!(
            first
                .as_str()
                .starts_with("$argon2id$v=19$m=19456,t=2,p=1$")
        );
        let (right, turn) = turn.verify(secret, Some(first.clone())).await;
        let (wrong, turn) = turn
            .verify(Secret::new("mười hai con giáp 1987"), Some(first))
            .await;
        let (nobody, _) = turn.verify(Secret::new(""), None).await;
        assert_eq!((right, wrong, nobody), (true, false, false));
    }

    #[test]
    fn an_unknown_user_costs_as_much_as_a_known_one() {
        let nobodys = phc::PasswordHash::new(NOBODYS).unwrap();
        assert_eq!(
            (
                nobodys.params.get_decimal("m"),
                nobodys.params.get_decimal("t")
            ),
            (Some(super::MEMORY_KIB), Some(super::PASSES))
        );
    }
}
