//! What a set of versions of one order adds up to.
//!
//! Versions arrive in any order, more than once, and in any batching. The state is a function of their set alone: merging
//! is commutative, associative and idempotent, so it makes no difference who comes first.

use jiff::civil::DateTime;

use crate::{Order, OrderStatus, Version};

/// The state of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderState {
    newest: Order,
    region: Option<Known<String>>,
    customer_id: Option<Known<i64>>,
    first_completed_at: Option<DateTime>,
    first_cancelled_at: Option<DateTime>,
}

/// A value and the version that knew it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Known<T> {
    value: T,
    version: Version,
}

/// What another version meant for a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Merge {
    /// The other one is newer and decides now.
    Superseded,
    /// The other one is older. It may still have known a region, a buyer, or an earlier terminal time.
    Stale,
    /// The other one is the same version.
    Unchanged,
}

impl From<Order> for OrderState {
    fn from(order: Order) -> Self {
        let at = |status| {
            (order.status == status)
                .then_some(order.terminal_at)
                .flatten()
        };
        Self {
            region: order.region.clone().map(|value| Known {
                value,
                version: order.version,
            }),
            customer_id: order.customer_id.map(|value| Known {
                value,
                version: order.version,
            }),
            first_completed_at: at(OrderStatus::Completed),
            first_cancelled_at: at(OrderStatus::Cancelled),
            newest: order,
        }
    }
}

impl OrderState {
    /// Adds what other versions of the same order say.
    pub fn merge(&mut self, other: Self) -> Merge {
        debug_assert_eq!(
            self.newest.key, other.newest.key,
            "states of two orders do not merge"
        );
        self.region = newer(self.region.take(), other.region);
        self.customer_id = newer(self.customer_id.take(), other.customer_id);
        self.first_completed_at = earlier(self.first_completed_at, other.first_completed_at);
        self.first_cancelled_at = earlier(self.first_cancelled_at, other.first_cancelled_at);
        match other.newest.version.cmp(&self.newest.version) {
            std::cmp::Ordering::Greater => {
                self.newest = other.newest;
                Merge::Superseded
            }
            std::cmp::Ordering::Less => Merge::Stale,
            std::cmp::Ordering::Equal => Merge::Unchanged,
        }
    }

    /// The newest version: status, amounts and the rest come from it.
    pub fn newest(&self) -> &Order {
        &self.newest
    }

    /// The region by the newest version that knows one, and that version. A masked region never replaces a known one.
    pub fn region(&self) -> Option<(&str, Version)> {
        self.region
            .as_ref()
            .map(|known| (known.value.as_str(), known.version))
    }

    /// The buyer by the newest version that knows one, and that version.
    pub fn customer_id(&self) -> Option<(i64, Version)> {
        self.customer_id
            .as_ref()
            .map(|known| (known.value, known.version))
    }

    /// The earliest completion any version tells of, whatever the present status.
    pub fn first_completed_at(&self) -> Option<DateTime> {
        self.first_completed_at
    }

    /// The earliest cancellation any version tells of, whatever the present status.
    pub fn first_cancelled_at(&self) -> Option<DateTime> {
        self.first_cancelled_at
    }

    /// When the order was completed; `None` unless it is.
    pub fn completed_at(&self) -> Option<DateTime> {
        self.first_completed_at
            .filter(|_| self.newest.status == OrderStatus::Completed)
    }

    /// When the order was cancelled; `None` unless it is.
    pub fn cancelled_at(&self) -> Option<DateTime> {
        self.first_cancelled_at
            .filter(|_| self.newest.status == OrderStatus::Cancelled)
    }
}

fn newer<T>(one: Option<Known<T>>, other: Option<Known<T>>) -> Option<Known<T>> {
    match (one, other) {
        (Some(one), Some(other)) => Some(if other.version > one.version {
            other
        } else {
            one
        }),
        (one, other) => one.or(other),
    }
}

fn earlier(one: Option<DateTime>, other: Option<DateTime>) -> Option<DateTime> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}
