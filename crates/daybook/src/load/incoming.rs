//! A batch on its way into PostgreSQL, by binary COPY.

use std::pin::pin;

use order_model::Version;
use tokio_postgres::Transaction;
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::types::{ToSql, Type};

use super::lines::{LineType, Lines};
use crate::db::Numeric;
use crate::normalise::NormalisedOrder;

/// Column types of `copy_incoming.sql`, in its order; the last one is the database's own.
const TYPES: [Type; 24] = [
    Type::VARCHAR,
    Type::VARCHAR,
    Type::TIMESTAMPTZ,
    Type::TIMESTAMPTZ,
    Type::INT8,
    Type::TEXT,
    Type::VARCHAR,
    Type::TEXT,
    Type::VARCHAR,
    Type::NUMERIC,
    Type::NUMERIC,
    Type::NUMERIC,
    Type::TIMESTAMP,
    Type::TEXT,
    Type::TIMESTAMPTZ,
    Type::TIMESTAMPTZ,
    Type::INT8,
    Type::INT8,
    Type::TIMESTAMPTZ,
    Type::TIMESTAMPTZ,
    Type::INT8,
    Type::TIMESTAMP,
    Type::TIMESTAMP,
    Type::TEXT,
];

/// Fills the transaction's `incoming_orders`.
///
/// # Errors
/// PostgreSQL refuses a value, or fails.
pub async fn copy(
    transaction: &Transaction<'_>,
    lines: &LineType,
    orders: &[NormalisedOrder],
) -> Result<(), tokio_postgres::Error> {
    transaction
        .batch_execute(include_str!("create_incoming.sql"))
        .await?;
    let types: Vec<_> = TYPES.into_iter().chain([lines.array()]).collect();
    let sink = transaction
        .copy_in(include_str!("copy_incoming.sql"))
        .await?;
    let mut writer = pin!(BinaryCopyInWriter::new(sink, &types));
    for order in orders {
        write(writer.as_mut(), order).await?;
    }
    writer.finish().await?;
    Ok(())
}

async fn write(
    writer: std::pin::Pin<&mut BinaryCopyInWriter>,
    normalised: &NormalisedOrder,
) -> Result<(), tokio_postgres::Error> {
    let state = &normalised.state;
    let order = state.newest();
    let region = state.region();
    let region_version = VersionColumns::of(region.map(|(_, version)| version));
    let customer = state.customer_id();
    let customer_version = VersionColumns::of(customer.map(|(_, version)| version));
    let row: [&(dyn ToSql + Sync); TYPES.len() + 1] = [
        &order.key.platform.as_str(),
        &order.key.code.as_str(),
        &order.version.source_updated_at,
        &order.version.ingested_at,
        &order.version.content,
        &order.shop_id,
        &order.status.as_str(),
        &order.platform_status,
        &order.currency.as_str(),
        &Numeric(order.total_amount),
        &Numeric(order.discount_amount),
        &Numeric(order.final_amount),
        &order.order_date,
        &region.map(|(name, _)| name),
        &region_version.source_updated_at,
        &region_version.ingested_at,
        &region_version.content,
        &customer.map(|(id, _)| id),
        &customer_version.source_updated_at,
        &customer_version.ingested_at,
        &customer_version.content,
        &state.first_completed_at(),
        &state.first_cancelled_at(),
        &normalised.document.extended_json,
        &Lines(&order.lines),
    ];
    writer.write(&row).await
}

/// A version spread over columns, all null when there is none.
struct VersionColumns {
    source_updated_at: Option<jiff::Timestamp>,
    ingested_at: Option<jiff::Timestamp>,
    content: Option<i64>,
}

impl VersionColumns {
    fn of(version: Option<Version>) -> Self {
        Self {
            source_updated_at: version.map(|version| version.source_updated_at),
            ingested_at: version.map(|version| version.ingested_at),
            content: version.map(|version| version.content),
        }
    }
}
