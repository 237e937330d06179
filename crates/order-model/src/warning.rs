//! What a person should know about a document that did become an order. Counted, never a reason to stop.

/// Something odd.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Warning {
    /// A status that this version does not know; it counts as pending.
    UnknownStatus(String),
    /// No status at all; it counts as pending.
    NoStatus,
    /// A time without an offset, read in the business zone.
    ZonelessTime,
    /// A buyer id that is no number; it is left out.
    UnreadableCustomerId,
    /// The parts of the amount do not add up to what the buyer pays.
    AmountMismatch,
    /// A discount of the payment, which no documented formula contains (`platforms.md` 2.3).
    PaymentPlatformDiscount,
    /// No currency; the configured one is assumed.
    AssumedCurrency,
    /// Items are still missing from the sibling collection; the order waits as pending.
    ItemsIncomplete,
}

impl Warning {
    /// The kind, as a word.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::UnknownStatus(_) => "unknown_status",
            Self::NoStatus => "no_status",
            Self::ZonelessTime => "zoneless_time",
            Self::UnreadableCustomerId => "unreadable_customer_id",
            Self::AmountMismatch => "amount_mismatch",
            Self::PaymentPlatformDiscount => "payment_platform_discount",
            Self::AssumedCurrency => "assumed_currency",
            Self::ItemsIncomplete => "items_incomplete",
        }
    }

    /// What it is about, when the kind alone does not say.
    pub fn detail(&self) -> Option<&str> {
        match self {
            Self::UnknownStatus(word) => Some(word),
            _ => None,
        }
    }

    /// In words.
    pub fn describe(&self) -> String {
        match self {
            Self::UnknownStatus(word) => {
                format!("status \"{word}\" is unknown to this version: counted as pending")
            }
            Self::NoStatus => "no status: counted as pending".to_owned(),
            Self::ZonelessTime => "a time without an offset was read in the business time zone".to_owned(),
            Self::UnreadableCustomerId => "a buyer id is no number and was left out".to_owned(),
            Self::AmountMismatch => "the parts of the amount do not add up to what the buyer pays".to_owned(),
            Self::PaymentPlatformDiscount => {
                "payment_platform_discount is not zero; it is in no documented formula and was not subtracted".to_owned()
            }
            Self::AssumedCurrency => "no currency: the configured one was assumed".to_owned(),
            Self::ItemsIncomplete => "items are still missing from the sibling collection: counted as pending".to_owned(),
        }
    }
}

impl Warning {
    /// The warning for a status that is not known. Only a plain word is repeated: anything else could be data.
    pub(crate) fn unknown_status(word: &str) -> Self {
        if word.is_empty() {
            return Self::NoStatus;
        }
        let shown = crate::field::text::plain_word(word).unwrap_or("<unprintable>");
        Self::UnknownStatus(shown.to_owned())
    }
}
