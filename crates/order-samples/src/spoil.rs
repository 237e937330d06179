//! Documents that no order can be made of (platforms.md 8), one kind after the other.

use bson::{Bson, Document, doc};

use crate::Marketplace;
use crate::buyer::PERSONAL;

/// How a document is spoiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spoiled {
    NoAmount,
    NegativeAmount,
    NotANumber,
    HugeNumber,
    ThreeDecimals,
    DotGroups,
    OtherCurrency,
    FarFuture,
    NoTime,
    ZeroTime,
    MaskedNumber,
    InexactNumber,
    NoNumber,
    NoOrder,
}

const KINDS: [Spoiled; 14] = [
    Spoiled::NoAmount,
    Spoiled::NegativeAmount,
    Spoiled::NotANumber,
    Spoiled::HugeNumber,
    Spoiled::ThreeDecimals,
    Spoiled::DotGroups,
    Spoiled::OtherCurrency,
    Spoiled::FarFuture,
    Spoiled::NoTime,
    Spoiled::ZeroTime,
    Spoiled::MaskedNumber,
    Spoiled::InexactNumber,
    Spoiled::NoNumber,
    Spoiled::NoOrder,
];

/// One order in so many is spoiled until every kind has been met, which 2,000 orders are enough
/// for; then one in [`LATER`].
const EARLY: u64 = 140;
const LATER: u64 = 1_000;

impl Spoiled {
    /// Whether and how the order with a number in the plan is spoiled.
    pub fn of(planned: u64) -> Option<Self> {
        let kinds = KINDS.len() as u64;
        let every = if planned < EARLY * kinds {
            EARLY
        } else {
            LATER
        };
        let turn = usize::try_from(planned / every % kinds).unwrap_or(0);
        (planned % every == every / 2).then_some(KINDS[turn])
    }

    /// A word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::NoAmount => "no_amount",
            Self::NegativeAmount => "negative_amount",
            Self::NotANumber => "not_a_number",
            Self::HugeNumber => "huge_number",
            Self::ThreeDecimals => "three_decimals",
            Self::DotGroups => "dot_groups",
            Self::OtherCurrency => "other_currency",
            Self::FarFuture => "far_future",
            Self::NoTime => "no_time",
            Self::ZeroTime => "zero_time",
            Self::MaskedNumber => "masked_number",
            Self::InexactNumber => "inexact_number",
            Self::NoNumber => "no_number",
            Self::NoOrder => "no_order",
        }
    }

    /// Spoils a payload.
    pub fn apply(self, marketplace: Marketplace, payload: &mut Document) {
        let mut amount = |value: Option<Bson>| set_amount(marketplace, payload, value);
        match self {
            Self::NoAmount => amount(None),
            Self::NegativeAmount => amount(Some(Bson::Int64(-9_000_000_000))),
            Self::NotANumber => amount(Some(Bson::Double(f64::NAN))),
            // Written out it would have thousands of digits.
            Self::HugeNumber => amount(Some(decimal("1E+6144"))),
            Self::ThreeDecimals => amount(Some("145000.125".into())),
            Self::DotGroups => amount(Some("1.250.000".into())),
            Self::OtherCurrency => set_currency(marketplace, payload),
            Self::FarFuture => set_created(marketplace, payload, Some(year_2099(marketplace))),
            Self::NoTime => set_created(marketplace, payload, None),
            Self::ZeroTime => set_created(marketplace, payload, Some(Bson::Int32(0))),
            Self::MaskedNumber => set_number(marketplace, payload, Some("5810****0017".into())),
            // A double above 2^53: which order it was cannot be known any more.
            Self::InexactNumber => {
                let number = Bson::Double(581_000_000_000_000_017.0);
                set_number(marketplace, payload, Some(number));
            }
            Self::NoNumber => set_number(marketplace, payload, None),
            Self::NoOrder => *payload = doc! { "note": PERSONAL, "checked": true },
        }
    }
}

fn decimal(text: &str) -> Bson {
    Bson::Decimal128(text.parse().expect("our numbers fit a Decimal128"))
}

fn put(document: &mut Document, name: &str, value: Option<Bson>) {
    match value {
        Some(value) => document.insert(name, value),
        None => document.remove(name),
    };
}

fn set_amount(marketplace: Marketplace, payload: &mut Document, value: Option<Bson>) {
    match marketplace {
        Marketplace::Tiktok => in_payment(payload, "total_amount", value),
        Marketplace::Shopee => {
            // They would tell the amount once more.
            for name in ["escrow", "escrow_detail", "order_income"] {
                payload.remove(name);
            }
            put(payload, "total_amount", value);
        }
        Marketplace::Lazada => {
            // An order with a cancelled unit takes its amounts from the others.
            payload.remove("order_items");
            put(payload, "price", value);
        }
    }
}

fn set_currency(marketplace: Marketplace, payload: &mut Document) {
    match marketplace {
        Marketplace::Tiktok => in_payment(payload, "currency", Some("USD".into())),
        Marketplace::Shopee => put(payload, "currency", Some("USD".into())),
        Marketplace::Lazada => {
            let items = payload.get_array_mut("order_items").into_iter().flatten();
            for item in items.filter_map(Bson::as_document_mut) {
                item.insert("currency", "USD");
            }
        }
    }
}

/// Sets a field in TikTok's payment, new or old.
fn in_payment(payload: &mut Document, field: &str, value: Option<Bson>) {
    for name in ["payment", "payment_info"] {
        if let Ok(payment) = payload.get_document_mut(name) {
            put(payment, field, value.clone());
        }
    }
}

fn set_created(marketplace: Marketplace, payload: &mut Document, value: Option<Bson>) {
    let name = match marketplace {
        Marketplace::Lazada => "created_at",
        Marketplace::Tiktok | Marketplace::Shopee => "create_time",
    };
    put(payload, name, value);
}

fn year_2099(marketplace: Marketplace) -> Bson {
    match marketplace {
        Marketplace::Lazada => "2099-01-01 07:00:00 +0700".into(),
        Marketplace::Tiktok | Marketplace::Shopee => Bson::Int64(4_070_908_800),
    }
}

fn set_number(marketplace: Marketplace, payload: &mut Document, value: Option<Bson>) {
    let names: &[&str] = match marketplace {
        Marketplace::Tiktok if payload.contains_key("order_id") => &["order_id"],
        Marketplace::Tiktok => &["id"],
        Marketplace::Shopee => &["order_sn"],
        Marketplace::Lazada => &["order_id", "order_number"],
    };
    for name in names {
        put(payload, name, value.clone());
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_kind_is_met_in_2000_orders() {
        let met: Vec<_> = (0..2_000).filter_map(Spoiled::of).collect();
        assert_eq!(met, KINDS);
        assert_eq!(
            KINDS
                .map(Spoiled::name)
                .into_iter()
                .collect::<HashSet<_>>()
                .len(),
            KINDS.len()
        );
    }

    #[test]
    fn about_one_order_in_a_thousand_is_spoiled() {
        let met = (0..1_000_000).filter_map(Spoiled::of).count();
        assert!((1_000..=1_020).contains(&met), "{met}");
    }
}
