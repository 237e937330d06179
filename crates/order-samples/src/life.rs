//! An order as it was planned: what was bought, and what became of it when.

use jiff::Timestamp;
use jiff::civil::Date;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::Marketplace;
use crate::buyer::{Buyer, shop};
use crate::calendar::{LOTS, second_of_day};
use crate::catalogue::Product;
use crate::world::World;

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

/// No order has more units than this.
pub(crate) const MOST_UNITS: i64 = 16;

/// What an order can be, before a marketplace gives it a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Not paid.
    Unpaid,
    /// To be sent.
    ToShip,
    /// On its way.
    Shipped,
    /// With the buyer, who may still return it.
    Delivered,
    /// Closed.
    Completed,
    /// Cancelled before it was sent.
    Cancelled,
    /// Not taken by the buyer, lost, or returned.
    SentBack,
    /// In a state that nobody has heard of; it stays open.
    Unheard,
}

/// What comes of it in the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Completed,
    Cancelled,
    SentBack,
    Unheard,
}

/// Something that happens to an order, which its marketplace shows as an update.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Event {
    pub time: Timestamp,
    pub stage: Stage,
}

/// A product in an order. Amounts are whole đồng.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line {
    pub product: Product,
    pub pieces: i64,
    /// List price of one piece.
    pub list_price: i64,
    /// Price of one piece after its own promotion.
    pub price: i64,
    /// Whether the pieces are left out when the rest of the order is sent.
    pub dropped: bool,
}

/// A planned order. Amounts are whole đồng.
#[derive(Debug, Clone)]
pub(crate) struct Order {
    pub marketplace: Marketplace,
    /// Number of the order on its day.
    pub index: u64,
    /// Number of the order among all of its marketplace and every other: the day, then the index.
    pub number: u64,
    pub day: Date,
    pub placed_at: Timestamp,
    pub lines: Vec<Line>,
    /// Vouchers and coins; the buyer pays so much less.
    pub seller_voucher: i64,
    pub platform_voucher: i64,
    pub coins: i64,
    /// What the buyer pays for shipping.
    pub shipping: i64,
    pub buyer: Buyer,
    pub shop: &'static str,
    pub cash_on_delivery: bool,
    /// What happens to it, oldest first; two events may fall on one second.
    pub events: Vec<Event>,
    /// Draws for everything about its documents.
    pub random: ChaCha8Rng,
}

impl Order {
    /// The order with a number on a day. It does not depend on the plan's end.
    pub fn plan(world: &World, day: Date, index: u64) -> Self {
        let days = day_number(day);
        let mut random = ChaCha8Rng::seed_from_u64(world.plan.seed);
        random.set_stream(days << 32 | index);
        let marketplace = match random.random_range(0..100) {
            0..45 => Marketplace::Shopee,
            45..80 => Marketplace::Tiktok,
            _ => Marketplace::Lazada,
        };
        let second = second_of_day(random.random_range(0..LOTS));
        let placed_at = later(world.midnight(day), second);
        let mut lines = lines(&mut random);
        let goods: i64 = lines.iter().map(|line| line.price * line.pieces).sum();
        let mut voucher = |percent_of_orders, percent| {
            let given = random.random_range(0..100) < percent_of_orders;
            if given {
                goods * percent / 100_000 * 1_000
            } else {
                0
            }
        };
        let (seller_voucher, platform_voucher) = (voucher(30, 8), voucher(35, 5));
        let coins = match marketplace {
            Marketplace::Shopee if random.random_range(0..5) == 0 => {
                random.random_range(0..=goods / 50)
            }
            _ => 0,
        };
        let fate = fate(&mut random, day == world.spike);
        let cash_on_delivery = random.random_range(0..100) < 40;
        let events = events(&mut random, marketplace, placed_at, fate, cash_on_delivery);
        // Only Lazada tells of units that were left out of an order that was sent.
        let leaves_out = marketplace == Marketplace::Lazada && random.random_range(0..8) == 0;
        lines[0].dropped = leaves_out && fate == Fate::Completed && lines.len() > 1;
        Self {
            marketplace,
            index,
            number: days * 1_000_000_000 + index,
            day,
            placed_at,
            lines,
            seller_voucher,
            platform_voucher,
            coins,
            shipping: [0, 0, 12_000, 16_500, 18_000, 22_000, 30_000][random.random_range(0..7)],
            buyer: Buyer::any(&mut random, marketplace),
            shop: shop(&mut random, marketplace),
            cash_on_delivery,
            events,
            random,
        }
    }

    /// What the goods cost after their own promotions and before vouchers.
    pub fn goods(&self) -> i64 {
        self.lines.iter().map(|line| line.price * line.pieces).sum()
    }

    /// What the goods cost at list price.
    pub fn list_value(&self) -> i64 {
        self.lines
            .iter()
            .map(|line| line.list_price * line.pieces)
            .sum()
    }

    /// Its lines where a line has a quantity: products, and what the pieces cost at list price.
    pub fn told_lines(&self) -> Vec<(Product, i64)> {
        let value = |line: &Line| (line.product, line.list_price * line.pieces);
        self.lines.iter().map(value).collect()
    }

    /// All vouchers and coins.
    pub fn vouchers(&self) -> i64 {
        self.seller_voucher + self.platform_voucher + self.coins
    }

    /// What the buyer pays in all.
    pub fn paid(&self) -> i64 {
        self.goods() - self.vouchers() + self.shipping
    }

    /// When it was delivered, as far as the plan goes.
    pub fn delivered_at(&self) -> Option<Timestamp> {
        let delivery = self
            .events
            .iter()
            .find(|event| event.stage == Stage::Delivered);
        delivery.map(|event| event.time)
    }

    /// Every unit of every line.
    pub fn units(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().flat_map(|line| {
            let pieces = usize::try_from(line.pieces).unwrap_or(0);
            std::iter::repeat_n(line, pieces)
        })
    }

    /// One of some values, always the same for the same order.
    pub fn pick<T: Copy>(&self, values: &[T]) -> T {
        let place = self.number % values.len() as u64;
        values[usize::try_from(place).unwrap_or(0)]
    }
}

/// Days since a day long before any plan.
fn day_number(day: Date) -> u64 {
    let start = jiff::civil::date(2000, 1, 1);
    u64::try_from(day.duration_since(start).as_hours() / 24).unwrap_or(0)
}

/// So many seconds later.
pub(crate) fn later(time: Timestamp, seconds: i64) -> Timestamp {
    Timestamp::from_second(time.as_second() + seconds).unwrap_or(time)
}

fn lines(random: &mut ChaCha8Rng) -> Vec<Line> {
    let count = [1, 1, 1, 1, 1, 1, 2, 2, 3, 4][random.random_range(0..10)];
    // Samples and lottery prizes cost nothing, and are orders all the same.
    let is_gift = random.random_range(0..250) == 0;
    (0..count)
        .map(|_| {
            let product = Product::any(random);
            let list_price = if is_gift { 0 } else { product.price() };
            let off = [0, 0, 5, 10, 15, 25][random.random_range(0..6)];
            Line {
                product,
                pieces: [1, 1, 1, 1, 2, 3][random.random_range(0..6)],
                list_price,
                price: list_price * (100 - off) / 100_000 * 1_000,
                dropped: false,
            }
        })
        .collect()
}

/// Most orders are completed, about one in ten is cancelled or comes back.
fn fate(random: &mut ChaCha8Rng, is_spike: bool) -> Fate {
    let cancelled = if is_spike { 450 } else { 80 };
    match random.random_range(0..1_000) {
        0..2 => Fate::Unheard,
        2..22 => Fate::SentBack,
        lot if lot < 22 + cancelled => Fate::Cancelled,
        _ => Fate::Completed,
    }
}

fn events(
    random: &mut ChaCha8Rng,
    marketplace: Marketplace,
    placed_at: Timestamp,
    fate: Fate,
    cash_on_delivery: bool,
) -> Vec<Event> {
    let mut time = placed_at;
    let mut events = Vec::with_capacity(6);
    let mut happens = |stage, after: i64, before: i64| {
        // Now and then a marketplace gives two updates the same second.
        let is_tie = random.random_range(0..30) == 0 && !events.is_empty();
        let wait = random.random_range(after..before);
        time = later(time, if is_tie { 0 } else { wait });
        events.push(Event { time, stage });
    };
    let opens = if cash_on_delivery {
        Stage::ToShip
    } else {
        Stage::Unpaid
    };
    happens(opens, 0, 60);
    match fate {
        Fate::Cancelled => happens(Stage::Cancelled, HOUR / 2, 3 * DAY),
        Fate::Unheard => happens(Stage::Unheard, HOUR, DAY),
        Fate::Completed | Fate::SentBack => {
            if opens == Stage::Unpaid {
                happens(Stage::ToShip, 60, HOUR);
            }
            happens(Stage::Shipped, 4 * HOUR, 2 * DAY);
            happens(Stage::Delivered, DAY, 5 * DAY);
            let ends = if fate == Fate::Completed {
                Stage::Completed
            } else {
                Stage::SentBack
            };
            happens(ends, 2 * DAY, 8 * DAY);
        }
    }
    // A return after the end shows as the same state with a newer time (platforms.md 3.2).
    if fate == Fate::Completed
        && marketplace != Marketplace::Lazada
        && random.random_range(0..25) == 0
    {
        let time = later(time, random.random_range(DAY..10 * DAY));
        events.push(Event {
            time,
            stage: Stage::Completed,
        });
    }
    events
}
