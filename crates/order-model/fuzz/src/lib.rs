//! What both targets check: whatever the document, an order that keeps its promises or a named reject.

use bson::RawDocument;
use jiff::tz::{TimeZone, offset};
use order_model::{
    Layout, Money, OrderStatus, Platform, RawOrder, RejectReason, Rules, companion_key,
    ingested_at, key_paths, looks_like_order, normalise, order_code_of,
};

/// Normalises a document as one of a marketplace, and beside itself as its companion.
///
/// # Panics
/// The result breaks a promise.
pub fn check(platform: Platform, document: &RawDocument) {
    let rules = rules();
    for companions in [&[][..], &[document][..]] {
        let raw = RawOrder {
            document,
            companions,
            companions_expected: !companions.is_empty(),
        };
        match normalise(platform, &raw, &rules) {
            Ok(normalised) => {
                let order = normalised.order;
                let difference = order.total_amount.checked_sub(order.discount_amount);
                assert_eq!(difference, Some(order.final_amount));
                assert!(order.final_amount >= Money::ZERO && order.discount_amount >= Money::ZERO);
                assert!(order.terminal_at.is_none_or(|at| at >= order.order_date));
                assert!(order.terminal_at.is_none() || order.status != OrderStatus::Pending);
            }
            Err(reject) => assert!(RejectReason::ALL.contains(&reject.reason)),
        }
    }
    looks_like_order(platform, document, &rules.layout);
    order_code_of(platform, document, &rules.layout);
    companion_key(platform, document, &rules.layout);
    ingested_at(document, &rules.layout);
    key_paths(document);
}

fn rules() -> Rules {
    Rules {
        zone: TimeZone::fixed(offset(7)),
        currency: "VND".parse().expect("a currency"),
        tiktok_delivered: OrderStatus::Pending,
        keep_customer_id: true,
        not_after: "2026-12-31T00:00:00Z".parse().expect("a time"),
        layout: Layout::default(),
    }
}
