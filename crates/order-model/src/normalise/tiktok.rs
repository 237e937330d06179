//! TikTok Shop, API 202309 and later, and the old shape of 202212 (`platforms.md` 2).

use bson::RawDocument;
use jiff::Timestamp;

use super::draft::{Amounts, Draft, currency, placed_at};
use super::lines::{DraftLine, LineFields};
use super::payload::Signature;
use super::{Input, latest};
use crate::field::{Field, amount, id, pick, text, time};
use crate::{Currency, OrderStatus, Reject, RejectReason, Rules, Warning};

pub(super) static SIGNATURE: Signature = Signature {
    code: &["id", "order_id"],
    numeric_code: true,
    status: &["status", "order_status"],
    created: &["create_time"],
    updated: &["update_time"],
    money: &["payment", "payment_info"],
    companion: &[],
};

/// Statuses of the API and their old numbers (`platforms.md` 2.2). `None` is not known.
fn status(word: &str, rules: &Rules) -> Option<OrderStatus> {
    match word.to_ascii_uppercase().as_str() {
        "UNPAID"
        | "100"
        | "ON_HOLD"
        | "105"
        | "AWAITING_SHIPMENT"
        | "111"
        | "AWAITING_COLLECTION"
        | "112"
        | "PARTIALLY_SHIPPING"
        | "114"
        | "IN_TRANSIT"
        | "121" => Some(OrderStatus::Pending),
        "DELIVERED" | "122" => Some(rules.tiktok_delivered),
        "COMPLETED" | "130" => Some(OrderStatus::Completed),
        "CANCELLED" | "140" => Some(OrderStatus::Cancelled),
        _ => None,
    }
}

fn is_delivered(word: &str) -> bool {
    word.eq_ignore_ascii_case("DELIVERED") || word == "122"
}

/// Times of an order (`platforms.md` 5.3).
struct Times<'a> {
    created: Field<'a>,
    paid: Field<'a>,
    updated: Field<'a>,
    cancelled: Field<'a>,
    delivered: Field<'a>,
}

impl Times<'_> {
    /// When the order reached the status it has: a completed order has no time of its own, so its last update stands in.
    fn terminal(
        &self,
        status: OrderStatus,
        delivered_counts: bool,
        rules: &Rules,
        warnings: &mut Vec<Warning>,
    ) -> Result<Option<Timestamp>, Reject> {
        let (first, second) = match status {
            OrderStatus::Pending => return Ok(None),
            OrderStatus::Completed if delivered_counts => (self.delivered, self.updated),
            OrderStatus::Completed => (self.updated, self.delivered),
            OrderStatus::Cancelled => (self.cancelled, self.updated),
        };
        match time::read(first, rules, warnings)? {
            Some(time) => Ok(Some(time)),
            None => time::read(second, rules, warnings),
        }
    }
}

/// What the buyer pays and what was taken off. Tax is contained in the price in Vietnam, so it is never added
/// (`platforms.md` 2.3).
fn money(
    payment: &RawDocument,
    parent: &'static str,
    rules: &Rules,
    warnings: &mut Vec<Warning>,
) -> Result<(Currency, Amounts), Reject> {
    let [
        code,
        total,
        seller,
        platform,
        list,
        shipping,
        tax,
        taxes,
        payment_discount,
    ] = pick(
        payment,
        parent,
        [
            "currency",
            "total_amount",
            "seller_discount",
            "platform_discount",
            "original_total_product_price",
            "shipping_fee",
            "tax",
            "taxes",
            "payment_platform_discount",
        ],
    )?;
    let currency = currency(code, rules)?.unwrap_or_else(|| {
        warnings.push(Warning::AssumedCurrency);
        rules.currency
    });
    let paid = amount::required(total, currency)?;
    let discount = amount::reduction(seller, currency)?
        .checked_add(amount::reduction(platform, currency)?)
        .ok_or_else(|| seller.reject(RejectReason::AmountOutOfRange))?;
    let amounts = Amounts::new(paid, discount, total)?;

    // Checked, not enforced: fees that the documentation does not list are part of the total, too.
    let known = |field| amount::read(field, currency).ok().flatten();
    if let (Some(list), Some(shipping)) = (known(list), known(shipping)) {
        let parts = list.checked_add(shipping);
        let with_tax =
            parts.and_then(|sum| sum.checked_add(known(tax.or(taxes)).unwrap_or_default()));
        if Some(amounts.total) != parts && Some(amounts.total) != with_tax {
            warnings.push(Warning::AmountMismatch);
        }
    }
    if known(payment_discount).is_some_and(|discount| discount.hundredths() != 0) {
        warnings.push(Warning::PaymentPlatformDiscount);
    }
    Ok((currency, amounts))
}

/// The province: level L1 of the districts, in the Philippines L2, where L1 is a group of provinces
/// (`platforms.md` 2.4). The old shape has it under `state`.
fn region(address: Option<&RawDocument>) -> Result<Option<String>, Reject> {
    let Some(address) = address else {
        return Ok(None);
    };
    let [country, districts, state] = pick(
        address,
        "recipient_address",
        ["region_code", "district_info", "state"],
    )?;
    let is_philippines = country
        .value()
        .and_then(|value| value.as_str())
        .is_some_and(|code| code == "PH");
    let level_of_province = if is_philippines { "L2" } else { "L1" };
    for district in districts.documents()? {
        let [level, name] = pick(
            district,
            "recipient_address.district_info[]",
            ["address_level", "address_name"],
        )?;
        if level.value().and_then(|value| value.as_str()) == Some(level_of_province) {
            return Ok(text::region(name));
        }
    }
    Ok(text::region(state))
}

/// The lines: one a unit, in the old shape with a quantity (`platforms.md` 2.1).
fn lines(units: Field<'_>, items: Field<'_>, currency: Currency) -> Result<Vec<DraftLine>, Reject> {
    let (documents, old_shape) = match units.documents()? {
        units if units.is_empty() => (items.documents()?, true),
        units => (units, false),
    };
    let read = |document| {
        let [product, sku, price, old_price, quantity, is_gift] = pick(
            document,
            "line_items[]",
            [
                "product_id",
                "sku_id",
                "original_price",
                "sku_original_price",
                "quantity",
                "is_gift",
            ],
        )?;
        let fields = LineFields {
            product,
            sku,
            quantity: old_shape.then_some(quantity),
            price: price.or(old_price),
            is_gift: Some(is_gift),
        };
        Ok(fields.read(currency))
    };
    documents.into_iter().map(read).collect()
}

pub(super) fn read(input: &Input<'_>, warnings: &mut Vec<Warning>) -> Result<Draft, Reject> {
    let rules = input.rules;
    let [
        new_code,
        old_code,
        new_status,
        old_status,
        created,
        paid,
        updated,
        cancelled,
        delivered,
        new_buyer,
        old_buyer,
        new_payment,
        old_payment,
        address,
        units,
        items,
    ] = pick(
        input.payload,
        "",
        [
            "id",
            "order_id",
            "status",
            "order_status",
            "create_time",
            "paid_time",
            "update_time",
            "cancel_time",
            "delivery_time",
            "user_id",
            "buyer_uid",
            "payment",
            "payment_info",
            "recipient_address",
            "line_items",
            "item_list",
        ],
    )?;
    // Beside an order of the old shape, `id` may be the collector's own.
    let code = id::numeric_code(new_code.or(old_code))
        .or_else(|reject| id::numeric_code(old_code).map_err(|_| reject))?;
    let platform_status = text::status(new_status.or(old_status))?;
    let status = status_or_pending(&platform_status, rules, warnings);

    let times = Times {
        created,
        paid,
        updated,
        cancelled,
        delivered,
    };
    let placed_at = placed_at(times.created, rules, warnings)?;
    let updated_at = time::read(times.updated, rules, warnings)?
        .or_else(|| latest(&[times.cancelled, times.delivered, times.paid], rules))
        .unwrap_or(placed_at);
    let terminal_at = times.terminal(status, is_delivered(&platform_status), rules, warnings)?;

    let payment = new_payment.or(old_payment);
    let parent = if new_payment.value().is_some() {
        "payment"
    } else {
        "payment_info"
    };
    let payment = payment
        .document()
        .ok_or_else(|| payment.reject(RejectReason::MissingAmount))?;
    let (currency, amounts) = money(payment, parent, rules, warnings)?;
    Ok(Draft {
        code,
        status,
        platform_status,
        currency,
        amounts,
        lines: lines(units, items, currency)?,
        placed_at,
        updated_at,
        terminal_at,
        region: region(address.document())?,
        customer_id: id::customer(new_buyer.or(old_buyer), warnings),
        parts: 0,
    })
}

fn status_or_pending(word: &str, rules: &Rules, warnings: &mut Vec<Warning>) -> OrderStatus {
    status(word, rules).unwrap_or_else(|| {
        warnings.push(Warning::unknown_status(word));
        OrderStatus::Pending
    })
}
