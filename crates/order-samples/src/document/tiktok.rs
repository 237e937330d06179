//! TikTok Shop documents, mostly of API 202309, some in the shape of 202212.

use bson::{Document, doc};

use super::{Encoded, Version};
use crate::Plan;
use crate::drift::{Speller, Usual};
use crate::expected::{Status, Told};
use crate::life::{Order, Stage};
use crate::people::PERSONAL;

/// Order numbers have 18 digits.
const FIRST_NUMBER: i64 = 576_000_000_000_000_000;

fn words(stage: Stage) -> (&'static str, i32) {
    match stage {
        Stage::Unpaid => ("UNPAID", 100),
        Stage::ToShip => ("AWAITING_SHIPMENT", 111),
        Stage::Shipped => ("IN_TRANSIT", 121),
        Stage::Delivered => ("DELIVERED", 122),
        Stage::Completed => ("COMPLETED", 130),
        Stage::Cancelled => ("CANCELLED", 140),
        Stage::Unheard => ("HELD_AT_CUSTOMS", 199),
    }
}

pub(super) fn encode(
    order: &Order,
    version: &Version,
    plan: &Plan,
    speller: &mut Speller<'_>,
) -> Encoded {
    let code = FIRST_NUMBER + i64::try_from(order.number).unwrap_or(0);
    // Coins and Shopee's vouchers aside, every reduction is the seller's or the platform's.
    let promotion = order.list_value() - order.goods(|_| true);
    let seller_discount = promotion + order.seller_voucher;
    let discounts = (seller_discount, order.platform_voucher);
    let paid = order.paid();
    let payload = if speller.one_in(20) {
        old_shape(order, version, plan, code, discounts, speller)
    } else {
        new_shape(order, version, plan, code, discounts, speller)
    };
    let told = Told {
        code: code.to_string(),
        status: match version.stage {
            Stage::Completed => Status::Completed,
            Stage::Cancelled => Status::Cancelled,
            _ => Status::Pending,
        },
        paid,
        discount: seller_discount + order.platform_voucher,
        region: (!version.masked).then_some(order.buyer.province),
        customer: Some(order.buyer.id),
        currency: plan.currency.clone(),
    };
    Encoded { payload, told }
}

fn new_shape(
    order: &Order,
    version: &Version,
    plan: &Plan,
    code: i64,
    (seller, platform): (i64, i64),
    speller: &mut Speller<'_>,
) -> Document {
    let mut amount = |dong| speller.amount(dong, Usual::PlainText);
    let payment = doc! {
        "currency": plan.currency.as_str(),
        "original_total_product_price": amount(order.list_value()),
        "seller_discount": amount(seller),
        "platform_discount": amount(platform),
        "sub_total": amount(order.list_value() - seller - platform),
        "shipping_fee": amount(order.shipping),
        "tax": amount(order.paid() / 11),
        "total_amount": amount(order.paid()),
    };
    let mut payload = doc! {
        "id": speller.id(code, true),
        "status": words(version.stage).0,
        "create_time": speller.seconds(order.placed_at),
        "update_time": speller.seconds(version.updated_at),
        "user_id": speller.id(order.buyer.id, true),
        "is_cod": order.cash_on_delivery,
        "buyer_email": format!("{PERSONAL}@example.invalid"),
        "payment": payment,
        "line_items": line_items(order, speller),
        "recipient_address": address(order, version),
    };
    if version.stage == Stage::Cancelled {
        payload.insert("cancel_time", speller.seconds(version.updated_at));
    } else if speller.one_in(4) {
        payload.insert("cancel_time", speller.nothing());
    }
    payload
}

/// One element a unit: there is no quantity.
fn line_items(order: &Order, speller: &mut Speller<'_>) -> Vec<Document> {
    let units = order
        .lines
        .iter()
        .flat_map(|line| std::iter::repeat_n(line, line.pieces as usize));
    units
        .enumerate()
        .map(|(number, line)| {
            doc! {
                "id": format!("{}", FIRST_NUMBER + number as i64),
                "product_id": line.product.id(order.marketplace).to_string(),
                "original_price": speller.amount(line.list_price, Usual::PlainText),
                "sale_price": speller.amount(line.price, Usual::PlainText),
            }
        })
        .collect()
}

fn address(order: &Order, version: &Version) -> Document {
    let province = if version.masked {
        "****"
    } else {
        order.buyer.province
    };
    doc! {
        "region_code": "VN",
        "name": PERSONAL,
        "phone_number": format!("(+84){PERSONAL}"),
        "full_address": format!("{PERSONAL}, {}", order.buyer.province),
        "district_info": [
            { "address_level": "L0", "address_level_name": "country", "address_name": "Việt Nam" },
            { "address_level": "L1", "address_level_name": "province", "address_name": province },
            { "address_level": "L2", "address_level_name": "district", "address_name": "****" },
        ],
    }
}

fn old_shape(
    order: &Order,
    version: &Version,
    plan: &Plan,
    code: i64,
    (seller, platform): (i64, i64),
    speller: &mut Speller<'_>,
) -> Document {
    let mut amount = |dong| speller.amount(dong, Usual::Double);
    let payment = doc! {
        "currency": plan.currency.as_str(),
        "original_total_product_price": amount(order.list_value()),
        "seller_discount": amount(seller),
        "platform_discount": amount(platform),
        "shipping_fee": amount(order.shipping),
        "taxes": amount(0),
        "total_amount": amount(order.paid()),
    };
    let province = if version.masked {
        "****"
    } else {
        order.buyer.province
    };
    let mut payload = doc! {
        "order_id": speller.id(code, true),
        "order_status": words(version.stage).1,
        "create_time": order.placed_at.as_second().to_string(),
        "update_time": speller.seconds(version.updated_at),
        "buyer_uid": speller.id(order.buyer.id, true),
        "payment_info": payment,
        "item_list": line_items(order, speller),
        "recipient_address": { "name": PERSONAL, "phone": PERSONAL, "state": province, "city": "****" },
    };
    if version.stage == Stage::Cancelled {
        payload.insert("cancel_time", speller.seconds(version.updated_at));
    }
    payload
}
