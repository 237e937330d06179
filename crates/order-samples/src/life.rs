//! An order as it was planned: what was bought, and what became of it when.

use jiff::Timestamp;
use jiff::civil::Date;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::calendar::{LOTS, second_of_day};
use crate::catalogue::Product;
use crate::people::{Buyer, shop};
use crate::{Marketplace, Plan};

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

/// What an order can be, to a marketplace's eyes and to ours.
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
    /// Cancelled, or not delivered.
    Cancelled,
    /// In a state that nobody has heard of; it stays open.
    Unheard,
}

/// What came of it in the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Completed,
    Cancelled,
    Unheard,
}

/// A product in an order.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line {
    pub product: Product,
    pub pieces: i64,
    /// List price of one piece, in đồng.
    pub list_price: i64,
    /// Price of one piece after its own promotion, in đồng.
    pub price: i64,
    /// Whether the pieces were cancelled although the rest of the order was not.
    pub dropped: bool,
}

/// A planned order.
#[derive(Debug, Clone)]
pub(crate) struct Order {
    pub marketplace: Marketplace,
    /// Number of the order, unique in the plan and the same however long the plan is.
    pub number: u64,
    pub day: Date,
    pub placed_at: Timestamp,
    pub lines: Vec<Line>,
    /// Vouchers in đồng; the buyer pays so much less.
    pub seller_voucher: i64,
    pub platform_voucher: i64,
    pub coins: i64,
    /// What the buyer pays for shipping, in đồng.
    pub shipping: i64,
    pub buyer: Buyer,
    pub shop: String,
    pub cash_on_delivery: bool,
    pub events: Vec<(Timestamp, Stage)>,
    /// Draws for everything about its documents.
    pub random: ChaCha8Rng,
}

impl Order {
    /// The order with a number on a day.
    pub fn plan(plan: &Plan, day: Date, index: u64) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(plan.seed ^ 0x5eed_da7a);
        random.set_stream(u64::from(day_number(day)) << 32 | index);
        let marketplace = match random.random_range(0..100) {
            0..45 => Marketplace::Shopee,
            45..80 => Marketplace::Tiktok,
            _ => Marketplace::Lazada,
        };
        let second = second_of_day(random.random_range(0..LOTS));
        let midnight = plan
            .time_zone()
            .to_timestamp(day.at(0, 0, 0, 0))
            .unwrap_or(Timestamp::UNIX_EPOCH);
        let placed_at = later(midnight, second);
        let mut lines = lines(&mut random);
        let goods: i64 = lines.iter().map(|line| line.price * line.pieces).sum();
        let thousands = |amount: i64| amount / 1_000 * 1_000;
        let mut voucher = |odds: u32, percent: i64| {
            if random.random_range(0..100) < odds {
                thousands(goods * percent / 100)
            } else {
                0
            }
        };
        let (seller_voucher, platform_voucher) = (voucher(30, 8), voucher(35, 5));
        let coins = if marketplace == Marketplace::Shopee && random.random_range(0..5) == 0 {
            random.random_range(0..=goods / 50)
        } else {
            0
        };
        let fate = fate(&mut random, plan, day);
        let cash_on_delivery = random.random_range(0..100) < 40;
        let events = events(&mut random, placed_at, fate, cash_on_delivery);
        if marketplace == Marketplace::Lazada
            && fate == Fate::Completed
            && lines.iter().map(|line| line.pieces).sum::<i64>() > 1
            && random.random_range(0..8) == 0
            && lines.len() > 1
        {
            lines[0].dropped = true;
        }
        Self {
            marketplace,
            number: (u64::from(day_number(day)) << 24) | index,
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

    /// What the buyer pays for the goods of some lines before vouchers, in đồng.
    pub fn goods(&self, lines: impl Fn(&Line) -> bool) -> i64 {
        self.lines
            .iter()
            .filter(|line| lines(line))
            .map(|line| line.price * line.pieces)
            .sum()
    }

    /// The goods at list price, in đồng.
    pub fn list_value(&self) -> i64 {
        self.lines
            .iter()
            .map(|line| line.list_price * line.pieces)
            .sum()
    }

    /// All vouchers and coins, in đồng.
    pub fn vouchers(&self) -> i64 {
        self.seller_voucher + self.platform_voucher + self.coins
    }

    /// What the buyer pays in all, in đồng.
    pub fn paid(&self) -> i64 {
        self.goods(|_| true) - self.vouchers() + self.shipping
    }
}

/// Days since a day long before any plan.
fn day_number(day: Date) -> u32 {
    let start = jiff::civil::date(2000, 1, 1);
    u32::try_from(day.duration_since(start).as_hours() / 24).unwrap_or(0)
}

pub(crate) fn later(time: Timestamp, seconds: i64) -> Timestamp {
    Timestamp::from_second(time.as_second() + seconds).unwrap_or(time)
}

fn lines(random: &mut ChaCha8Rng) -> Vec<Line> {
    let count = [1, 1, 1, 1, 1, 1, 2, 2, 3, 4][random.random_range(0..10)];
    // Samples and lottery prizes cost nothing, and are orders all the same.
    let gift = random.random_range(0..250) == 0;
    (0..count)
        .map(|_| {
            let product = Product::any(random);
            let list_price = if gift { 0 } else { product.price() };
            let off = [0, 0, 5, 10, 15, 25][random.random_range(0..6)];
            Line {
                product,
                pieces: [1, 1, 1, 1, 2, 3][random.random_range(0..6)],
                list_price,
                price: (list_price * (100 - off) / 100) / 1_000 * 1_000,
                dropped: false,
            }
        })
        .collect()
}

/// Most orders are completed; one day about ten days before the plan's first end has a spike of cancellations, which
/// somebody should notice.
fn fate(random: &mut ChaCha8Rng, plan: &Plan, day: Date) -> Fate {
    let spike = plan
        .first_day
        .saturating_add(jiff::ToSpan::days(i64::from(plan.days) - 11));
    let cancelled = if day == spike { 45 } else { 10 };
    match random.random_range(0..1_000) {
        0..2 => Fate::Unheard,
        lot if lot < 2 + cancelled * 10 => Fate::Cancelled,
        _ => Fate::Completed,
    }
}

fn events(
    random: &mut ChaCha8Rng,
    placed_at: Timestamp,
    fate: Fate,
    cash_on_delivery: bool,
) -> Vec<(Timestamp, Stage)> {
    let mut time = placed_at;
    let mut after = |from: i64, to: i64| {
        time = later(time, random.random_range(from..to));
        time
    };
    let first = if cash_on_delivery {
        Stage::ToShip
    } else {
        Stage::Unpaid
    };
    let mut events = vec![(after(0, 60), first)];
    match fate {
        Fate::Cancelled => events.push((after(HOUR / 2, 3 * DAY), Stage::Cancelled)),
        Fate::Unheard => events.push((after(HOUR, DAY), Stage::Unheard)),
        Fate::Completed => {
            if first == Stage::Unpaid {
                events.push((after(60, HOUR), Stage::ToShip));
            }
            events.push((after(4 * HOUR, 2 * DAY), Stage::Shipped));
            events.push((after(DAY, 5 * DAY), Stage::Delivered));
            events.push((after(2 * DAY, 8 * DAY), Stage::Completed));
        }
    }
    events
}
