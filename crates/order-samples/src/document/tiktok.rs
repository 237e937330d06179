//! TikTok Shop documents, mostly of API 202309, some in the shape of 202212 (platforms.md 2).

use bson::raw::cstr;
use bson::{RawBson, RawDocumentBuf, rawdoc};

use super::{Encoded, array};
use crate::buyer::PERSONAL;
use crate::drift::{Speller, Usual};
use crate::expected::{Status, Told};
use crate::life::{MOST_UNITS, Order, Stage};
use crate::version::Version;

/// Order numbers have 18 digits, more than a double holds; the numbers of units too.
const FIRST_NUMBER: i64 = 576_000_000_000_000_000;
const FIRST_UNIT: i64 = 586_000_000_000_000_000;

/// The word of API 202309 and the code of 202212.
fn word(order: &Order, stage: Stage) -> (&'static str, i32) {
    match stage {
        Stage::Unpaid => ("UNPAID", 100),
        Stage::ToShip => order.pick(&[
            ("AWAITING_SHIPMENT", 111),
            ("AWAITING_COLLECTION", 112),
            ("PARTIALLY_SHIPPING", 114),
            ("AWAITING_SHIPMENT", 111),
            ("ON_HOLD", 105),
        ]),
        Stage::Shipped => ("IN_TRANSIT", 121),
        Stage::Delivered => ("DELIVERED", 122),
        Stage::Completed => ("COMPLETED", 130),
        Stage::Cancelled | Stage::SentBack => ("CANCELLED", 140),
        Stage::Unheard => ("HELD_AT_CUSTOMS", 199),
    }
}

/// A version with what both shapes need of it.
struct Telling<'a> {
    order: &'a Order,
    version: &'a Version,
    currency: &'a str,
    code: i64,
    /// The seller's and the platform's part of all that is taken off.
    discounts: (i64, i64),
    /// An address is missing while the order is on hold (platforms.md 2.1).
    province: Option<&'static str>,
    is_on_hold: bool,
}

pub(super) fn encode(
    order: &Order,
    version: &Version,
    currency: &str,
    speller: &mut Speller,
) -> Encoded {
    let is_on_hold = word(order, version.stage).0 == "ON_HOLD";
    let promotion = order.list_value() - order.goods();
    let telling = Telling {
        order,
        version,
        currency,
        code: FIRST_NUMBER + i64::try_from(order.number).unwrap_or(0),
        discounts: (promotion + order.seller_voucher, order.platform_voucher),
        province: version.province(order).filter(|_| !is_on_hold),
        is_on_hold,
    };
    let is_old = speller.one_in(20);
    let payload = if is_old {
        old_shape(&telling, speller)
    } else {
        new_shape(&telling, speller)
    };
    let told = Told {
        code: telling.code.to_string(),
        status: match version.stage {
            Stage::Completed => Status::Completed,
            Stage::Cancelled | Stage::SentBack => Status::Cancelled,
            _ => Status::Pending,
        },
        paid: order.paid(),
        discount: telling.discounts.0 + telling.discounts.1,
        lines: if is_old {
            order.told_lines()
        } else {
            order
                .units()
                .map(|line| (line.product, line.list_price))
                .collect()
        },
        ended_at: version.updated_at,
        region: telling.province,
        customer: (!version.lean).then_some(order.buyer.id),
    };
    Encoded { payload, told }
}

fn new_shape(telling: &Telling<'_>, speller: &mut Speller) -> RawDocumentBuf {
    let Telling { order, version, .. } = *telling;
    let (seller, platform) = telling.discounts;
    let mut amount = |dong| speller.amount(dong, Usual::PlainText);
    let payment = rawdoc! {
        "currency": telling.currency,
        "original_total_product_price": amount(order.list_value()),
        "seller_discount": amount(seller),
        "platform_discount": amount(platform),
        "sub_total": amount(order.list_value() - seller - platform),
        "original_shipping_fee": amount(order.shipping + 10_000),
        "shipping_fee_platform_discount": amount(10_000),
        "shipping_fee_seller_discount": amount(0),
        "shipping_fee": amount(order.shipping),
        "tax": amount(order.goods() / 11),
        "total_amount": amount(order.paid()),
    };
    let mut payload = rawdoc! {
        "id": speller.text_id(telling.code),
        "status": word(order, version.stage).0,
        "create_time": speller.seconds(order.placed_at),
        "update_time": speller.seconds(version.updated_at),
        "user_id": buyer(telling, speller),
        "is_cod": order.cash_on_delivery,
        "is_sample_order": order.list_value() == 0,
        "buyer_email": format!("{PERSONAL}-{}@example.invalid", order.buyer.id),
        "buyer_message": PERSONAL,
        "payment": payment,
        "line_items": array(line_items(order, speller)),
    };
    add_times(&mut payload, telling, speller);
    if !telling.is_on_hold {
        payload.append(cstr!("recipient_address"), address(telling, speller));
    }
    payload
}

/// The times of what has happened to it, and in place of others now and then a word for nothing.
fn add_times(payload: &mut RawDocumentBuf, telling: &Telling<'_>, speller: &mut Speller) {
    let Telling { order, version, .. } = *telling;
    match version.stage {
        // Without it the update time counts (platforms.md 5.3), which is the same here.
        Stage::Cancelled | Stage::SentBack if speller.one_in(5) => {}
        Stage::Cancelled | Stage::SentBack => {
            payload.append(cstr!("cancel_time"), speller.seconds(version.updated_at));
            payload.append(cstr!("cancel_reason"), "Đổi ý, không muốn mua nữa");
            payload.append(
                cstr!("cancellation_initiator"),
                order.pick(&["BUYER", "SELLER", "SYSTEM"]),
            );
        }
        _ if speller.one_in(4) => payload.append(cstr!("cancel_time"), speller.nothing()),
        _ => {}
    }
    if let (Stage::Delivered | Stage::Completed, Some(time)) = (version.stage, order.delivered_at())
    {
        payload.append(cstr!("delivery_time"), speller.seconds(time));
    }
}

fn buyer(telling: &Telling<'_>, speller: &mut Speller) -> RawBson {
    if telling.version.lean {
        speller.nothing()
    } else {
        speller.text_id(telling.order.buyer.id)
    }
}

/// One element a unit: there is no quantity.
fn line_items<'a>(
    order: &'a Order,
    speller: &'a mut Speller,
) -> impl Iterator<Item = RawDocumentBuf> + 'a {
    let first = FIRST_UNIT + i64::try_from(order.number).unwrap_or(0) * MOST_UNITS;
    (first..).zip(order.units()).map(|(number, line)| {
        rawdoc! {
            "id": number.to_string(),
            "product_id": line.product.id(order.marketplace).to_string(),
            "sku_id": (line.product.id(order.marketplace) + 7).to_string(),
            "product_name": line.product.name(),
            "original_price": speller.amount(line.list_price, Usual::PlainText),
            "sale_price": speller.amount(line.price, Usual::PlainText),
        }
    })
}

fn address(telling: &Telling<'_>, speller: &mut Speller) -> RawDocumentBuf {
    let buyer = &telling.order.buyer;
    let level = |level: &str, name: &str, place: RawBson| {
        rawdoc! { "address_level": level, "address_level_name": name, "address_name": place }
    };
    rawdoc! {
        "region_code": "VN",
        "name": buyer.name(),
        "phone_number": buyer.phone(),
        "full_address": buyer.address(),
        "district_info": array([
            level("L0", "country", speller.place("Việt Nam")),
            level("L1", "province", speller.place(telling.province.unwrap_or("B*** D****"))),
            level("L2", "district", speller.place("****")),
        ]),
    }
}

/// The shape of API 202212, known from community code (platforms.md 2.1).
fn old_shape(telling: &Telling<'_>, speller: &mut Speller) -> RawDocumentBuf {
    let Telling { order, version, .. } = *telling;
    let (seller, platform) = telling.discounts;
    let mut amount = |dong| speller.amount(dong, Usual::Double);
    let payment = rawdoc! {
        "currency": telling.currency,
        "original_total_product_price": amount(order.list_value()),
        "seller_discount": amount(seller),
        "platform_discount": amount(platform),
        "sub_total": amount(order.list_value() - seller - platform),
        "shipping_fee": amount(order.shipping),
        "taxes": amount(0),
        "total_amount": amount(order.paid()),
    };
    let created = if speller.one_in(2) { 1 } else { 1_000 };
    let mut payload = rawdoc! {
        "order_id": speller.text_id(telling.code),
        "order_status": word(order, version.stage).1,
        "create_time": (order.placed_at.as_second() * created).to_string(),
        "update_time": speller.seconds(version.updated_at),
        "buyer_uid": buyer(telling, speller),
        "buyer_message": PERSONAL,
        "payment_info": payment,
        "item_list": array(old_items(order, speller)),
    };
    add_times(&mut payload, telling, speller);
    if !telling.is_on_hold {
        let address = rawdoc! {
            "name": order.buyer.name(),
            "phone": order.buyer.phone(),
            "state": speller.place(telling.province.unwrap_or("****")),
            "city": "****",
        };
        payload.append(cstr!("recipient_address"), address);
    }
    payload
}

/// One element a line, with its quantity.
fn old_items<'a>(
    order: &'a Order,
    speller: &'a mut Speller,
) -> impl Iterator<Item = RawDocumentBuf> + 'a {
    order.lines.iter().map(|line| {
        rawdoc! {
            "product_id": line.product.id(order.marketplace).to_string(),
            "sku_id": (line.product.id(order.marketplace) + 7).to_string(),
            "product_name": line.product.name(),
            "quantity": line.pieces,
            "sku_original_price": speller.amount(line.list_price, Usual::Double),
            "sku_sale_price": speller.amount(line.price, Usual::Double),
        }
    })
}
