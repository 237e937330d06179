//! The marketplaces, as this crate knows them.

use serde::{Deserialize, Serialize};

/// A marketplace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Marketplace {
    /// Lazada.
    Lazada,
    /// Shopee.
    Shopee,
    /// TikTok Shop.
    Tiktok,
}

impl Marketplace {
    /// All of them, by name.
    pub const ALL: [Self; 3] = [Self::Lazada, Self::Shopee, Self::Tiktok];

    /// The name in figures.
    pub fn name(self) -> &'static str {
        match self {
            Self::Lazada => "lazada",
            Self::Shopee => "shopee",
            Self::Tiktok => "tiktok",
        }
    }

    /// The usual collection of its orders.
    pub fn collection(self) -> &'static str {
        match self {
            Self::Lazada => "lazada_orders",
            Self::Shopee => "shopee_orders",
            Self::Tiktok => "tiktok_orders",
        }
    }
}
