//! An order as a row: the columns that a batch's own table and `orders` have in common.

use tokio_postgres::types::{ToSql, Type};

use super::copy::CopyWriter;
use super::lines::{LineType, Lines};
use super::order_version::OrderVersion;
use crate::db::{CivilMoment, Moment, Numeric};
use crate::normalise::NormalisedOrder;

/// How many columns it has.
const COLUMNS: usize = 21;

/// Types of the columns, in their order, in the database that the type of lines is of.
pub(super) fn types(lines: &LineType) -> Vec<Type> {
    let types: [Type; COLUMNS] = [
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
        Type::TIMESTAMP,
        Type::TIMESTAMP,
        Type::TEXT,
        lines.array(),
        Type::TEXT,
        OrderVersion::sql_type(),
        Type::INT8,
        OrderVersion::sql_type(),
    ];
    types.into()
}

/// When a row names the version that its region or its buyer is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Naming {
    /// Whenever there is one: a batch's own table.
    Always,
    /// When it is not the version that decides the row: `orders`.
    WhenOlder,
}

/// Writes an order's row, and the columns that a table has `besides`.
///
/// # Errors
/// PostgreSQL refuses a value, or fails.
pub(super) async fn write(
    writer: &mut CopyWriter<'_>,
    normalised: &NormalisedOrder,
    naming: Naming,
    besides: &[&(dyn ToSql + Sync)],
) -> Result<(), tokio_postgres::Error> {
    let state = &normalised.state;
    let order = state.newest();
    let deciding = OrderVersion(order.version);
    let named = |version| {
        let version = OrderVersion(version);
        (naming == Naming::Always || !version.is_stored_as(deciding)).then_some(version)
    };
    let region = state.region();
    let customer = state.customer_id();
    let row: [&(dyn ToSql + Sync); COLUMNS] = [
        &order.key.platform.as_str(),
        &order.key.code.as_str(),
        &Moment(order.version.source_updated_at),
        &Moment(order.version.ingested_at),
        &order.version.content,
        &order.shop_id,
        &order.status.as_str(),
        &order.platform_status,
        &order.currency.as_str(),
        &Numeric(order.total_amount),
        &Numeric(order.discount_amount),
        &Numeric(order.final_amount),
        &CivilMoment(order.order_date),
        &state.first_completed_at().map(CivilMoment),
        &state.first_cancelled_at().map(CivilMoment),
        &normalised.document.extended_json,
        &Lines(&order.lines),
        &region.map(|(name, _)| name),
        &region.and_then(|(_, version)| named(version)),
        &customer.map(|(id, _)| id),
        &customer.and_then(|(_, version)| named(version)),
    ];
    writer.write(&row, besides).await
}
