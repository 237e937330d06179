//! Shopee documents, with escrow details or without (platforms.md 3).

use bson::raw::cstr;
use bson::{RawBson, RawDocumentBuf, rawdoc};

use super::{Encoded, array};
use crate::buyer::PERSONAL;
use crate::drift::{Speller, Usual};
use crate::expected::{Status, Told};
use crate::life::{Order, Stage};
use crate::version::Version;

fn word(order: &Order, stage: Stage) -> &'static str {
    match stage {
        Stage::Unpaid => order.pick(&["UNPAID", "UNPAID", "PENDING"]),
        Stage::ToShip => order.pick(&[
            "READY_TO_SHIP",
            "PROCESSED",
            "READY_TO_SHIP",
            "RETRY_SHIP",
            "PROCESSED",
            "INVOICE_PENDING",
            "IN_CANCEL",
        ]),
        Stage::Shipped => "SHIPPED",
        Stage::Delivered => order.pick(&["TO_CONFIRM_RECEIVE", "TO_CONFIRM_RECEIVE", "TO_RETURN"]),
        Stage::Completed => "COMPLETED",
        Stage::Cancelled | Stage::SentBack => "CANCELLED",
        Stage::Unheard => "LOGISTICS_HOLD",
    }
}

/// Year, month and day of the order, and eight characters; now and then these are an E and seven
/// digits, which some reader will take for a number with an exponent.
fn code(order: &Order) -> String {
    // Without E, so that no other code looks like those.
    const DIGITS: [char; 32] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'F', 'G', 'H', 'J',
        'K', 'L', 'M', 'N', 'P', 'Q', 'R', 'S', 'T', 'U', 'V', 'W', 'X', 'Y',
    ];
    const LIKE_A_NUMBER_ONE_IN: u64 = 64;
    let (year, month, date) = (order.day.year() % 100, order.day.month(), order.day.day());
    let mut code = format!("{year:02}{month:02}{date:02}");
    if order.index.is_multiple_of(LIKE_A_NUMBER_ONE_IN) {
        code += &format!("E{:07}", order.index / LIKE_A_NUMBER_ONE_IN);
    } else {
        // An odd factor permutes the numbers of eight such digits: codes of a day all differ.
        let shuffled = order.index.wrapping_mul(0x9e_3779_b97f_4a15);
        let digit = |place: u32| DIGITS[(shuffled >> (5 * place) & 31) as usize];
        code.extend((0..8).rev().map(digit));
    }
    code
}

pub(super) fn encode(
    order: &Order,
    version: &Version,
    currency: &str,
    speller: &mut Speller,
) -> Encoded {
    let code = code(order);
    let paid = order.paid();
    let mut payload = rawdoc! {
        "order_sn": code.as_str(),
        "order_status": word(order, version.stage),
        "region": "VN",
        "currency": currency,
        "cod": order.cash_on_delivery,
        "create_time": speller.seconds(order.placed_at),
        "update_time": speller.seconds(version.updated_at),
        "pay_time": RawBson::Null,
        "pickup_done_time": 0,
        "total_amount": speller.amount(paid, Usual::Integer),
        "buyer_user_id": buyer(order, version, speller),
        "buyer_username": PERSONAL,
        "message_to_seller": format!("{PERSONAL} <script>alert(1)</script>"),
        "cancel_by": if version.stage == Stage::Cancelled { "buyer" } else { "" },
        "estimated_shipping_fee": 22_000,
        "actual_shipping_fee": 19_500,
        "item_list": array(items(order, speller)),
        "recipient_address": address(order, version, speller),
    };
    let promotion = order.list_value() - order.goods();
    let discount = if has_escrow(order, speller) {
        add_escrow(&mut payload, order, speller);
        promotion + order.vouchers()
    } else {
        // The best that the order alone tells: shipping hides a part (platforms.md 5.2).
        (order.list_value() - paid).max(0)
    };
    let told = Told {
        code,
        status: match version.stage {
            Stage::Completed => Status::Completed,
            Stage::Cancelled | Stage::SentBack => Status::Cancelled,
            _ => Status::Pending,
        },
        paid,
        discount,
        lines: order.told_lines(),
        ended_at: version.updated_at,
        region: version.province(order),
        customer: (!version.lean).then_some(order.buyer.id),
    };
    Encoded { payload, told }
}

/// Most orders have escrow details; of those some versions lack them.
fn has_escrow(order: &Order, speller: &mut Speller) -> bool {
    order.index % 3 < 2 && !speller.one_in(10)
}

fn buyer(order: &Order, version: &Version, speller: &mut Speller) -> RawBson {
    if !version.lean {
        speller.number_id(order.buyer.id)
    } else if speller.one_in(2) {
        RawBson::Int32(0)
    } else {
        speller.nothing()
    }
}

fn items<'a>(
    order: &'a Order,
    speller: &'a mut Speller,
) -> impl Iterator<Item = RawDocumentBuf> + 'a {
    order.lines.iter().map(|line| {
        rawdoc! {
            "item_id": line.product.id(order.marketplace),
            "item_name": line.product.name(),
            "model_id": 0,
            "model_quantity_purchased": i32::try_from(line.pieces).unwrap_or(1),
            "model_original_price": speller.amount(line.list_price, Usual::Integer),
            "model_discounted_price": speller.amount(line.price, Usual::Integer),
        }
    })
}

/// The answer of the escrow call, under one of the names that collectors keep it. What was taken
/// off is positive in one part and negative in the other (platforms.md 3.3); documents that depart
/// from the usual have it negative in both.
fn add_escrow(payload: &mut RawDocumentBuf, order: &Order, speller: &mut Speller) {
    let sign = if speller.drifts() && speller.one_in(2) {
        -1
    } else {
        1
    };
    let mut amount = |dong| speller.amount(dong, Usual::Integer);
    let income = rawdoc! {
        "order_original_price": amount(order.list_value()),
        "order_discounted_price": amount(order.goods()),
        "voucher_from_seller": signed(sign, order.seller_voucher),
        "voucher_from_shopee": signed(sign, order.platform_voucher),
        "coins": signed(sign, order.coins),
        "buyer_paid_shipping_fee": amount(order.shipping),
        "buyer_total_amount": amount(order.paid()),
        "escrow_amount": amount(order.paid() * 88 / 100),
    };
    let paid_by_buyer = rawdoc! {
        "seller_voucher": signed(-1, order.seller_voucher),
        "shopee_voucher": signed(-1, order.platform_voucher),
        "shopee_coins_redeemed": signed(-1, order.coins),
    };
    match order.number % 4 {
        0 => payload.append(cstr!("order_income"), income),
        1 => {
            let escrow = rawdoc! { "order_income": income, "buyer_payment_info": paid_by_buyer };
            payload.append(cstr!("escrow_detail"), escrow);
        }
        _ => {
            let escrow = rawdoc! {
                "order_sn": code(order),
                "buyer_user_name": PERSONAL,
                "order_income": income,
                "buyer_payment_info": paid_by_buyer,
            };
            payload.append(cstr!("escrow"), escrow);
        }
    }
}

fn signed(sign: i64, dong: i64) -> RawBson {
    i32::try_from(sign * dong).map_or(RawBson::Int64(sign * dong), RawBson::Int32)
}

fn address(order: &Order, version: &Version, speller: &mut Speller) -> RawDocumentBuf {
    let (state, region, city) = match version.province(order) {
        Some(province) => (speller.place(province), "VN", "Quận 3"),
        None => (RawBson::String("****".to_owned()), "****", "****"),
    };
    rawdoc! {
        "region": region,
        "state": state,
        "city": city,
        "district": "",
        "name": order.buyer.name(),
        "phone": order.buyer.phone(),
        "full_address": order.buyer.address(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use jiff::civil::date;

    use super::*;
    use crate::Plan;
    use crate::world::World;

    #[test]
    fn the_codes_of_a_day_all_differ() {
        let until = date(2026, 3, 20).at(0, 0, 0, 0);
        let world = World::new(&Plan::ending(10, 1, 1, until, "UTC", "VND"));
        let mut order = Order::plan(&world, date(2026, 3, 4), 0);
        let mut codes = HashSet::new();
        for index in 0..100_000 {
            order.index = index;
            let code = code(&order);
            assert!(code.len() == 14 && code.starts_with("260304"), "{code}");
            assert!(codes.insert(code));
        }
        assert!(codes.contains("260304E0000001"));
    }
}
