//! Raw documents, as collectors store them, and what they must become.

mod lazada;
mod shopee;
mod tiktok;

use bson::{Bson, DateTime, Document, doc, oid::ObjectId};
use jiff::Timestamp;
use rand::RngExt;

use crate::drift::Speller;
use crate::expected::{ExpectedOrder, Quarantined, Told};
use crate::life::{Order, Stage, later};
use crate::spoil::Spoiled;
use crate::{Marketplace, Plan, calendar};

/// A document for a collection.
#[derive(Debug, Clone)]
pub struct Sample {
    /// Whose order it is, and so which collection it belongs to.
    pub marketplace: Marketplace,
    /// The document.
    pub document: Document,
}

/// What one version of an order tells, beside its document.
pub(crate) struct Version {
    pub stage: Stage,
    pub updated_at: Timestamp,
    pub ingested_at: Timestamp,
    /// Whether the address is masked.
    pub masked: bool,
    /// Whether the buyer is left out.
    pub anonymous: bool,
}

/// What an encoder makes of a version: the payload, and what it says of the amounts.
pub(crate) struct Encoded {
    pub payload: Document,
    pub told: Told,
}

/// The orders of a plan, each with its documents and what they must become.
pub struct Documents {
    plan: Plan,
    horizon: Timestamp,
    days: Box<dyn Iterator<Item = (jiff::civil::Date, u64)>>,
    day: Option<(jiff::civil::Date, u64)>,
    index: u64,
    sequence: u64,
}

/// One order's documents and what they must become.
#[derive(Debug)]
pub struct OrderDocuments {
    /// Its documents, in no order of time.
    pub samples: Vec<Sample>,
    /// The row it must become, unless it is spoiled.
    pub expected: Option<ExpectedOrder>,
    /// What must be in quarantine.
    pub quarantined: Option<Quarantined>,
}

impl Documents {
    /// The documents of a plan.
    pub fn of(plan: &Plan) -> Self {
        Self {
            horizon: plan.horizon(),
            days: Box::new(calendar::days(plan).collect::<Vec<_>>().into_iter()),
            day: None,
            index: 0,
            sequence: 0,
            plan: plan.clone(),
        }
    }

    /// The next order of the plan, told or not.
    fn next_planned(&mut self) -> Option<(Order, u64)> {
        while self.day.is_none_or(|(_, count)| self.index >= count) {
            self.day = Some(self.days.next()?);
            self.index = 0;
        }
        let (day, _) = self.day?;
        let order = Order::plan(&self.plan, day, self.index);
        self.index += 1;
        self.sequence += 1;
        Some((order, self.sequence - 1))
    }
}

impl Iterator for Documents {
    type Item = OrderDocuments;

    fn next(&mut self) -> Option<OrderDocuments> {
        loop {
            let (order, sequence) = self.next_planned()?;
            let documents = tell(&self.plan, order, Spoiled::of(sequence), self.horizon);
            if !documents.samples.is_empty() {
                return Some(documents);
            }
        }
    }
}

/// Tells an order up to the horizon: its latest version, some earlier ones, some twice.
fn tell(
    plan: &Plan,
    mut order: Order,
    spoiled: Option<Spoiled>,
    horizon: Timestamp,
) -> OrderDocuments {
    let events = order.events.clone();
    let mut versions = Vec::new();
    for (number, (time, stage)) in events.into_iter().enumerate() {
        // Drawn for every event, whether it is told or not, so that a longer plan draws the same.
        let random = &mut order.random;
        let kept = random.random_range(0..16) == 0;
        let doubled = random.random_range(0..40) == 0;
        let ingested_at = later(time, random.random_range(60..1_200));
        let masked = number > 0 && random.random_range(0..6) == 0;
        let anonymous = random.random_range(0..20) == 0;
        let seed: u64 = random.random();
        if ingested_at <= horizon {
            let version = Version {
                stage,
                updated_at: time,
                ingested_at,
                masked,
                anonymous,
            };
            versions.push((version, kept, doubled, seed));
        }
    }
    let last = versions.len().saturating_sub(1);
    let told = versions
        .into_iter()
        .enumerate()
        .filter(|(number, (_, kept, ..))| *number == last || (*kept && spoiled.is_none()))
        .map(|(_, version)| version);

    let mut out = OrderDocuments {
        samples: Vec::new(),
        expected: None,
        quarantined: None,
    };
    let mut tellings = Vec::new();
    for (version, _, doubled, seed) in told {
        let mut encoded = encode(&order, &version, plan, seed);
        if let Some(spoiled) = spoiled {
            spoiled.apply(order.marketplace, &mut encoded.payload);
        }
        let copies = if doubled && spoiled.is_none() { 2 } else { 1 };
        for copy in 0..copies {
            let id = object_id(&order, &version, copy);
            let document = envelope(&order, &version, encoded.payload.clone(), id, seed);
            out.quarantined =
                spoiled.map(|spoiled| Quarantined::new(&order, &id.to_hex(), spoiled));
            out.samples.push(Sample {
                marketplace: order.marketplace,
                document,
            });
        }
        tellings.push((version, encoded.told));
    }
    // Newest first as often as not: nothing may depend on the order of arrival.
    if order.random.random() {
        out.samples.reverse();
    }
    if spoiled.is_none() && !tellings.is_empty() {
        out.expected = Some(ExpectedOrder::of(plan, &order, &tellings));
    }
    out
}

fn encode(order: &Order, version: &Version, plan: &Plan, seed: u64) -> Encoded {
    let mut random = order.random.clone();
    random.set_stream(seed);
    let mut speller = Speller::new(&mut random);
    match order.marketplace {
        Marketplace::Tiktok => tiktok::encode(order, version, plan, &mut speller),
        Marketplace::Shopee => shopee::encode(order, version, plan, &mut speller),
        Marketplace::Lazada => lazada::encode(order, version, plan, &mut speller),
    }
}

/// What a collector puts around the payload: nothing much, or a document of its own.
fn envelope(
    order: &Order,
    version: &Version,
    payload: Document,
    id: ObjectId,
    seed: u64,
) -> Document {
    let mut document = doc! { "_id": id };
    let wrapper = match (order.marketplace, seed % 10) {
        (Marketplace::Tiktok, 0..7) => Some("raw"),
        (Marketplace::Shopee, 0..5) => Some("data"),
        (Marketplace::Lazada, 0..3) => Some("payload"),
        _ => None,
    };
    match wrapper {
        Some(wrapper) => {
            document.insert(wrapper, payload);
        }
        None => document.extend(payload),
    }
    document.insert("shop_id", order.shop.as_str());
    document.insert("updatedAt", bson_time(version.ingested_at));
    document
}

fn bson_time(time: Timestamp) -> Bson {
    Bson::DateTime(DateTime::from_millis(time.as_millisecond()))
}

/// The same for the same version, so that a longer plan repeats it.
fn object_id(order: &Order, version: &Version, copy: u8) -> ObjectId {
    let mut bytes = [0; 12];
    let second = u32::try_from(version.ingested_at.as_second()).unwrap_or(0);
    bytes[..4].copy_from_slice(&second.to_be_bytes());
    bytes[4..11].copy_from_slice(&order.number.to_be_bytes()[1..]);
    bytes[11] = copy << 4 | version.stage as u8;
    ObjectId::from_bytes(bytes)
}
