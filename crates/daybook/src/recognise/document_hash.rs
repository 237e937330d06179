//! Which document, read by which rules, was merged into an order's row.

use order_model::{RULE_VERSION, Rules};
use sha2::{Digest, Sha256};

/// A hash of a document and of the rules it was read by: `orders.document_hash`, `older_document_hashes`. Two that are equal gave the
/// same order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DocumentHash(i64);

/// A hash of the rules.
#[derive(Debug, Clone, Copy)]
pub struct RulesHash(i64);

impl RulesHash {
    /// Hashes everything that decides what a document becomes. When an instant is implausibly late does not: what was plausible once
    /// stays so.
    pub fn of(rules: &Rules) -> Self {
        let Rules {
            zone,
            currency,
            tiktok_delivered,
            keep_customer_id,
            not_after: _,
            layout,
        } = rules;
        // Should these be written otherwise one day, documents are understood once more than they need to be.
        let said = format!(
            "{RULE_VERSION} {zone:?} {currency:?} {tiktok_delivered:?} {keep_customer_id} {layout:?}"
        );
        Self(first_bytes(&Sha256::digest(said).into()))
    }
}

impl DocumentHash {
    /// Of a document with this SHA-256.
    pub fn new(document: &[u8; 32], rules: RulesHash) -> Self {
        Self(first_bytes(document) ^ rules.0)
    }

    /// As PostgreSQL stores it.
    pub fn stored(self) -> i64 {
        self.0
    }
}

fn first_bytes(digest: &[u8; 32]) -> i64 {
    i64::from_be_bytes(*digest.first_chunk().expect("a digest has 32 bytes"))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use jiff::tz::TimeZone;
    use order_model::{Layout, OrderStatus, Rules};

    use super::{DocumentHash, RulesHash};

    fn rules() -> Rules {
        Rules {
            zone: TimeZone::get("Asia/Ho_Chi_Minh").expect("a zone"),
            currency: "VND".parse().expect("a currency"),
            tiktok_delivered: OrderStatus::Pending,
            keep_customer_id: true,
            not_after: Timestamp::UNIX_EPOCH,
            layout: Layout::default(),
        }
    }

    fn hash_by(rules: &Rules) -> DocumentHash {
        DocumentHash::new(&[7; 32], RulesHash::of(rules))
    }

    #[test]
    fn other_rules_are_another_hash() {
        let usual = hash_by(&rules());
        let others = [
            Rules {
                zone: TimeZone::get("Asia/Jakarta").expect("a zone"),
                ..rules()
            },
            Rules {
                tiktok_delivered: OrderStatus::Completed,
                ..rules()
            },
            Rules {
                keep_customer_id: false,
                ..rules()
            },
            Rules {
                layout: Layout {
                    ingest_field: Some("seen".to_owned()),
                    ..Layout::default()
                },
                ..rules()
            },
        ];
        for other in others {
            assert_ne!(hash_by(&other), usual, "{other:?}");
        }
    }

    #[test]
    fn the_time_of_reading_is_no_rule() {
        let later = Rules {
            not_after: Timestamp::MAX,
            ..rules()
        };
        assert_eq!(hash_by(&later), hash_by(&rules()));
    }

    #[test]
    fn another_document_is_another_hash() {
        let rules = RulesHash::of(&rules());
        let mut changed = [7; 32];
        changed[7] = 8;
        assert_ne!(
            DocumentHash::new(&changed, rules),
            DocumentHash::new(&[7; 32], rules)
        );
    }
}
