//! What holds for every result, whatever the document.

use std::str::FromStr;

use order_model::{
    Layout, Money, Normalised, OrderLine, OrderState, OrderStatus, Platform, Reject, RejectReason,
    Rules,
};
use unicode_normalization::is_nfc;

use bson::RawDocument;

/// Panics unless an order keeps every promise, or a reject is one of the closed list.
pub fn assert_sound(result: &Result<Normalised, Reject>, rules: &Rules) {
    match result {
        Ok(normalised) => assert_sound_order(normalised, rules),
        Err(reject) => {
            assert_eq!(
                RejectReason::from_str(reject.reason.as_str()),
                Ok(reject.reason)
            );
            assert!(!reject.to_string().is_empty());
        }
    }
}

fn assert_sound_order(normalised: &Normalised, rules: &Rules) {
    let order = &normalised.order;
    assert_eq!(
        order.total_amount.checked_sub(order.discount_amount),
        Some(order.final_amount),
        "total - discount = final"
    );
    for amount in [
        order.total_amount,
        order.discount_amount,
        order.final_amount,
    ] {
        assert!((Money::ZERO..=Money::MAX).contains(&amount), "{amount}");
    }
    assert_eq!(order.currency, rules.currency);
    if !order.lines.is_empty() {
        let sum = |amount: fn(&OrderLine) -> Money| {
            let amounts = order.lines.iter().map(amount);
            amounts
                .inspect(|amount| assert!(!amount.is_negative()))
                .try_fold(Money::ZERO, Money::checked_add)
        };
        assert_eq!(sum(|line| line.final_amount), Some(order.final_amount));
        assert_eq!(
            sum(|line| line.discount_amount),
            Some(order.discount_amount)
        );
    }

    let code = order.key.code.as_str();
    assert!((1..=100).contains(&code.chars().count()) && !code.contains('*'));
    assert!(order.customer_id.is_none_or(|id| id > 0));
    for text in [&order.region, &order.shop_id].into_iter().flatten() {
        assert!(
            !text.is_empty() && !text.contains(char::is_control),
            "{text:?}"
        );
    }
    if let Some(region) = &order.region {
        assert!(is_nfc(region) && !region.contains('*'), "{region:?}");
    }
    assert!(!order.platform_status.contains(char::is_control));

    let latest = rules.zone.to_datetime(rules.not_after);
    assert!(order.order_date <= latest && order.order_date.year() >= 2010);
    assert!(order.version.source_updated_at <= rules.not_after);
    if let Some(terminal_at) = order.terminal_at {
        assert!((order.order_date..=latest).contains(&terminal_at));
        assert_ne!(order.status, OrderStatus::Pending);
    }
    let state = OrderState::from(order.clone());
    assert!(state.completed_at().is_none() || order.status == OrderStatus::Completed);
    assert!(state.cancelled_at().is_none() || order.status == OrderStatus::Cancelled);

    let warnings = &normalised.warnings;
    assert!(
        warnings.windows(2).all(|pair| pair[0] < pair[1]),
        "each warning once: {warnings:?}"
    );
}

/// Asks everything that can be asked about a document. Nothing may panic.
pub fn look_at(document: &RawDocument) {
    let layout = Layout::default();
    order_model::key_paths(document);
    order_model::ingested_at(document, &layout);
    for platform in Platform::ALL {
        order_model::looks_like_order(platform, document, &layout);
        order_model::order_code_of(platform, document, &layout);
        order_model::companion_key(platform, document, &layout);
    }
}
