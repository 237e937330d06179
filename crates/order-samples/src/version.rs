//! Which versions of an order the collectors have stored.

use jiff::Timestamp;
use rand::RngExt;

use crate::buyer::Buyer;
use crate::life::{Order, Stage, later};
use crate::world::World;
use crate::{LazadaItems, Marketplace};

const DAY: i64 = 86_400;

/// A version of an order as it was when a collector asked for it.
#[derive(Debug, Clone)]
pub(crate) struct Version {
    pub stage: Stage,
    /// The marketplace's time of the last update.
    pub updated_at: Timestamp,
    /// When the collector stored it.
    pub ingested_at: Timestamp,
    /// Whether the address is masked.
    pub masked: bool,
    /// Whether it names the buyer's other province.
    pub elsewhere: bool,
    /// Whether what can be left out is: the buyer, or the items.
    pub lean: bool,
    /// Whether units keep the time of their delivery when the order is closed.
    pub units_stay: bool,
    /// How often it is stored, each time under another id.
    pub copies: u8,
    /// Draws for its spellings.
    pub seed: u64,
    /// Whether it is stored even though a newer one is.
    kept: bool,
}

impl Version {
    /// The province it names, unless that is masked.
    pub fn province(&self, order: &Order) -> Option<&'static str> {
        let Buyer {
            province,
            other_province,
            ..
        } = order.buyer;
        (!self.masked).then_some(if self.elsewhere {
            other_province
        } else {
            province
        })
    }
}

/// The versions that a plan tells of an order: at each of its moments the newest, and of the others
/// those that were kept. Told at one moment, told at every later one.
pub(crate) fn told(world: &World, order: &mut Order) -> Vec<Version> {
    let all = all(order);
    if order.marketplace == Marketplace::Lazada && world.plan.lazada_items == LazadaItems::Sibling {
        return replaced(all, world.horizon());
    }
    let is_told = |number: usize| {
        world.moments.iter().any(|moment| {
            let is_stored = |version: &Version| version.ingested_at <= *moment;
            let newest = all.iter().rposition(is_stored);
            is_stored(&all[number]) && (all[number].kept || newest == Some(number))
        })
    };
    let is_told: Vec<bool> = (0..all.len()).map(is_told).collect();
    let numbered = all.into_iter().zip(is_told);
    numbered
        .filter_map(|(version, told)| told.then_some(version))
        .collect()
}

/// The first version alone, which is all that is told of an order whose documents are spoiled.
pub(crate) fn first(world: &World, order: &mut Order) -> Option<Version> {
    let mut first = all(order).into_iter().next()?;
    first.lean = false;
    first.copies = 1;
    (first.ingested_at <= world.horizon()).then_some(first)
}

/// What a collector has that replaces what it stored before.
fn replaced(all: Vec<Version>, horizon: Timestamp) -> Vec<Version> {
    let newest = all
        .into_iter()
        .rfind(|version| version.ingested_at <= horizon);
    let newest = newest.map(|version| Version {
        // What a document in the same place said before must not matter.
        masked: false,
        elsewhere: false,
        lean: false,
        units_stay: true,
        copies: 1,
        ..version
    });
    newest.into_iter().collect()
}

/// Every version, oldest first. All draws are made, whether the version is told or not, so that a
/// longer plan draws the same.
fn all(order: &mut Order) -> Vec<Version> {
    let mut versions: Vec<Version> = Vec::with_capacity(order.events.len());
    for (number, event) in order.events.iter().enumerate() {
        let random = &mut order.random;
        let mut one_in = |many: u32| random.random_range(0..many) == 0;
        let (masked, elsewhere, lean) = (one_in(6), one_in(30), one_in(20));
        let (kept, copied, backfilled, of_tie) = (one_in(40), one_in(50), one_in(8), one_in(2));
        let mut ingested_at = later(event.time, random.random_range(60..1_200));
        let next = order.events.get(number + 1);
        let is_tie_with_next = next.is_some_and(|next| next.time == event.time);
        let is_last = next.is_none();
        match versions.last() {
            // Of two updates in one second the one that was read later is the newer one.
            Some(before) if before.updated_at == event.time => {
                ingested_at = ingested_at.max(later(before.ingested_at, 7));
            }
            // An old state that a collector only reads long after newer ones.
            _ if kept && backfilled && !is_tie_with_next && !is_last => {
                ingested_at = later(ingested_at, random.random_range(5 * DAY..20 * DAY));
            }
            _ => {}
        }
        versions.push(Version {
            stage: event.stage,
            updated_at: event.time,
            ingested_at,
            // Marketplaces mask later, not at once.
            masked: masked && number > 0,
            elsewhere,
            lean,
            units_stay: order.number.is_multiple_of(2),
            copies: if copied { 2 } else { 1 },
            seed: random.random(),
            kept: kept || of_tie && is_tie_with_next,
        });
    }
    versions
}

#[cfg(test)]
impl Version {
    /// A version without anything special.
    pub fn plain(stage: Stage, updated_at: Timestamp, ingested_at: Timestamp) -> Self {
        Self {
            stage,
            updated_at,
            ingested_at,
            masked: false,
            elsewhere: false,
            lean: false,
            units_stay: false,
            copies: 1,
            seed: 0,
            kept: false,
        }
    }
}
