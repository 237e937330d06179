//! Lazada documents with their items, one element a unit.

use bson::{Bson, Document, doc};

use super::{Encoded, Version};
use crate::Plan;
use crate::drift::{Speller, Usual};
use crate::expected::{Status, Told};
use crate::life::{Line, Order, Stage};
use crate::people::PERSONAL;

/// Order numbers have 15 digits.
const FIRST_NUMBER: i64 = 400_000_000_000_000;

fn word(stage: Stage) -> &'static str {
    match stage {
        Stage::Unpaid => "unpaid",
        Stage::ToShip => "pending",
        Stage::Shipped => "shipped",
        Stage::Delivered => "delivered",
        Stage::Completed => "confirmed",
        Stage::Cancelled => "canceled",
        Stage::Unheard => "waiting_for_customs",
    }
}

/// A unit with its part of the order's voucher and shipping.
struct Unit<'a> {
    line: &'a Line,
    voucher: i64,
    shipping: i64,
    cancelled: bool,
}

/// The units. Voucher and shipping are spread evenly, the remainder goes to the last one.
fn units<'a>(order: &'a Order, stage: Stage) -> Vec<Unit<'a>> {
    let lines: Vec<&Line> = order
        .lines
        .iter()
        .flat_map(|line| std::iter::repeat_n(line, line.pieces as usize))
        .collect();
    let count = lines.len() as i64;
    let voucher = order.vouchers();
    let part = |whole: i64, number: i64| {
        if number == count - 1 {
            whole - whole / count * (count - 1)
        } else {
            whole / count
        }
    };
    // A line is dropped once the parcel leaves without it.
    let parcel_left = matches!(stage, Stage::Shipped | Stage::Delivered | Stage::Completed);
    lines
        .into_iter()
        .zip(0..)
        .map(|(line, number)| Unit {
            line,
            voucher: part(voucher, number),
            shipping: part(order.shipping, number),
            cancelled: line.dropped && parcel_left,
        })
        .collect()
}

pub(super) fn encode(
    order: &Order,
    version: &Version,
    plan: &Plan,
    speller: &mut Speller<'_>,
) -> Encoded {
    let code = FIRST_NUMBER + i64::try_from(order.number).unwrap_or(0) % 1_000_000_000_000;
    let code = code + i64::try_from(order.number >> 24).unwrap_or(0) * 1_000_000_000;
    let units = units(order, version.stage);
    let own_word = word(version.stage);
    let items: Vec<Document> = units
        .iter()
        .zip(1..)
        .map(|(unit, number)| item(order, version, plan, unit, number, speller))
        .collect();

    let mut statuses = vec![own_word];
    if units.iter().any(|unit| unit.cancelled) {
        statuses.insert(usize::from(speller.one_in(2)), "canceled");
    }
    let payload = doc! {
        "order_id": speller.id(code, false),
        "order_number": speller.id(code, false),
        "statuses": statuses,
        "price": speller.amount(order.goods(|_| true), Usual::TextWithDecimals),
        "voucher": speller.amount(order.vouchers(), Usual::Double),
        "voucher_seller": speller.amount(order.seller_voucher, Usual::Double),
        "voucher_platform": speller.amount(order.platform_voucher, Usual::Double),
        "shipping_fee": speller.amount(order.shipping, Usual::Double),
        "created_at": speller.text_time(order.placed_at),
        "updated_at": speller.text_time(version.updated_at),
        "items_count": units.len() as i32,
        "payment_method": if order.cash_on_delivery { "COD" } else { "MIXEDCARD" },
        "need_cancel_confirm": "false",
        "extra_attributes": "null",
        "customer_first_name": PERSONAL,
        "customer_last_name": "",
        "address_shipping": address(order, version),
        "order_items": items,
    };
    let live = |unit: &&Unit<'_>| !unit.cancelled;
    let sum = |part: fn(&Unit<'_>) -> i64| units.iter().filter(live).map(part).sum::<i64>();
    let discount = sum(|unit| unit.voucher);
    let told = Told {
        code: code.to_string(),
        status: match version.stage {
            Stage::Delivered | Stage::Completed => Status::Completed,
            Stage::Cancelled => Status::Cancelled,
            _ => Status::Pending,
        },
        paid: sum(|unit| unit.line.price) - discount + sum(|unit| unit.shipping),
        discount,
        region: (!version.masked).then_some(order.buyer.province),
        customer: Some(order.buyer.id),
        currency: plan.currency.clone(),
    };
    Encoded { payload, told }
}

fn item(
    order: &Order,
    version: &Version,
    plan: &Plan,
    unit: &Unit<'_>,
    number: i64,
    speller: &mut Speller<'_>,
) -> Document {
    doc! {
        "order_item_id": FIRST_NUMBER + number,
        "status": if unit.cancelled { "canceled" } else { word(version.stage) },
        "item_price": speller.amount(unit.line.price, Usual::Double),
        "paid_price": speller.amount(unit.line.price - unit.voucher, Usual::Double),
        "voucher_amount": speller.amount(unit.voucher, Usual::Integer),
        "shipping_amount": speller.amount(unit.shipping, Usual::Integer),
        "currency": plan.currency.as_str(),
        "buyer_id": speller.id(order.buyer.id, false),
        "product_id": unit.line.product.id(order.marketplace),
        "sku_id": unit.line.product.id(order.marketplace).to_string(),
        "updated_at": speller.text_time(version.updated_at),
        "reason": "",
        "pick_up_store_info": Bson::Document(Document::new()),
        "digital_delivery_info": "null_null_null",
    }
}

fn address(order: &Order, version: &Version) -> Document {
    doc! {
        "country": "Vietnam",
        "address1": PERSONAL,
        "first_name": PERSONAL,
        "phone": PERSONAL,
        "address3": if version.masked { "******" } else { order.buyer.province },
        "address4": "Quận 3",
        "addressDsitrict": "Quận 3",
        "city": order.buyer.province,
    }
}
