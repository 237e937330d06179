//! Shopee documents, with escrow details or without.

use bson::{Bson, Document, doc};
use unicode_normalization::UnicodeNormalization;

use super::{Encoded, Version};
use crate::Plan;
use crate::drift::{Speller, Usual};
use crate::expected::{Status, Told};
use crate::life::{Order, Stage};
use crate::people::PERSONAL;

fn word(stage: Stage) -> &'static str {
    match stage {
        Stage::Unpaid => "UNPAID",
        Stage::ToShip => "READY_TO_SHIP",
        Stage::Shipped => "SHIPPED",
        Stage::Delivered => "TO_CONFIRM_RECEIVE",
        Stage::Completed => "COMPLETED",
        Stage::Cancelled => "CANCELLED",
        Stage::Unheard => "LOGISTICS_HOLD",
    }
}

/// Year, month and day of the order, and eight characters that can look like a number with an exponent.
fn code(order: &Order) -> String {
    const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKLMNPQRSTUVWX";
    let mut left = order.number & 0xff_ffff;
    let mut tail = String::new();
    for _ in 0..7 {
        tail.insert(0, char::from(DIGITS[(left % 32) as usize]));
        left /= 32;
    }
    format!("{}E{tail}", order.day.strftime("%y%m%d"))
}

pub(super) fn encode(
    order: &Order,
    version: &Version,
    plan: &Plan,
    speller: &mut Speller<'_>,
) -> Encoded {
    let code = code(order);
    let paid = order.paid();
    let mut amount = |dong| speller.amount(dong, Usual::Integer);
    let items: Vec<Document> = order
        .lines
        .iter()
        .map(|line| {
            doc! {
                "item_id": line.product.id(order.marketplace),
                "model_id": 0,
                "model_quantity_purchased": line.pieces,
                "model_original_price": amount(line.list_price),
                "model_discounted_price": amount(line.price),
            }
        })
        .collect();
    let buyer = if version.anonymous {
        Bson::Int64(0)
    } else {
        speller.id(order.buyer.id, false)
    };
    let mut payload = doc! {
        "order_sn": code.as_str(),
        "order_status": word(version.stage),
        "region": "VN",
        "currency": plan.currency.as_str(),
        "cod": order.cash_on_delivery,
        "create_time": speller.seconds(order.placed_at),
        "update_time": speller.seconds(version.updated_at),
        "pay_time": Bson::Null,
        "total_amount": speller.amount(paid, Usual::Integer),
        "buyer_user_id": buyer,
        "buyer_username": PERSONAL,
        "message_to_seller": format!("{PERSONAL} <script>alert(1)</script>"),
        "estimated_shipping_fee": 22_000,
        "item_list": items,
        "recipient_address": address(order, version, speller),
    };
    let discount = if speller.one_in(5) && speller.one_in(2) || !with_escrow(order) {
        (order.list_value() - paid).max(0)
    } else {
        payload.insert("escrow", escrow(order, speller));
        order.list_value() - order.goods(|_| true) + order.vouchers()
    };
    let told = Told {
        code,
        status: match version.stage {
            Stage::Completed => Status::Completed,
            Stage::Cancelled => Status::Cancelled,
            _ => Status::Pending,
        },
        paid,
        discount,
        region: (!version.masked).then_some(order.buyer.province),
        customer: (!version.anonymous).then_some(order.buyer.id),
        currency: plan.currency.clone(),
    };
    Encoded { payload, told }
}

fn with_escrow(order: &Order) -> bool {
    order.number % 5 < 3
}

/// The answer of the escrow call, the positive and the negative sign convention in one.
fn escrow(order: &Order, speller: &mut Speller<'_>) -> Document {
    let mut amount = |dong| speller.amount(dong, Usual::Integer);
    doc! {
        "order_income": {
            "order_original_price": amount(order.list_value()),
            "order_discounted_price": amount(order.goods(|_| true)),
            "voucher_from_seller": amount(order.seller_voucher),
            "voucher_from_shopee": amount(order.platform_voucher),
            "coins": amount(order.coins),
            "buyer_paid_shipping_fee": amount(order.shipping),
            "buyer_total_amount": amount(order.paid()),
            "escrow_amount": amount(order.paid() * 88 / 100),
        },
        "buyer_payment_info": {
            "seller_voucher": -order.seller_voucher,
            "shopee_voucher": -order.platform_voucher,
            "shopee_coins_redeemed": -order.coins,
        },
    }
}

fn address(order: &Order, version: &Version, speller: &mut Speller<'_>) -> Document {
    let province = match version.masked {
        true => "****".to_owned(),
        // Decomposed, as some phones write Vietnamese.
        false if speller.one_in(10) => order.buyer.province.nfd().collect(),
        false => order.buyer.province.to_owned(),
    };
    doc! {
        "region": if version.masked { "****" } else { "VN" },
        "state": province,
        "city": if version.masked { "****" } else { "Quận 3" },
        "name": PERSONAL,
        "phone": PERSONAL,
        "full_address": format!("{PERSONAL}, {}", order.buyer.province),
    }
}
