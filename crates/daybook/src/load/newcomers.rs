//! The quick way into `orders`: orders that no row can tell of yet go straight in, without a table to merge from.
//!
//! Most orders of a first load are such. Which ones, a Bloom filter of the keys says that are in the table: what is not in
//! it, nobody has loaded. A filter that errs calls an order known that is not, which only costs the longer way; and should
//! somebody else insert an order meanwhile, PostgreSQL refuses the second row of its key.

use std::pin::pin;

use fastbloom::BloomFilter;
use futures_util::TryStreamExt;
use jiff::civil::DateTime;
use order_model::{OrderKey, Platform};
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{GenericClient, Transaction};

use super::OrderTypes;
use super::copy::CopyWriter;
use super::document_hashes;
use super::order_row::{self, Naming};
use crate::db::CivilMoment;
use crate::normalise::NormalisedOrder;

/// Bits for each expected order: one in a hundred is taken for known by mistake.
const BITS_PER_ORDER: u64 = 10;
/// The largest filter has 4 MiB. It errs on one order in five once ten million are in it.
const MOST_BITS: u64 = 32 << 20;
/// The smallest one, 128 KiB.
const LEAST_BITS: u64 = 1 << 20;
/// Documents that are expected when nobody knows.
const USUAL: u64 = 1_000_000;
/// At most so many keys are read for each document that is expected.
const WORTH_READING: u64 = 4;
/// Any will do.
const SEED: u128 = 0;
/// Columns that a stored row has besides those of `incoming_order`.
const BESIDES: usize = 6;

/// The orders that are in the table.
pub(super) struct KnownOrders(BloomFilter);

impl KnownOrders {
    /// Reads which orders of a marketplace, or of all, are there. `expected` is how many documents there are to load; `None`
    /// when nobody knows. Nothing when the table holds many times as many orders: then the reading would cost more than it saves.
    ///
    /// # Errors
    /// PostgreSQL fails.
    pub async fn read(
        client: &impl GenericClient,
        platform: Option<Platform>,
        expected: Option<u64>,
    ) -> Result<Option<Self>, tokio_postgres::Error> {
        let expected = expected.unwrap_or(USUAL);
        let most = expected.saturating_mul(WORTH_READING).max(USUAL);
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let name = platform.map(Platform::as_str);
        let rows = client
            .query_typed_raw(
                include_str!("known_orders.sql"),
                [
                    (&name as &(dyn ToSql + Sync), Type::TEXT),
                    (&most, Type::INT8),
                ],
            )
            .await?;
        let mut rows = pin!(rows);
        let mut known = Self::of(expected);
        let mut read = 0;
        while let Some(row) = rows.try_next().await? {
            known
                .0
                .insert(&(row.get::<_, &str>(0), row.get::<_, &str>(1)));
            read += 1;
        }
        Ok((read < most).then_some(known))
    }

    fn of(expected: u64) -> Self {
        let bits = expected
            .saturating_mul(BITS_PER_ORDER)
            .clamp(LEAST_BITS, MOST_BITS);
        let orders = expected.max(LEAST_BITS / BITS_PER_ORDER);
        let size = |number| usize::try_from(number).unwrap_or(usize::MAX);
        let filter = BloomFilter::with_num_bits(size(bits)).seed(&SEED);
        Self(filter.expected_items(size(orders)))
    }

    /// Remembers an order that is in the table now.
    pub fn insert(&mut self, key: &OrderKey) {
        self.0.insert(&(key.platform.as_str(), key.code.as_str()));
    }

    /// Whether an order may be in the table. When not, it is not.
    pub fn may_hold(&self, key: &OrderKey) -> bool {
        self.0.contains(&(key.platform.as_str(), key.code.as_str()))
    }
}

/// Inserts orders that are not in the table. Returns how many.
///
/// # Errors
/// One of them is, or PostgreSQL refuses a value, or fails.
pub(super) async fn insert(
    transaction: &Transaction<'_>,
    types: &OrderTypes,
    orders: &[&NormalisedOrder],
    now: DateTime,
) -> Result<u64, tokio_postgres::Error> {
    let mut columns = types.columns.clone();
    columns.extend(std::iter::repeat_n(Type::TIMESTAMP, BESIDES - 2));
    columns.extend([Type::INT8, Type::INT8_ARRAY]);
    let mut writer = CopyWriter::begin(transaction, include_str!("copy_new.sql"), &columns).await?;
    let now = CivilMoment(now);
    for order in orders {
        let completed_at = order.state.completed_at().map(CivilMoment);
        let cancelled_at = order.state.cancelled_at().map(CivilMoment);
        let document_hash = document_hashes::deciding(order);
        let older_hashes = document_hashes::older(order);
        let besides: [&(dyn ToSql + Sync); BESIDES] = [
            &completed_at,
            &cancelled_at,
            &now,
            &now,
            &document_hash,
            &older_hashes,
        ];
        order_row::with_values(order, Naming::WhenOlder, |row| writer.put(row, &besides));
        writer.send().await?;
    }
    writer.finish().await
}
