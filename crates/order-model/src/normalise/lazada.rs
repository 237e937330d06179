//! Lazada: orders with their items, embedded or from a sibling collection (`platforms.md` 4).

use std::collections::BTreeSet;

use bson::{RawBsonRef, RawDocument};
use jiff::Timestamp;

use super::draft::{Amounts, Draft, currency, placed_at};
use super::lines::{DraftLine, LineFields};
use super::payload::Signature;
use super::{Input, latest};
use crate::field::{Field, Walk, amount, id, is_absent, pick, quantity, text, time};
use crate::{Currency, Money, OrderStatus, Reject, RejectReason, Rules, Warning};

pub(super) static SIGNATURE: Signature = Signature {
    code: &["order_number", "order_id"],
    numeric_code: true,
    status: &["statuses", "status"],
    created: &["created_at"],
    updated: &["updated_at"],
    money: &["price"],
    companion: &["order_item_id", "order_items", "items", "item_price"],
};

/// What the state of an item says (`platforms.md` 4.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ItemState {
    Open,
    Sold,
    /// Cancelled, not delivered, or returned: nothing was sold.
    Dead,
}

/// States of items, compared without case. `None` is not known, and counts as open.
fn item_state(word: &str) -> Option<ItemState> {
    let word = word.to_ascii_lowercase();
    match word.as_str() {
        "unpaid"
        | "pending"
        | "unverified"
        | "topack"
        | "toship"
        | "packed"
        | "repacked"
        | "ready_to_ship_pending"
        | "ready_to_ship"
        | "shipping"
        | "shipped" => Some(ItemState::Open),
        "delivered" | "confirmed" => Some(ItemState::Sold),
        "canceled"
        | "cancelled"
        | "failed"
        | "failed_delivery"
        | "shipped_back"
        | "shipped_back_success"
        | "shipped_back_failed"
        | "lost"
        | "lost_by_3pl"
        | "damaged_by_3pl"
        | "package_scrapped"
        | "returned"
        | "return" => Some(ItemState::Dead),
        // Raw codes of the logistics, such as INFO_ST_DOMESTIC_BACK_TO_SHIPPER.
        code if code.contains("return") || code.contains("back_to_shipper") => {
            Some(ItemState::Dead)
        }
        _ => None,
    }
}

/// Reduces the states of an order's items to one, the first rule that applies (`platforms.md` 4.2).
fn reduce(states: &[ItemState]) -> OrderStatus {
    if states.is_empty() || states.contains(&ItemState::Open) {
        OrderStatus::Pending
    } else if states.contains(&ItemState::Sold) {
        // A partly cancelled or partly returned order is still a sale; its amounts are reduced instead.
        OrderStatus::Completed
    } else {
        OrderStatus::Cancelled
    }
}

/// One unit of a product. Lazada has no quantities.
struct Item<'a> {
    unit: Field<'a>,
    product: Field<'a>,
    sku: Field<'a>,
    word: String,
    state: ItemState,
    price: Field<'a>,
    voucher: Field<'a>,
    shipping: Field<'a>,
    updated: Field<'a>,
    buyer: Field<'a>,
    currency: Field<'a>,
}

impl<'a> Item<'a> {
    fn read(document: &'a RawDocument, warnings: &mut Vec<Warning>) -> Result<Self, Reject> {
        let [
            unit,
            product,
            sku,
            status,
            price,
            voucher,
            shipping,
            updated,
            buyer,
            currency,
        ] = pick(
            document,
            "order_items[]",
            [
                "order_item_id",
                "product_id",
                "sku_id",
                "status",
                "item_price",
                "voucher_amount",
                "shipping_amount",
                "updated_at",
                "buyer_id",
                "currency",
            ],
        )?;
        let word = text::status(status)?;
        let state = state_or_open(&word, warnings);
        Ok(Self {
            unit,
            product,
            sku,
            word,
            state,
            price,
            voucher,
            shipping,
            updated,
            buyer,
            currency,
        })
    }
}

fn state_or_open(word: &str, warnings: &mut Vec<Warning>) -> ItemState {
    item_state(word).unwrap_or_else(|| {
        warnings.push(Warning::unknown_status(word));
        ItemState::Open
    })
}

/// The words of `statuses`: an array or a text, with one or several words in each text.
fn status_words(statuses: Field<'_>) -> Result<Vec<String>, Reject> {
    let texts: Vec<&str> = match statuses.value() {
        None => Vec::new(),
        Some(RawBsonRef::String(text)) => vec![text],
        Some(RawBsonRef::Array(array)) => array
            .into_iter()
            .filter(|element| !element.as_ref().is_ok_and(|value| is_absent(*value)))
            .map(|element| element.ok().and_then(RawBsonRef::as_str))
            .collect::<Option<_>>()
            .ok_or_else(|| statuses.reject(RejectReason::InvalidStatus))?,
        Some(_) => return Err(statuses.reject(RejectReason::InvalidStatus)),
    };
    let words: Vec<String> = texts
        .into_iter()
        .flat_map(|text| text.split([',', ';', '|']))
        .flat_map(str::split_whitespace)
        .map(str::to_owned)
        .collect();
    if words.iter().all(|word| text::is_status(word)) {
        Ok(words)
    } else {
        Err(statuses.reject(RejectReason::InvalidStatus))
    }
}

/// Distinct words in alphabetical order: items come in any order, and must say the same in each.
fn joined<'w>(words: impl Iterator<Item = &'w str>) -> String {
    let distinct: BTreeSet<_> = words.filter(|word| !word.is_empty()).collect();
    Vec::from_iter(distinct).join(",")
}

/// When the order reached its end: the latest update among the items that did (`platforms.md` 5.3).
fn terminal_at(
    status: OrderStatus,
    items: &[Item<'_>],
    updated_at: Option<Timestamp>,
    rules: &Rules,
    warnings: &mut Vec<Warning>,
) -> Result<Option<Timestamp>, Reject> {
    let ended = match status {
        OrderStatus::Pending => return Ok(None),
        OrderStatus::Completed => ItemState::Sold,
        OrderStatus::Cancelled => ItemState::Dead,
    };
    let mut latest = None;
    for item in items.iter().filter(|item| item.state == ended) {
        latest = latest.max(time::read(item.updated, rules, warnings)?);
    }
    Ok(latest.or(updated_at))
}

/// Fields of the order that its amounts come from.
struct OrderMoney<'a> {
    price: Field<'a>,
    voucher: Field<'a>,
    voucher_seller: Field<'a>,
    voucher_platform: Field<'a>,
    shipping: Field<'a>,
}

impl OrderMoney<'_> {
    /// Of the whole order (`platforms.md` 4.3).
    fn of_order(&self, currency: Currency) -> Result<Amounts, Reject> {
        let goods = amount::required(self.price, currency)?;
        let voucher = match amount::read(self.voucher, currency)? {
            Some(voucher) => voucher.abs(),
            None => amount::reduction(self.voucher_seller, currency)?
                .checked_add(amount::reduction(self.voucher_platform, currency)?)
                .ok_or_else(|| self.voucher_seller.reject(RejectReason::AmountOutOfRange))?,
        };
        let shipping = amount::read(self.shipping, currency)?.unwrap_or_default();
        amounts(goods, voucher, shipping, self.price)
    }
}

/// Of the items that are neither cancelled nor returned.
fn money_of_live_items(items: &[Item<'_>], currency: Currency) -> Result<Amounts, Reject> {
    let [mut goods, mut vouchers, mut shipping] = [Money::ZERO; 3];
    let mut place = None;
    for item in items.iter().filter(|item| item.state != ItemState::Dead) {
        let too_large = || item.price.reject(RejectReason::AmountOutOfRange);
        let add = |sum: Money, part: Money| sum.checked_add(part).ok_or_else(too_large);
        goods = add(goods, amount::required(item.price, currency)?)?;
        vouchers = add(vouchers, amount::reduction(item.voucher, currency)?)?;
        shipping = add(
            shipping,
            amount::read(item.shipping, currency)?.unwrap_or_default(),
        )?;
        place = Some(item.price);
    }
    amounts(
        goods,
        vouchers,
        shipping,
        place.expect("a mixed order has a live item"),
    )
}

fn amounts(
    goods: Money,
    voucher: Money,
    shipping: Money,
    place: Field<'_>,
) -> Result<Amounts, Reject> {
    let paid = goods
        .checked_sub(voucher)
        .and_then(|paid| paid.checked_add(shipping));
    let paid = paid.ok_or_else(|| place.reject(RejectReason::AmountOutOfRange))?;
    Amounts::new(paid, voucher, place)
}

/// The lines, by the number of their unit: items of a collection of their own come in any order.
fn lines<'i>(items: impl Iterator<Item = &'i Item<'i>>, currency: Currency) -> Vec<DraftLine> {
    let number = |item: &Item<'_>| id::numeric_code(item.unit).ok();
    let mut sorted: Vec<_> = items.collect();
    sorted.sort_by_cached_key(|item| {
        let number = number(item).map(|number| (number.as_str().len(), number));
        (number.is_none(), number)
    });
    let read = |item: &Item<'_>| {
        let fields = LineFields {
            product: item.product,
            sku: item.sku,
            quantity: None,
            price: item.price,
            is_gift: None,
        };
        fields.read(currency)
    };
    sorted.into_iter().map(read).collect()
}

/// The items, in the order, beside it in the envelope, or from the sibling collection.
fn find_items<'a>(
    input: &'a Input<'_>,
    warnings: &mut Vec<Warning>,
) -> Result<Vec<Item<'a>>, Reject> {
    let companions = input.companions.iter().map(AsRef::as_ref);
    let mut documents: Vec<&RawDocument> = embedded(input.payload)?;
    if documents.is_empty() {
        documents = embedded(input.envelope)?;
    }
    if documents.is_empty() {
        for companion in companions {
            let listed = embedded(companion)?;
            if listed.is_empty() {
                documents.push(companion)
            } else {
                documents.extend(listed)
            }
        }
    }
    let mut known = BTreeSet::new();
    let mut items = Vec::new();
    for document in documents {
        // Of several documents about one unit the first counts, which is the one stored last.
        let [unit] = pick(document, "order_items[]", ["order_item_id"])?;
        if id::numeric_code(unit).is_ok_and(|unit| !known.insert(unit)) {
            continue;
        }
        items.push(Item::read(document, warnings)?);
    }
    Ok(items)
}

fn embedded<'a>(document: impl Walk<'a>) -> Result<Vec<&'a RawDocument>, Reject> {
    let [order_items, items, camel] = pick(document, "", ["order_items", "items", "orderItems"])?;
    order_items.or(items).or(camel).documents()
}

/// Whether the sibling collection still lacks items of the order.
fn is_incomplete(input: &Input<'_>, items: &[Item<'_>], items_count: Field<'_>) -> bool {
    let announced = quantity::read(items_count)
        .ok()
        .flatten()
        .unwrap_or(1)
        .max(1);
    let present = i64::try_from(items.len()).unwrap_or(i64::MAX);
    input.companions_expected && present < announced
}

/// The currency all items agree on. Without items there is none to be read, and the configured one holds.
fn currency_of(order: Field<'_>, items: &[Item<'_>], rules: &Rules) -> Result<Currency, Reject> {
    for field in std::iter::once(order).chain(items.iter().map(|item| item.currency)) {
        currency(field, rules)?;
    }
    Ok(rules.currency)
}

pub(super) fn read(input: &Input<'_>, warnings: &mut Vec<Warning>) -> Result<Draft, Reject> {
    let rules = input.rules;
    let [
        number,
        order_id,
        statuses,
        status,
        created,
        updated,
        price,
        voucher,
        voucher_seller,
        voucher_platform,
        shipping,
        items_count,
        order_currency,
        address,
    ] = pick(
        input.payload,
        "",
        [
            "order_number",
            "order_id",
            "statuses",
            "status",
            "created_at",
            "updated_at",
            "price",
            "voucher",
            "voucher_seller",
            "voucher_platform",
            "shipping_fee",
            "items_count",
            "currency",
            "address_shipping",
        ],
    )?;
    let code = id::numeric_code(number.or(order_id))?;
    let items = find_items(input, warnings)?;
    let incomplete = is_incomplete(input, &items, items_count);
    let (status, platform_status) = if items.is_empty() {
        let words = status_words(statuses.or(status))?;
        let states: Vec<_> = words
            .iter()
            .map(|word| state_or_open(word, warnings))
            .collect();
        if words.is_empty() {
            warnings.push(Warning::NoStatus);
        }
        (reduce(&states), joined(words.iter().map(String::as_str)))
    } else {
        let states: Vec<_> = items.iter().map(|item| item.state).collect();
        (
            reduce(&states),
            joined(items.iter().map(|item| item.word.as_str())),
        )
    };
    let status = if incomplete {
        warnings.push(Warning::ItemsIncomplete);
        OrderStatus::Pending
    } else {
        status
    };

    let placed_at = placed_at(created, rules, warnings)?;
    let order_updated_at = time::read(updated, rules, warnings)?;
    let item_updates: Vec<_> = items.iter().map(|item| item.updated).collect();
    let terminal_at = terminal_at(status, &items, order_updated_at, rules, warnings)?;

    let currency = currency_of(order_currency, &items, rules)?;
    let is_dead = |item: &Item<'_>| item.state == ItemState::Dead;
    let is_mixed = items.iter().any(is_dead) && !items.iter().all(is_dead);
    let money = OrderMoney {
        price,
        voucher,
        voucher_seller,
        voucher_platform,
        shipping,
    };
    // The lines are those that the amounts are of.
    let (amounts, lines) = if is_mixed && !incomplete {
        let live = items.iter().filter(|item| !is_dead(item));
        (
            money_of_live_items(&items, currency)?,
            lines(live, currency),
        )
    } else {
        (money.of_order(currency)?, lines(items.iter(), currency))
    };
    let region = match address.document() {
        Some(address) => text::region(pick(address, "address_shipping", ["address3"])?[0]),
        None => None,
    };
    Ok(Draft {
        code,
        parts: items.len(),
        status,
        platform_status,
        currency,
        amounts,
        lines,
        placed_at,
        // Items can change alone, which is a newer version of the order, too.
        updated_at: order_updated_at
            .max(latest(&item_updates, rules))
            .unwrap_or(placed_at),
        terminal_at,
        region,
        customer_id: items
            .iter()
            .find_map(|item| id::customer(item.buyer, warnings)),
    })
}
