//! What a question leaves out.

use order_model::Platform;
use tokio_postgres::types::Type;

use super::range::Range;

/// A value of a column that can be unknown.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Key {
    /// This value.
    Known(String),
    /// The rows where it is not known (NULL in the database).
    Unknown,
}

impl Key {
    /// The value as the database has it.
    pub fn as_option(&self) -> Option<&str> {
        match self {
            Self::Known(value) => Some(value),
            Self::Unknown => None,
        }
    }
}

/// Which orders count.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Filter {
    /// Only these marketplaces; empty means all.
    pub platforms: Vec<Platform>,
    /// Only this seller account.
    pub shop: Option<Key>,
}

impl Filter {
    /// Only one marketplace.
    pub fn platform(platform: Platform) -> Self {
        Self {
            platforms: vec![platform],
            shop: None,
        }
    }

    pub(super) fn platform_names(&self) -> Option<Vec<&'static str>> {
        (!self.platforms.is_empty()).then(|| {
            let names = self.platforms.iter();
            names.map(|platform| platform.as_str()).collect()
        })
    }
}

/// A range and a filter as the first five parameters of a query: first day, last day, platforms or null, whether only
/// one shop counts, and which (null: the one that is not known).
pub(super) struct Scope<'a> {
    from: jiff::civil::Date,
    to: jiff::civil::Date,
    platforms: Option<Vec<&'static str>>,
    by_shop: bool,
    shop: Option<&'a str>,
}

/// A parameter and its type.
pub(super) type Parameter<'a> = (&'a (dyn tokio_postgres::types::ToSql + Sync), Type);

impl<'a> Scope<'a> {
    pub fn new(range: &Range, filter: &'a Filter) -> Self {
        Self {
            from: range.from(),
            to: range.to(),
            platforms: filter.platform_names(),
            by_shop: filter.shop.is_some(),
            shop: filter.shop.as_ref().and_then(Key::as_option),
        }
    }

    /// The parameters, with more after them.
    pub fn with<'b>(&'b self, more: &[Parameter<'b>]) -> Vec<Parameter<'b>> {
        let mut all: Vec<Parameter<'b>> = vec![
            (&self.from, Type::DATE),
            (&self.to, Type::DATE),
            (&self.platforms, Type::TEXT_ARRAY),
            (&self.by_shop, Type::BOOL),
            (&self.shop, Type::TEXT),
        ];
        all.extend_from_slice(more);
        all
    }
}
