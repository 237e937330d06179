//! How much of the journal of the finer grains one transaction takes.

use super::grains::Taken;

/// So much is enough: what is added up from it is in memory until it is written.
const ENOUGH_BYTES: u64 = 12 << 20;
/// More would hold locks longer than a reader of the rows should wait.
const MOST_ENTRIES: u64 = 1_500;
/// Before anything is known.
const FIRST_ENTRIES: i64 = 100;

/// A number of entries. An entry holds all orders of a day, platform and status that a statement touched: one, or thousands. So the
/// number follows the size of those that were taken before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Portion {
    pub entries: i64,
}

impl Default for Portion {
    fn default() -> Self {
        Self {
            entries: FIRST_ENTRIES,
        }
    }
}

impl Portion {
    /// Looks at what was taken.
    pub fn learn(&mut self, taken: Taken) {
        let Some(of_one) = (taken.bytes as u64).checked_div(taken.entries) else {
            return;
        };
        let enough = ENOUGH_BYTES / of_one.max(1);
        let entries = enough.clamp(1, MOST_ENTRIES);
        self.entries = i64::try_from(entries).unwrap_or(FIRST_ENTRIES);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(entries: u64, bytes: usize) -> i64 {
        let mut portion = Portion::default();
        portion.learn(Taken { entries, bytes });
        portion.entries
    }

    #[test]
    fn many_small_entries_are_taken_at_once_and_few_large_ones() {
        assert_eq!(after(100, 100 * 2_000), 1_500);
        assert_eq!(after(100, 100 * 60_000), 209);
        assert_eq!(after(3, 3 * (50 << 20)), 1);
    }

    #[test]
    fn nothing_is_learnt_from_nothing() {
        assert_eq!(after(0, 0), FIRST_ENTRIES);
    }
}
