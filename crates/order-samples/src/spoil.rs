//! Documents that no order can be made of, one kind after the other.

use bson::{Bson, Document, doc};

use crate::Marketplace;

/// How a document is spoiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spoiled {
    NoAmount,
    NegativeAmount,
    NotANumber,
    ThreeDecimals,
    DotGroups,
    OtherCurrency,
    FarFuture,
    NoTime,
    MaskedNumber,
    InexactNumber,
    NoNumber,
    NoOrder,
}

const KINDS: [Spoiled; 12] = [
    Spoiled::NoAmount,
    Spoiled::NegativeAmount,
    Spoiled::NotANumber,
    Spoiled::ThreeDecimals,
    Spoiled::DotGroups,
    Spoiled::OtherCurrency,
    Spoiled::FarFuture,
    Spoiled::NoTime,
    Spoiled::MaskedNumber,
    Spoiled::InexactNumber,
    Spoiled::NoNumber,
    Spoiled::NoOrder,
];
/// One order in so many is spoiled until every kind has been met, then one in [`LATER`].
const EARLY: u64 = 150;
const LATER: u64 = 5_000;

impl Spoiled {
    /// Whether and how the order with a number in the plan is spoiled.
    pub fn of(sequence: u64) -> Option<Self> {
        let kinds = KINDS.len() as u64;
        let turn = if sequence < EARLY * kinds {
            (sequence % EARLY == EARLY / 2).then_some(sequence / EARLY)
        } else {
            (sequence % LATER == LATER / 2).then_some(sequence / LATER)
        };
        turn.map(|turn| KINDS[(turn % kinds) as usize])
    }

    /// A word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::NoAmount => "no_amount",
            Self::NegativeAmount => "negative_amount",
            Self::NotANumber => "not_a_number",
            Self::ThreeDecimals => "three_decimals",
            Self::DotGroups => "dot_groups",
            Self::OtherCurrency => "other_currency",
            Self::FarFuture => "far_future",
            Self::NoTime => "no_time",
            Self::MaskedNumber => "masked_number",
            Self::InexactNumber => "inexact_number",
            Self::NoNumber => "no_number",
            Self::NoOrder => "no_order",
        }
    }

    /// Spoils a payload.
    pub fn apply(self, marketplace: Marketplace, payload: &mut Document) {
        match self {
            Self::NoAmount => set_amount(marketplace, payload, None),
            Self::NegativeAmount => {
                set_amount(marketplace, payload, Some(Bson::Int64(-9_000_000_000)))
            }
            Self::NotANumber => set_amount(marketplace, payload, Some(Bson::Double(f64::NAN))),
            Self::ThreeDecimals => {
                set_amount(
                    marketplace,
                    payload,
                    Some(Bson::String("145000.125".to_owned())),
                );
            }
            Self::DotGroups => {
                set_amount(
                    marketplace,
                    payload,
                    Some(Bson::String("1.250.000".to_owned())),
                );
            }
            Self::OtherCurrency => set_currency(marketplace, payload),
            Self::FarFuture => set_created(payload, Some(Bson::Int64(4_070_908_800))),
            Self::NoTime => set_created(payload, None),
            Self::MaskedNumber => set_number(
                marketplace,
                payload,
                Some(Bson::String("5810****0017".to_owned())),
            ),
            Self::InexactNumber => {
                set_number(
                    marketplace,
                    payload,
                    Some(Bson::Double(581_000_000_000_000_017.0)),
                );
            }
            Self::NoNumber => set_number(marketplace, payload, None),
            Self::NoOrder => *payload = doc! { "note": crate::people::PERSONAL, "checked": true },
        }
    }
}

fn put(document: &mut Document, name: &str, value: Option<Bson>) {
    match value {
        Some(value) => {
            document.insert(name, value);
        }
        None => {
            document.remove(name);
        }
    }
}

fn set_amount(marketplace: Marketplace, payload: &mut Document, value: Option<Bson>) {
    match marketplace {
        Marketplace::Tiktok => {
            for name in ["payment", "payment_info"] {
                if let Ok(payment) = payload.get_document_mut(name) {
                    put(payment, "total_amount", value.clone());
                }
            }
        }
        Marketplace::Shopee => {
            payload.remove("escrow");
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
        Marketplace::Tiktok => {
            for name in ["payment", "payment_info"] {
                if let Ok(payment) = payload.get_document_mut(name) {
                    payment.insert("currency", "USD");
                }
            }
        }
        Marketplace::Shopee => {
            payload.insert("currency", "USD");
        }
        Marketplace::Lazada => {
            if let Ok(items) = payload.get_array_mut("order_items") {
                for item in items.iter_mut().filter_map(Bson::as_document_mut) {
                    item.insert("currency", "USD");
                }
            }
        }
    }
}

fn set_created(payload: &mut Document, value: Option<Bson>) {
    let name = if payload.contains_key("created_at") {
        "created_at"
    } else {
        "create_time"
    };
    put(payload, name, value);
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
