//! Tells the orders of a plan one after the other, each with all its documents.

use std::ops::Range;

use bson::oid::ObjectId;
use bson::{Document, RawDocumentBuf};
use jiff::civil::Date;
use rand::RngExt;

use crate::collection::Collection;
use crate::document::{Encoded, document_id, encoded, replaced_id, take_items, wrapped};
use crate::expected::{Outcome, Quarantined};
use crate::life::Order;
use crate::spoil::Spoiled;
use crate::version::{self, Version};
use crate::world::World;
use crate::{LazadaItems, Marketplace, Plan, calendar};

/// An order with its documents and what they must become.
pub(crate) struct Telling {
    pub marketplace: Marketplace,
    /// Its documents, in no order of time.
    pub documents: Vec<(Collection, RawDocumentBuf)>,
    /// What they add up to, unless the order is spoiled.
    pub outcome: Option<Outcome>,
    /// The document of a spoiled order.
    pub quarantined: Option<Quarantined>,
    /// Whether all documents but the first are found far behind it.
    pub straggles: bool,
}

/// The orders of a plan that there is anything to tell of.
pub(crate) struct Tellings {
    world: World,
    days: Box<dyn Iterator<Item = (Date, u64)> + Send>,
    day: Date,
    /// Numbers of the orders of that day that are still to be told.
    indexes: Range<u64>,
    /// How many orders were planned before, told or not.
    planned: u64,
}

impl Tellings {
    pub fn of(plan: &Plan) -> Self {
        Self {
            world: World::new(plan),
            days: Box::new(calendar::days(plan)),
            day: plan.first_day,
            indexes: 0..0,
            planned: 0,
        }
    }

    fn next_planned(&mut self) -> Option<Order> {
        loop {
            if let Some(index) = self.indexes.next() {
                self.planned += 1;
                return Some(Order::plan(&self.world, self.day, index));
            }
            let (day, orders) = self.days.next()?;
            self.day = day;
            self.indexes = 0..orders;
        }
    }
}

impl Iterator for Tellings {
    type Item = Telling;

    fn next(&mut self) -> Option<Telling> {
        loop {
            let spoiled = Spoiled::of(self.planned);
            let order = self.next_planned()?;
            let telling = match spoiled {
                Some(spoiled) => tell_spoiled(&self.world, order, spoiled),
                None => tell(&self.world, order),
            };
            if !telling.documents.is_empty() {
                return Some(telling);
            }
        }
    }
}

fn tell(world: &World, mut order: Order) -> Telling {
    let told = version::told(world, &mut order);
    let mut documents = Vec::with_capacity(told.len());
    let mut versions = Vec::with_capacity(told.len());
    for version in told {
        let Encoded { mut payload, told } = encoded(&order, &version, &world.plan.currency);
        if has_sibling_items(world, &order) {
            let items = take_items(&order, &version, &mut payload).into_iter();
            documents.extend(items.map(|item| (Collection::LazadaItems, item)));
        }
        for copy in 0..version.copies {
            let document = wrapped(
                &order,
                &version,
                &payload,
                id(world, &order, &version, copy),
            );
            documents.push((Collection::Orders(order.marketplace), document));
        }
        versions.push((version, told));
    }
    // Newest first as often as not: nothing may depend on the order of arrival.
    if order.random.random() {
        documents.reverse();
    }
    Telling {
        marketplace: order.marketplace,
        documents,
        outcome: Outcome::of(world, &order, versions),
        quarantined: None,
        straggles: order.random.random_range(0..4) == 0,
    }
}

/// A spoiled order has one document, and no good version that would make up for it.
fn tell_spoiled(world: &World, mut order: Order, spoiled: Spoiled) -> Telling {
    let mut telling = Telling {
        marketplace: order.marketplace,
        documents: Vec::new(),
        outcome: None,
        quarantined: None,
        straggles: false,
    };
    let Some(version) = version::first(world, &mut order) else {
        return telling;
    };
    let payload = encoded(&order, &version, &world.plan.currency).payload;
    let mut payload = Document::try_from(payload).expect("what was just made can be read");
    spoiled.apply(order.marketplace, &mut payload);
    let mut payload = RawDocumentBuf::try_from(payload).expect("our names hold no NUL");
    if has_sibling_items(world, &order) {
        let items = take_items(&order, &version, &mut payload).into_iter();
        // Items tell the currency; other faults are those of the order alone.
        let items = items.filter(|_| spoiled == Spoiled::OtherCurrency);
        telling
            .documents
            .extend(items.map(|item| (Collection::LazadaItems, item)));
    }
    let id = id(world, &order, &version, 0);
    let document = wrapped(&order, &version, &payload, id);
    telling
        .documents
        .push((Collection::Orders(order.marketplace), document));
    telling.quarantined = Some(Quarantined::new(&order, id.to_hex(), spoiled));
    telling
}

fn has_sibling_items(world: &World, order: &Order) -> bool {
    order.marketplace == Marketplace::Lazada && world.plan.lazada_items == LazadaItems::Sibling
}

fn id(world: &World, order: &Order, version: &Version, copy: u8) -> ObjectId {
    if has_sibling_items(world, order) {
        replaced_id(order)
    } else {
        document_id(order, version, copy)
    }
}
