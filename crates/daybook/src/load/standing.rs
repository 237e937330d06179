//! What the orders of a batch are to the stored ones.

use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Error, Transaction};

use super::OrderTypes;
use super::order_version::OrderVersion;
use crate::db::{CivilMoment, OrderKeys, index_of};
use crate::normalise::NormalisedOrder;

/// The orders of a batch by what is to be done about them. Of those that are in none of the lists, the row says all that they do.
pub(super) struct Standing<'b> {
    /// No row tells of them, or one of an older version.
    pub newer: Vec<&'b NormalisedOrder>,
    /// The version of their row, collected once more.
    pub recollected: Vec<&'b NormalisedOrder>,
    /// Not newer than their row, but they know something that it does not.
    pub telling: Vec<&'b NormalisedOrder>,
    /// How many are older than their row, and know nothing that it does not.
    pub stale: u64,
}

impl<'b> Standing<'b> {
    /// Asks PostgreSQL, telling it the orders' keys and versions only.
    ///
    /// # Errors
    /// PostgreSQL fails, or refuses a value.
    pub async fn of(
        transaction: &Transaction<'_>,
        types: &OrderTypes,
        orders: &[&'b NormalisedOrder],
    ) -> Result<Self, Error> {
        let states = || orders.iter().map(|order| &order.state);
        let newest = || states().map(|state| state.newest());
        let keys: OrderKeys<'_> = newest().map(|order| &order.key).collect();
        let versions: Vec<_> = newest().map(|order| OrderVersion(order.version)).collect();
        let regions: Vec<_> = states()
            .map(|state| state.region().map(|(_, version)| OrderVersion(version)))
            .collect();
        let customers: Vec<_> = states()
            .map(|state| {
                state
                    .customer_id()
                    .map(|(_, version)| OrderVersion(version))
            })
            .collect();
        let completions: Vec<_> = states()
            .map(|state| state.first_completed_at().map(CivilMoment))
            .collect();
        let cancellations: Vec<_> = states()
            .map(|state| state.first_cancelled_at().map(CivilMoment))
            .collect();
        let with_id: Vec<_> = orders
            .iter()
            .map(|order| order.document.extended_json.is_some())
            .collect();
        let with_hash: Vec<_> = orders
            .iter()
            .map(|order| order.document_hash.is_some())
            .collect();
        let parameters: [(&(dyn ToSql + Sync), Type); 9] = [
            (&keys.platforms, Type::TEXT_ARRAY),
            (&keys.codes, Type::TEXT_ARRAY),
            (&versions, types.versions.clone()),
            (&regions, types.versions.clone()),
            (&customers, types.versions.clone()),
            (&completions, Type::TIMESTAMP_ARRAY),
            (&cancellations, Type::TIMESTAMP_ARRAY),
            (&with_id, Type::BOOL_ARRAY),
            (&with_hash, Type::BOOL_ARRAY),
        ];
        let row = transaction
            .query_typed_one(include_str!("compare_versions.sql"), &parameters)
            .await?;
        let listed = |column| {
            let numbers: Vec<i32> = row.get(column);
            numbers
                .into_iter()
                .map(|number| orders[index_of(number)])
                .collect()
        };
        Ok(Self {
            newer: listed("newer"),
            recollected: listed("recollected"),
            telling: listed("telling"),
            stale: row.get::<_, i64>("stale").unsigned_abs(),
        })
    }
}
