//! The collections that documents belong to.

use crate::Marketplace;

/// A collection, and so a dump file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Collection {
    /// The orders of a marketplace.
    Orders(Marketplace),
    /// The items of Lazada orders, where they are stored apart.
    LazadaItems,
}

impl Collection {
    /// All of them; a collection's place is its [`index`](Self::index).
    pub const ALL: [Self; 4] = [
        Self::Orders(Marketplace::Lazada),
        Self::Orders(Marketplace::Shopee),
        Self::Orders(Marketplace::Tiktok),
        Self::LazadaItems,
    ];

    pub fn index(self) -> usize {
        match self {
            Self::Orders(Marketplace::Lazada) => 0,
            Self::Orders(Marketplace::Shopee) => 1,
            Self::Orders(Marketplace::Tiktok) => 2,
            Self::LazadaItems => 3,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Orders(marketplace) => marketplace.collection(),
            Self::LazadaItems => "lazada_order_items",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_is_the_place_in_the_list() {
        for (place, collection) in Collection::ALL.into_iter().enumerate() {
            assert_eq!(collection.index(), place);
        }
    }
}
