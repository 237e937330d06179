//! How passwords are kept and compared: argon2id, few at a time.

use std::sync::{Mutex, PoisonError};

use argon2::password_hash::phc;
use argon2::{Algorithm, Argon2, Block, Params, Version};
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

/// What hashing works in, used again and again: memory that is allocated by threads that come and go does not all come back.
static MEMORY: Mutex<Vec<Vec<Block>>> = Mutex::new(Vec::new());

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
        self.work(move || PasswordHash(hash_new(password.0.expose())))
            .await
    }

    /// Compares a password with a user's hash. Without a user it takes the same time and is false.
    pub async fn verify(self, password: Secret, hash: Option<PasswordHash>) -> (bool, Self) {
        self.work(move || {
            let stored = hash.as_ref().map_or(NOBODYS, PasswordHash::as_str);
            is_hash_of(stored, &normalized(password.expose())).unwrap_or(false)
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

/// The hash of a new password, in PHC form.
fn hash_new(password: &str) -> String {
    const FITS: &str = "costs, salt and output are of lengths that argon2 takes";
    let params = Params::new(MEMORY_KIB, PASSES, LANES, Some(32)).expect(FITS);
    let salt: [u8; 16] = rand::random();
    let output = fill(&params, password, &salt).expect(FITS);
    phc::PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: phc::ParamsString::try_from(&params).expect(FITS),
        salt: Some(phc::Salt::new(&salt).expect(FITS)),
        hash: Some(output),
    }
    .to_string()
}

/// Whether a hash is that of a password; `None` when it is no hash of ours. It takes the costs that the hash names, so that
/// they can be raised without anybody's password becoming wrong.
fn is_hash_of(stored: &str, password: &str) -> Option<bool> {
    let stored = phc::PasswordHash::new(stored).ok()?;
    let params = Params::try_from(&stored).ok()?;
    let output = fill(&params, password, stored.salt.as_ref()?)?;
    // In constant time, as phc::Output says of itself.
    Some(output == stored.hash?)
}

fn fill(params: &Params, password: &str, salt: &[u8]) -> Option<phc::Output> {
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
    let mut output = vec![0; params.output_len()?];
    let kept = || MEMORY.lock().unwrap_or_else(PoisonError::into_inner);
    let mut memory = kept().pop().unwrap_or_default();
    memory.resize(params.block_count(), Block::new());
    let filled =
        argon2.hash_password_into_with_memory(password.as_bytes(), salt, &mut output, &mut memory);
    kept().push(memory);
    filled.ok()?;
    phc::Output::new(&output).ok()
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
