//! Lets somebody have the source for a while: whoever follows it steps aside and comes back.

use tokio::sync::{RwLock, RwLockReadGuard, RwLockWriteGuard, watch};

/// Who reads the source. Two readers of one stream would take each other for strangers.
pub struct SourceInUse {
    users: RwLock<()>,
    /// How many wait for the source, or have it for themselves.
    wanted: watch::Sender<u32>,
}

impl Default for SourceInUse {
    fn default() -> Self {
        Self {
            users: RwLock::new(()),
            wanted: watch::Sender::new(0),
        }
    }
}

/// The source is its holder's alone.
pub struct Alone<'a> {
    source: &'a SourceInUse,
    _guard: RwLockWriteGuard<'a, ()>,
}

impl SourceInUse {
    /// For a reader of one part of the source, beside readers of other parts.
    pub async fn part(&self) -> RwLockReadGuard<'_, ()> {
        self.users.read().await
    }

    /// Returns when somebody wants the source alone.
    pub async fn wanted_alone(&self) {
        let mut wanted = self.wanted.subscribe();
        let _ = wanted.wait_for(|count| *count > 0).await;
    }

    /// Asks everybody to step aside, and waits until they have.
    pub async fn alone(&self) -> Alone<'_> {
        let wish = Wish::new(self);
        let guard = self.users.write().await;
        // From here on the guard's holder takes the wish back.
        std::mem::forget(wish);
        Alone {
            source: self,
            _guard: guard,
        }
    }
}

/// A wish that is taken back when it is given up before it was granted.
struct Wish<'a>(&'a SourceInUse);

impl<'a> Wish<'a> {
    fn new(source: &'a SourceInUse) -> Self {
        source.wanted.send_modify(|count| *count += 1);
        Self(source)
    }
}

impl Drop for Wish<'_> {
    fn drop(&mut self) {
        self.0.wanted.send_modify(|count| *count -= 1);
    }
}

impl Drop for Alone<'_> {
    fn drop(&mut self) {
        self.source.wanted.send_modify(|count| *count -= 1);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[tokio::test]
    async fn readers_step_aside_and_come_back() {
        let source = Arc::new(SourceInUse::default());
        let (reads, reading) = tokio::sync::oneshot::channel();
        let reader = tokio::spawn({
            let source = Arc::clone(&source);
            async move {
                let _part = source.part().await;
                reads.send(()).unwrap();
                source.wanted_alone().await;
            }
        });
        reading.await.unwrap();
        let alone = source.alone().await;
        reader.await.unwrap();
        assert!(
            tokio::time::timeout(std::time::Duration::from_millis(50), source.part())
                .await
                .is_err()
        );
        drop(alone);
        let _part = source.part().await;
        let nobody = source.wanted_alone();
        assert!(
            tokio::time::timeout(std::time::Duration::from_millis(50), nobody)
                .await
                .is_err()
        );
    }

    #[tokio::test]
    async fn a_wish_that_is_given_up_bothers_nobody() {
        let source = SourceInUse::default();
        let part = source.part().await;
        assert!(
            tokio::time::timeout(std::time::Duration::from_millis(20), source.alone())
                .await
                .is_err()
        );
        assert_eq!(*source.wanted.borrow(), 0);
        drop(part);
    }
}
