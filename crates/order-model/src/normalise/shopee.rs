//! Shopee, Open Platform v2, with and without escrow details (`platforms.md` 3).

use bson::RawDocument;

use super::draft::{Amounts, Draft, currency, placed_at};
use super::lines::{DraftLine, LineFields};
use super::payload::Signature;
use super::{Input, latest};
use crate::field::{Field, Walk, amount, id, pick, quantity, text, time};
use crate::{Currency, Money, OrderStatus, Reject, RejectReason, Rules, Warning};

pub(super) static SIGNATURE: Signature = Signature {
    code: &["order_sn"],
    numeric_code: false,
    status: &["order_status"],
    created: &["create_time"],
    updated: &["update_time"],
    money: &["total_amount", "order_income", "item_list"],
    companion: &["order_income"],
};

/// Statuses (`platforms.md` 3.2). `None` is not known.
fn status(word: &str) -> Option<OrderStatus> {
    match word.to_ascii_uppercase().as_str() {
        "UNPAID" | "PENDING" | "READY_TO_SHIP" | "PROCESSED" | "RETRY_SHIP" | "INVOICE_PENDING"
        | "SHIPPED" | "TO_CONFIRM_RECEIVE" | "IN_CANCEL" | "TO_RETURN" => {
            Some(OrderStatus::Pending)
        }
        "COMPLETED" => Some(OrderStatus::Completed),
        "CANCELLED" => Some(OrderStatus::Cancelled),
        _ => None,
    }
}

/// From the order alone, the discount is a lower bound: what the list prices exceed the payment by, which contains the
/// shipping (`platforms.md` 3.3, 5.2).
fn money_of_detail(
    total: Field<'_>,
    items: Field<'_>,
    currency: Currency,
) -> Result<Amounts, Reject> {
    let paid = amount::required(total, currency)?;
    let list = list_value(items, currency)?.unwrap_or(paid);
    let discount = list
        .checked_sub(paid)
        .filter(|discount| !discount.is_negative());
    Amounts::new(paid, discount.unwrap_or_default(), total)
}

/// The escrow details name every reduction.
fn money_with_escrow(
    income: &RawDocument,
    total: Field<'_>,
    currency: Currency,
    warnings: &mut Vec<Warning>,
) -> Result<Option<Amounts>, Reject> {
    let [
        list,
        discounted,
        by_seller,
        by_platform,
        coins,
        shipping,
        at_checkout,
    ] = pick(
        income,
        "order_income",
        [
            "order_original_price",
            "order_discounted_price",
            "voucher_from_seller",
            "voucher_from_shopee",
            "coins",
            "buyer_paid_shipping_fee",
            "buyer_total_amount",
        ],
    )?;
    let Some(list_value) = amount::read(list, currency)? else {
        return Ok(None);
    };
    let paid = match amount::read(at_checkout, currency)? {
        Some(paid) => paid,
        None => amount::required(total, currency)?,
    };
    let too_large = || list.reject(RejectReason::AmountOutOfRange);
    let promoted = amount::read(discounted, currency)?.unwrap_or(list_value);
    let mut discount = list_value.checked_sub(promoted).ok_or_else(too_large)?;
    for voucher in [by_seller, by_platform, coins] {
        discount = discount
            .checked_add(amount::reduction(voucher, currency)?)
            .ok_or_else(too_large)?;
    }
    let amounts = Amounts::new(paid, discount, at_checkout.or(discounted))?;

    let shipping = amount::read(shipping, currency)?.unwrap_or_default();
    if list_value.checked_add(shipping) != Some(amounts.total) {
        warnings.push(Warning::AmountMismatch);
    }
    Ok(Some(amounts))
}

/// Items at list price. `None` when an item does not tell its price or quantity, so that the sum is not known.
fn list_value(items: Field<'_>, currency: Currency) -> Result<Option<Money>, Reject> {
    let mut sum = Money::ZERO;
    let mut any = false;
    for item in items.documents()? {
        let [price, bought] = pick(
            item,
            "item_list[]",
            ["model_original_price", "model_quantity_purchased"],
        )?;
        let (Some(price_value), Some(pieces)) =
            (amount::read(price, currency)?, quantity::read(bought)?)
        else {
            return Ok(None);
        };
        let value = price_value
            .abs()
            .checked_mul(pieces)
            .and_then(|value| sum.checked_add(value));
        sum = value.ok_or_else(|| price.reject(RejectReason::AmountOutOfRange))?;
        any = true;
    }
    Ok(any.then_some(sum))
}

/// The escrow details, wherever the collector put them: in the order, beside it, or in a collection of their own.
fn find_escrow<'a>(input: &'a Input<'_>) -> Result<Option<&'a RawDocument>, Reject> {
    for document in [input.payload, input.envelope] {
        if let Some(income) = escrow_in(document)? {
            return Ok(Some(income));
        }
    }
    for companion in &input.companions {
        if let Some(income) = escrow_in(&**companion)? {
            return Ok(Some(income));
        }
    }
    Ok(None)
}

fn escrow_in<'a>(document: impl Walk<'a>) -> Result<Option<&'a RawDocument>, Reject> {
    const NAMES: [&str; 6] = [
        "order_income",
        "escrow",
        "escrow_detail",
        "escrowDetail",
        "escrow_details",
        "response",
    ];
    for (index, field) in pick(document, "", NAMES)?.into_iter().enumerate() {
        let Some(found) = field.document() else {
            continue;
        };
        let income = if index == 0 {
            Some(found)
        } else {
            income_within(found)?
        };
        if income.is_some() {
            return Ok(income);
        }
    }
    Ok(None)
}

/// `order_income` in an answer of the escrow call, which may keep it under `response`.
fn income_within(answer: &RawDocument) -> Result<Option<&RawDocument>, Reject> {
    let [income, response] = pick(answer, "escrow", ["order_income", "response"])?;
    if let Some(income) = income.document() {
        return Ok(Some(income));
    }
    match response.document() {
        Some(response) => Ok(pick(response, "escrow.response", ["order_income"])?[0].document()),
        None => Ok(None),
    }
}

/// The lines (`platforms.md` 3.1).
fn lines(items: Field<'_>, currency: Currency) -> Result<Vec<DraftLine>, Reject> {
    let read = |document| {
        let [product, sku, quantity, price] = pick(
            document,
            "item_list[]",
            [
                "item_id",
                "model_id",
                "model_quantity_purchased",
                "model_original_price",
            ],
        )?;
        let fields = LineFields {
            product,
            sku,
            quantity: Some(quantity),
            price,
            is_gift: None,
        };
        Ok(fields.read(currency))
    };
    items.documents()?.into_iter().map(read).collect()
}

pub(super) fn read(input: &Input<'_>, warnings: &mut Vec<Warning>) -> Result<Draft, Reject> {
    let rules = input.rules;
    let [
        code,
        status_word,
        created,
        updated,
        paid_at,
        total,
        items,
        buyer,
        currency_code,
        address,
    ] = pick(
        input.payload,
        "",
        [
            "order_sn",
            "order_status",
            "create_time",
            "update_time",
            "pay_time",
            "total_amount",
            "item_list",
            "buyer_user_id",
            "currency",
            "recipient_address",
        ],
    )?;
    let code = id::opaque_code(code)?;
    let platform_status = text::status(status_word)?;
    let status = status(&platform_status).unwrap_or_else(|| {
        warnings.push(Warning::unknown_status(&platform_status));
        OrderStatus::Pending
    });

    let placed_at = placed_at(created, rules, warnings)?;
    let updated = time::read(updated, rules, warnings)?;
    let currency = currency_or_assumed(currency_code, rules, warnings)?;
    let escrow = find_escrow(input)?;
    let with_escrow = match escrow {
        Some(income) => money_with_escrow(income, total, currency, warnings)?,
        None => None,
    };
    let amounts = match with_escrow {
        Some(amounts) => amounts,
        None => money_of_detail(total, items, currency)?,
    };
    let region = match address.document() {
        Some(address) => text::region(pick(address, "recipient_address", ["state"])?[0]),
        None => None,
    };
    Ok(Draft {
        code,
        status,
        platform_status,
        currency,
        amounts,
        lines: lines(items, currency)?,
        placed_at,
        updated_at: updated
            .or_else(|| latest(&[paid_at], rules))
            .unwrap_or(placed_at),
        // Neither completion nor cancellation has a time of its own (`platforms.md` 5.3).
        terminal_at: updated,
        region,
        customer_id: id::customer(buyer, warnings),
        parts: usize::from(escrow.is_some()),
    })
}

fn currency_or_assumed(
    field: Field<'_>,
    rules: &Rules,
    warnings: &mut Vec<Warning>,
) -> Result<Currency, Reject> {
    Ok(currency(field, rules)?.unwrap_or_else(|| {
        warnings.push(Warning::AssumedCurrency);
        rules.currency
    }))
}
