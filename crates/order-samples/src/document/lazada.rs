//! Lazada documents with their items, one element a unit (platforms.md 4).

use bson::raw::cstr;
use bson::{RawBson, RawDocumentBuf, rawdoc};
use jiff::Timestamp;

use super::{Encoded, array};
use crate::buyer::PERSONAL;
use crate::drift::{Speller, Usual};
use crate::expected::{Status, Told};
use crate::life::{Line, MOST_UNITS, Order, Stage, later};
use crate::version::Version;

/// Order numbers have 15 digits.
const FIRST_NUMBER: i64 = 400_000_000_000_000;

fn word(order: &Order, stage: Stage) -> &'static str {
    match stage {
        Stage::Unpaid => order.pick(&["unpaid", "unpaid", "unverified"]),
        Stage::ToShip => order.pick(&[
            "pending",
            "topack",
            "packed",
            "ready_to_ship",
            "toship",
            "repacked",
            "ready_to_ship_pending",
            "Pending",
        ]),
        Stage::Shipped => order.pick(&["shipped", "shipping"]),
        Stage::Delivered => "delivered",
        Stage::Completed => order.pick(&["confirmed", "delivered", "CONFIRMED"]),
        Stage::Cancelled => {
            order.pick(&["canceled", "canceled", "cancelled", "failed", "CANCELED"])
        }
        Stage::SentBack => order.pick(&[
            "returned",
            "failed_delivery",
            "shipped_back",
            "shipped_back_success",
            "shipped_back_failed",
            "lost",
            "lost_by_3pl",
            "damaged_by_3pl",
            "package_scrapped",
            "return",
            "INFO_ST_DOMESTIC_BACK_TO_SHIPPER",
            "INFO_ST_DOMESTIC_PACKAGE_RETURNED",
        ]),
        Stage::Unheard => "waiting_for_customs",
    }
}

/// A unit with its part of the order's vouchers and shipping, in đồng.
struct Unit<'a> {
    line: &'a Line,
    status: &'static str,
    voucher: i64,
    shipping: i64,
    is_left_out: bool,
    updated_at: Timestamp,
}

/// The units. The vouchers are spread in proportion to the prices, the shipping evenly; remainders
/// go to the last one.
fn units<'a>(order: &'a Order, version: &Version) -> Vec<Unit<'a>> {
    let (vouchers, shipping) = (order.vouchers(), order.shipping);
    let goods = order.goods().max(1);
    let count = order.lines.iter().map(|line| line.pieces).sum::<i64>();
    let mut left = (vouchers, shipping);
    let mut units: Vec<Unit<'a>> = (0..count)
        .zip(order.units())
        .map(|(number, line)| {
            let part = (vouchers * line.price / goods, shipping / count);
            left = (left.0 - part.0, left.1 - part.1);
            // A line is left out once the parcel is on its way without it.
            let is_sent = matches!(
                version.stage,
                Stage::Shipped | Stage::Delivered | Stage::Completed
            );
            let is_left_out = line.dropped && is_sent;
            let dropped = order.pick(&["canceled", "cancelled", "failed"]);
            Unit {
                line,
                status: if is_left_out {
                    dropped
                } else {
                    word(order, version.stage)
                },
                voucher: part.0,
                shipping: part.1,
                is_left_out,
                updated_at: unit_updated_at(order, version, number),
            }
        })
        .collect();
    if let Some(last) = units.last_mut() {
        last.voucher += left.0;
        last.shipping += left.1;
    }
    units
}

/// Units are updated one by one, and those of some orders no more after the delivery.
fn unit_updated_at(order: &Order, version: &Version, number: i64) -> Timestamp {
    let ends = match (version.stage, order.delivered_at()) {
        (Stage::Completed, Some(delivered_at)) if version.units_stay => delivered_at,
        _ => version.updated_at,
    };
    later(ends, -60 * number).max(order.placed_at)
}

pub(super) fn encode(
    order: &Order,
    version: &Version,
    currency: &str,
    speller: &mut Speller,
) -> Encoded {
    let code = FIRST_NUMBER + i64::try_from(order.number).unwrap_or(0);
    let units = units(order, version);
    // What was left out shows in the items alone, so these are always stored.
    let has_items = !version.lean || units.iter().any(|unit| unit.is_left_out);
    let mut payload = rawdoc! {
        "order_id": speller.number_id(code),
        "order_number": speller.number_id(code),
        "statuses": statuses(&units, speller),
        "price": speller.amount(order.goods(), Usual::TextWithDecimals),
        "voucher": speller.amount(order.vouchers(), Usual::Double),
        "voucher_seller": speller.amount(order.seller_voucher, Usual::Double),
        "voucher_platform": speller.amount(order.platform_voucher, Usual::Double),
        "shipping_fee": speller.amount(order.shipping, Usual::Double),
        "created_at": speller.text_time(order.placed_at),
        "updated_at": speller.text_time(version.updated_at),
        "items_count": i32::try_from(units.len()).unwrap_or(1),
        "payment_method": if order.cash_on_delivery { "COD" } else { "MIXEDCARD" },
        "need_cancel_confirm": "false",
        "gift_option": "0",
        "extra_attributes": "null",
        "address_updated_at": "",
        "customer_first_name": order.buyer.name(),
        "customer_last_name": "",
        "address_shipping": address(order, version, speller),
    };
    if has_items {
        let items = (0..)
            .zip(&units)
            .map(|(number, unit)| item(order, unit, code * MOST_UNITS + number, currency, speller));
        payload.append(cstr!("order_items"), array(items));
    }
    let told = told(order, version, &units, has_items, code);
    Encoded { payload, told }
}

fn told(order: &Order, version: &Version, units: &[Unit<'_>], has_items: bool, code: i64) -> Told {
    let sold = || units.iter().filter(|unit| !unit.is_left_out);
    let discount = sold().map(|unit| unit.voucher).sum();
    let goods: i64 = sold().map(|unit| unit.line.price).sum();
    let shipping: i64 = sold().map(|unit| unit.shipping).sum();
    let ended_at = sold()
        .map(|unit| unit.updated_at)
        .max()
        .filter(|_| has_items);
    Told {
        code: code.to_string(),
        status: match version.stage {
            Stage::Delivered | Stage::Completed => Status::Completed,
            Stage::Cancelled | Stage::SentBack => Status::Cancelled,
            _ => Status::Pending,
        },
        paid: goods - discount + shipping,
        discount,
        lines: sold()
            .filter(|_| has_items)
            .map(|unit| (unit.line.product, unit.line.price))
            .collect(),
        ended_at: ended_at.unwrap_or(version.updated_at),
        region: version.province(order),
        customer: has_items.then_some(order.buyer.id),
    }
}

/// The distinct states of the units, in no order that means anything; one old copy of the
/// documentation has them joined in one text.
fn statuses(units: &[Unit<'_>], speller: &mut Speller) -> RawBson {
    let mut distinct: Vec<&str> = Vec::new();
    for unit in units {
        if !distinct.contains(&unit.status) {
            distinct.push(unit.status);
        }
    }
    if speller.one_in(2) {
        distinct.reverse();
    }
    if speller.drifts() && speller.one_in(4) {
        RawBson::String(distinct.join(","))
    } else {
        RawBson::Array(distinct.into_iter().collect())
    }
}

fn item(
    order: &Order,
    unit: &Unit<'_>,
    number: i64,
    currency: &str,
    speller: &mut Speller,
) -> RawDocumentBuf {
    rawdoc! {
        "order_item_id": number,
        "status": unit.status,
        "name": unit.line.product.name(),
        "item_price": speller.amount(unit.line.price, Usual::Double),
        "paid_price": speller.amount(unit.line.price - unit.voucher, Usual::Double),
        "voucher_amount": speller.amount(unit.voucher, Usual::Integer),
        "shipping_amount": speller.amount(unit.shipping, Usual::Integer),
        "currency": currency,
        "buyer_id": speller.number_id(order.buyer.id),
        "product_id": unit.line.product.id(order.marketplace),
        "sku_id": unit.line.product.id(order.marketplace).to_string(),
        "updated_at": speller.text_time(unit.updated_at),
        "reason": "",
        "pick_up_store_info": RawDocumentBuf::new(),
        "digital_delivery_info": "null_null_null",
    }
}

/// The province stands in the third part of the address; its name is misspelt as on the list call.
fn address(order: &Order, version: &Version, speller: &mut Speller) -> RawDocumentBuf {
    let province = version.province(order);
    let mut place = |name: &str| match province {
        Some(_) => speller.place(name),
        None => RawBson::String("******".to_owned()),
    };
    rawdoc! {
        "country": "Vietnam",
        "first_name": order.buyer.name(),
        "phone": order.buyer.phone(),
        "address1": order.buyer.address(),
        "address2": PERSONAL,
        "address3": place(province.unwrap_or_default()),
        "address4": place("Quận 3"),
        "addressDsitrict": place("Quận 3"),
        "city": place("Quận 3"),
    }
}
