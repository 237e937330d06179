//! `/daily`, `/weekly`, `/monthly`, `/totals`, `/platforms`, `/shops`, `/regions`, `/categories`.

mod breakdown;
mod parameters;
mod series;

pub use self::breakdown::{
    __path_categories, __path_regions, __path_shops, DivisionParameter, categories, regions, shops,
};
pub use self::series::{
    __path_daily, __path_monthly, __path_platforms, __path_totals, __path_weekly, daily, monthly,
    platforms, totals, weekly,
};

pub use self::parameters::PresetName;
use serde::Serialize;
use utoipa::ToSchema;

use super::links::Link;
use crate::report::{FigureState, Key, Measures, Range};

/// A row of figures: whose they are, the figures, how settled they are, and the orders behind them.
#[derive(Debug, Serialize, ToSchema)]
pub struct Row<K: ToSchema> {
    #[serde(flatten)]
    key: K,
    #[serde(flatten)]
    measures: Measures,
    /// True once all days are over and everything known is in the figures. Final does not mean ripe: see `pending_share`.
    is_final: bool,
    /// How settled the figures are.
    state: FigureState,
    /// The orders behind the figures.
    #[schema(example = "/api/v1/orders?day=2026-03-19&platform=shopee")]
    orders_url: String,
}

/// The orders of some days.
fn orders_of(range: &Range) -> Link {
    let orders = Link::to("/api/v1/orders");
    match range.days() {
        1 => orders.with("day", range.from()),
        _ => orders.with("from", range.from()).with("to", range.to()),
    }
}

/// A value that can be unknown, as a parameter: empty stands for unknown.
fn parameter_of(key: &Key) -> &str {
    key.as_option().unwrap_or_default()
}
