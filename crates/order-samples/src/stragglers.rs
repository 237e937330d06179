//! Documents that are written far behind those they belong to.

use std::collections::VecDeque;

/// How many are held back; the older ones go out when there are more.
const HELD: usize = 2_048;

/// A queue of a bounded length. With one order in some tens straggling, a document comes tens of
/// thousands of documents later, so most likely in another batch of its reader.
#[derive(Debug)]
pub(crate) struct Stragglers<T> {
    held: VecDeque<T>,
}

impl<T> Stragglers<T> {
    pub fn new() -> Self {
        Self {
            held: VecDeque::with_capacity(HELD),
        }
    }

    /// Holds one back, and gives the oldest when there is no more room.
    pub fn hold(&mut self, straggler: T) -> Option<T> {
        let oldest = if self.held.len() < HELD {
            None
        } else {
            self.held.pop_front()
        };
        self.held.push_back(straggler);
        oldest
    }

    /// Gives those that are left.
    pub fn release(self) -> impl Iterator<Item = T> {
        self.held.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_lost_and_no_more_than_the_bound_is_held() {
        let mut stragglers = Stragglers::new();
        let mut out: Vec<_> = (0..5_000)
            .filter_map(|number| stragglers.hold(number))
            .collect();
        assert_eq!(out.len(), 5_000 - HELD);
        assert!(stragglers.held.capacity() < 2 * HELD);
        out.extend(stragglers.release());
        assert_eq!(out, (0..5_000).collect::<Vec<_>>());
    }
}
