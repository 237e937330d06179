//! What an adapter has read, before the checks that are the same for all marketplaces.

use jiff::Timestamp;

use super::lines::{self, DraftLine};
use crate::field::{Field, time};
use crate::{
    Currency, Money, Order, OrderCode, OrderKey, OrderStatus, Platform, Reject, RejectReason,
    Rules, Version,
};

/// An order as an adapter read it.
pub(super) struct Draft {
    pub code: OrderCode,
    pub status: OrderStatus,
    pub platform_status: String,
    pub currency: Currency,
    pub amounts: Amounts,
    pub placed_at: Timestamp,
    pub updated_at: Timestamp,
    /// When it reached its terminal status.
    pub terminal_at: Option<Timestamp>,
    pub region: Option<String>,
    pub customer_id: Option<i64>,
    /// The lines that the amounts are of, in the marketplace's order.
    pub lines: Vec<DraftLine>,
    /// How many items or details were read with it, which can come later than the order itself.
    pub parts: usize,
}

/// What the buyer pays, and what was taken off before. The value before discounts is always their sum, so the three can
/// never disagree (`platforms.md` 5.2).
#[derive(Debug, Clone, Copy)]
pub(super) struct Amounts {
    pub total: Money,
    pub discount: Money,
    pub paid: Money,
}

impl Amounts {
    /// # Errors
    /// The buyer would pay less than nothing, or the sum is too large. `field` is the one to name.
    pub fn new(paid: Money, discount: Money, field: Field<'_>) -> Result<Self, Reject> {
        if paid.is_negative() || discount.is_negative() {
            return Err(field.reject(RejectReason::NegativeAmount));
        }
        let total = paid
            .checked_add(discount)
            .ok_or_else(|| field.reject(RejectReason::AmountOutOfRange))?;
        Ok(Self {
            total,
            discount,
            paid,
        })
    }
}

impl Draft {
    /// # Errors
    /// The order reached its end before it was placed.
    pub fn finish(
        self,
        platform: Platform,
        ingested_at: Timestamp,
        shop_id: Option<String>,
        rules: &Rules,
    ) -> Result<Order, Reject> {
        let terminal_at = self
            .terminal_at
            .filter(|_| self.status != OrderStatus::Pending);
        if terminal_at.is_some_and(|terminal_at| terminal_at < self.placed_at) {
            return Err(Reject::new(
                RejectReason::TimeBeforeOrder,
                terminal_field(self.status),
            ));
        }
        let mut order = Order {
            key: OrderKey {
                platform,
                code: self.code,
            },
            version: Version {
                source_updated_at: self.updated_at,
                ingested_at,
                content: 0,
            },
            shop_id,
            customer_id: self.customer_id.filter(|_| rules.keep_customer_id),
            status: self.status,
            platform_status: self.platform_status,
            currency: self.currency,
            total_amount: self.amounts.total,
            discount_amount: self.amounts.discount,
            final_amount: self.amounts.paid,
            lines: lines::finish(self.lines, self.amounts),
            region: self.region,
            order_date: time::civil(self.placed_at, &rules.zone),
            terminal_at: terminal_at.map(|at| time::civil(at, &rules.zone)),
        };
        order.version.content = order.content(self.parts);
        Ok(order)
    }
}

fn terminal_field(status: OrderStatus) -> &'static str {
    match status {
        OrderStatus::Cancelled => "cancelled_at",
        _ => "completed_at",
    }
}

/// The order's currency, which must be the configured one: no other enters the statistics (design, section 2).
///
/// # Errors
/// It is no currency code, or another one.
pub(super) fn currency(field: Field<'_>, rules: &Rules) -> Result<Option<Currency>, Reject> {
    let Some(value) = field.value() else {
        return Ok(None);
    };
    let currency: Currency = value
        .as_str()
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| field.reject(RejectReason::InvalidCurrency))?;
    if currency == rules.currency {
        Ok(Some(currency))
    } else {
        Err(field.reject(RejectReason::OtherCurrency))
    }
}

/// When the order was placed.
///
/// # Errors
/// It is absent, cannot be read, or is implausible.
pub(super) fn placed_at(
    field: Field<'_>,
    rules: &Rules,
    warnings: &mut Vec<crate::Warning>,
) -> Result<Timestamp, Reject> {
    time::read(field, rules, warnings)?.ok_or_else(|| field.reject(RejectReason::MissingOrderDate))
}
