//! The row an order must become, from what its versions tell.

use jiff::Timestamp;
use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use super::decimal;
use crate::Marketplace;
use crate::catalogue::Product;
use crate::life::Order;
use crate::version::Version;
use crate::world::World;

/// The three states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Open.
    Pending,
    /// Closed, and a sale.
    Completed,
    /// Cancelled, not delivered, or returned: nothing was sold.
    Cancelled,
}

/// What one version of an order tells. Amounts are whole đồng.
#[derive(Debug)]
pub(crate) struct Told {
    pub code: String,
    pub status: Status,
    pub paid: i64,
    pub discount: i64,
    /// What the amounts are of: products, and what each costs at list price; empty when the version tells no items.
    pub lines: Vec<(Product, i64)>,
    /// When it was completed or cancelled, if it was.
    pub ended_at: Timestamp,
    pub region: Option<&'static str>,
    pub customer: Option<i64>,
}

/// What a set of versions adds up to. Amounts are whole đồng.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub marketplace: Marketplace,
    pub status: Status,
    pub paid: i64,
    pub discount: i64,
    pub lines: Vec<(Product, i64)>,
    pub placed_at: DateTime,
    code: String,
    ended_at: Option<DateTime>,
    pub region: Option<&'static str>,
    customer: Option<i64>,
    pub shop: &'static str,
    currency: String,
}

impl Outcome {
    /// The newest version decides, by the marketplace's time and then the collector's; region and
    /// buyer come from the newest that knows them, and the time of the end is the earliest that any
    /// version of the same status tells (hazards.md 41).
    ///
    /// `None` when there is no version.
    pub fn of(world: &World, order: &Order, mut versions: Vec<(Version, Told)>) -> Option<Self> {
        versions.sort_by_key(|(version, _)| (version.updated_at, version.ingested_at));
        let newest_known = |customer: fn(&Told) -> Option<i64>| {
            versions.iter().rev().find_map(|(_, told)| customer(told))
        };
        let customer = newest_known(|told| told.customer);
        let region = versions.iter().rev().find_map(|(_, told)| told.region);
        let status = versions.last()?.1.status;
        let ended_at = versions
            .iter()
            .filter(|(_, told)| told.status == status && status != Status::Pending)
            .map(|(_, told)| world.civil(told.ended_at))
            .min();
        let (_, newest) = versions.pop()?;
        Some(Self {
            marketplace: order.marketplace,
            code: newest.code,
            status,
            paid: newest.paid,
            discount: newest.discount,
            lines: newest.lines,
            placed_at: world.civil(order.placed_at),
            ended_at,
            region,
            customer,
            shop: order.shop,
            currency: world.plan.currency.clone(),
        })
    }

    /// The same as a row of `orders`.
    pub fn row(&self) -> ExpectedOrder {
        let amount = |dong: i64| decimal(i128::from(dong) * 100);
        let when = |status| self.ended_at.filter(|_| self.status == status);
        ExpectedOrder {
            platform: self.marketplace,
            order_code: self.code.clone(),
            status: self.status,
            total_amount: amount(self.paid + self.discount),
            discount_amount: amount(self.discount),
            final_amount: amount(self.paid),
            currency: self.currency.clone(),
            order_date: self.placed_at,
            completed_at: when(Status::Completed),
            cancelled_at: when(Status::Cancelled),
            customer_id: self.customer,
            region: self.region.map(str::to_owned),
            shop_id: self.shop.to_owned(),
        }
    }
}

/// The row an order must become. The names are those of the columns of `orders`; amounts are
/// decimal texts with two places, times are civil times in the business zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExpectedOrder {
    /// Marketplace.
    pub platform: Marketplace,
    /// The marketplace's own id of the order.
    pub order_code: String,
    /// State.
    pub status: Status,
    /// What it would have cost without discounts, shipping included.
    pub total_amount: String,
    /// What was taken off.
    pub discount_amount: String,
    /// What the buyer pays, shipping included.
    pub final_amount: String,
    /// ISO 4217 code.
    pub currency: String,
    /// When it was placed.
    pub order_date: DateTime,
    /// When it was completed, if that is its state.
    pub completed_at: Option<DateTime>,
    /// When it was cancelled, if that is its state.
    pub cancelled_at: Option<DateTime>,
    /// The marketplace's id of the buyer, if any version tells it.
    pub customer_id: Option<i64>,
    /// Province in composed Unicode (NFC), if any version tells it.
    pub region: Option<String>,
    /// The seller's account.
    pub shop_id: String,
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::Plan;
    use crate::life::Stage;

    /// A version an hour of the day after midnight UTC, read in a minute of that hour.
    fn version(hour: i8, minute: i8, told: Told) -> (Version, Told) {
        let at = |hour, minute| {
            let time = date(2026, 3, 14)
                .at(hour, minute, 0, 0)
                .to_zoned(jiff::tz::TimeZone::UTC);
            time.expect("a time").timestamp()
        };
        let version = Version::plain(Stage::Shipped, at(hour, 0), at(hour, minute));
        let ended_at = at(hour, 0);
        (version, Told { ended_at, ..told })
    }

    fn told(status: Status, paid: i64) -> Told {
        Told {
            code: "A".to_owned(),
            status,
            paid,
            discount: 10,
            lines: Vec::new(),
            ended_at: Timestamp::UNIX_EPOCH,
            region: None,
            customer: None,
        }
    }

    fn row(versions: Vec<(Version, Told)>) -> ExpectedOrder {
        let until = date(2026, 3, 20).at(0, 0, 0, 0);
        let world = World::new(&Plan::ending(10, 1, 1, until, "Asia/Ho_Chi_Minh", "VND"));
        let order = Order::plan(&world, date(2026, 3, 14), 0);
        Outcome::of(&world, &order, versions)
            .expect("there are versions")
            .row()
    }

    #[test]
    fn the_newest_update_decides_and_among_equals_the_one_read_last() {
        let early = || version(5, 9, told(Status::Pending, 100));
        let read_first = || version(8, 10, told(Status::Pending, 200));
        let read_last = || version(8, 20, told(Status::Cancelled, 300));
        for versions in [
            vec![early(), read_first(), read_last()],
            vec![read_last(), read_first(), early()],
            vec![read_last(), early(), read_first()],
        ] {
            let row = row(versions);
            assert_eq!(
                (row.status, row.final_amount.as_str()),
                (Status::Cancelled, "300.00")
            );
            assert_eq!(row.total_amount, "310.00");
            assert_eq!(row.cancelled_at, Some(date(2026, 3, 14).at(15, 0, 0, 0)));
            assert_eq!(row.completed_at, None);
        }
    }

    #[test]
    fn an_end_is_dated_by_the_earliest_version_with_the_status_that_holds() {
        let delivered = version(3, 5, told(Status::Completed, 100));
        let closed = version(9, 5, told(Status::Completed, 100));
        let times = row(vec![closed, delivered]);
        assert_eq!(times.completed_at, Some(date(2026, 3, 14).at(10, 0, 0, 0)));

        let delivered = version(3, 5, told(Status::Completed, 100));
        let returned = version(9, 5, told(Status::Cancelled, 100));
        let times = row(vec![delivered, returned]);
        assert_eq!(times.completed_at, None);
        assert_eq!(times.cancelled_at, Some(date(2026, 3, 14).at(16, 0, 0, 0)));
    }

    #[test]
    fn region_and_buyer_come_from_the_newest_that_knows_them() {
        let first = Told {
            region: Some("Huế"),
            customer: Some(7),
            ..told(Status::Pending, 1)
        };
        let then = Told {
            region: Some("Hà Nội"),
            ..told(Status::Pending, 1)
        };
        let last = told(Status::Pending, 1);
        let row = row(vec![
            version(9, 5, last),
            version(3, 5, first),
            version(4, 5, then),
        ]);
        assert_eq!(row.region.as_deref(), Some("Hà Nội"));
        assert_eq!(row.customer_id, Some(7));
    }
}
