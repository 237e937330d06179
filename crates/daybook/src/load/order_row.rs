//! An order as a row: the columns that `incoming_order` and `orders` have in common.

use tokio_postgres::types::{ToSql, Type};

use super::lines::Lines;
use super::order_version::OrderVersion;
use crate::db::{CivilMoment, Moment, Numeric};
use crate::normalise::NormalisedOrder;

/// How many columns it has.
pub(super) const COLUMNS: usize = 21;

/// Types of the columns, in their order, given those that are not PostgreSQL's own.
pub(super) fn types(lines: &Type, version: &Type) -> Vec<Type> {
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
        lines.clone(),
        Type::TEXT,
        version.clone(),
        Type::INT8,
        version.clone(),
    ];
    types.into()
}

/// When a row names the version that its region or its buyer is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Naming {
    /// Whenever there is one: `incoming_order`.
    Always,
    /// When it is not the version that decides the row: `orders`.
    WhenOlder,
}

/// Gives an order's row to `put`.
pub(super) fn with_values<R>(
    normalised: &NormalisedOrder,
    naming: Naming,
    put: impl FnOnce(&[&(dyn ToSql + Sync)]) -> R,
) -> R {
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
    put(&row)
}
