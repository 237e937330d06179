//! `/definitions`: what each figure means. The same texts stand on the second sheet of workbooks.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use super::openapi::Failures;
use super::parameters::Asked;
use crate::access::Viewer;

/// What a figure means.
#[derive(Debug, Serialize, ToSchema)]
pub struct Definition {
    /// Name of the column, in SQL, the API, CSV headers and URLs.
    measure: &'static str,
    /// Name in English.
    name: &'static str,
    /// Name in Vietnamese.
    name_vi: &'static str,
    /// How it is computed.
    formula: &'static str,
    /// What is counted.
    includes: &'static str,
    /// What is not.
    excludes: &'static str,
    /// What to know before comparing it.
    caveats: &'static [&'static str],
}

impl Definition {
    /// The definition as one line of text.
    pub fn in_one_line(&self) -> String {
        let mut line = format!(
            "{} = {}. Counted: {}. Not counted: {}.",
            self.name, self.formula, self.includes, self.excludes
        );
        for caveat in self.caveats {
            line.push(' ');
            line.push_str(caveat);
        }
        line
    }
}

/// The definition of a column.
pub fn of(column: &str) -> Option<&'static Definition> {
    DEFINITIONS.iter().find(|known| known.measure == column)
}

const BY_ORDER_DAY: &str =
    "An order belongs to the business day it was placed, whatever happens to it later.";
const NOT_AVERAGED: &str = "For several days it is computed from their sums, never averaged.";
const UNRIPE: &str = "Orders close days to weeks after they are placed, so recent days are too low; pending_share says by how much they can still move.";

const DEFINITIONS: &[Definition] = &[
    Definition {
        measure: "total_orders",
        name: "Total orders",
        name_vi: "Tổng đơn hàng",
        formula: "number of orders placed",
        includes: "orders of every status, unpaid and cancelled ones too",
        excludes: "documents in quarantine",
        caveats: &[BY_ORDER_DAY],
    },
    Definition {
        measure: "completed_orders",
        name: "Completed orders",
        name_vi: "Đơn hoàn thành",
        formula: "number of orders closed by the marketplace",
        includes: "status completed",
        excludes: "delivered orders that can still be returned (Lazada: delivered counts as completed)",
        caveats: &[UNRIPE],
    },
    Definition {
        measure: "cancelled_orders",
        name: "Cancelled orders",
        name_vi: "Đơn hủy",
        formula: "number of orders where nothing was sold",
        includes: "cancellations by anybody, failed deliveries and whole returns at Lazada",
        excludes: "refunds after an order was closed",
        caveats: &["Seller centres often count the seller's fault only."],
    },
    Definition {
        measure: "pending_orders",
        name: "Pending orders",
        name_vi: "Đơn chưa hoàn thành",
        formula: "number of orders still open",
        includes: "from unpaid to delivered but not closed; statuses this version does not know",
        excludes: "completed and cancelled orders",
        caveats: &[],
    },
    Definition {
        measure: "gross_merchandise_value",
        name: "GMV",
        name_vi: "GMV (tổng giá trị đơn)",
        formula: "sum of total_amount",
        includes: "all orders, cancelled ones too; shipping that the buyer pays; discounts are not taken off",
        excludes: "nothing",
        caveats: &[BY_ORDER_DAY],
    },
    Definition {
        measure: "total_discount",
        name: "Discount",
        name_vi: "Giảm giá",
        formula: "sum of discount_amount",
        includes: "discounts of seller and platform on all orders",
        excludes: "list price markdowns at Lazada, which its orders do not tell",
        caveats: &["Not comparable between marketplaces."],
    },
    Definition {
        measure: "total_revenue",
        name: "Revenue (completed orders)",
        name_vi: "Doanh thu (đơn hoàn thành)",
        formula: "sum of final_amount of completed orders",
        includes: "what buyers pay, shipping included",
        excludes: "open and cancelled orders; refunds after closing are not subtracted; platform fees are not either",
        caveats: &[UNRIPE],
    },
    Definition {
        measure: "cancellation_rate",
        name: "Cancellation rate",
        name_vi: "Tỷ lệ hủy",
        formula: "cancelled_orders / total_orders * 100",
        includes: "as cancelled_orders",
        excludes: "as cancelled_orders",
        caveats: &[
            NOT_AVERAGED,
            "Recent days look too good: open orders can still be cancelled.",
        ],
    },
    Definition {
        measure: "avg_order_value",
        name: "Average order value (AOV)",
        name_vi: "Giá trị đơn hàng trung bình (AOV)",
        formula: "total_revenue / completed_orders",
        includes: "completed orders",
        excludes: "open and cancelled orders",
        caveats: &[NOT_AVERAGED],
    },
    Definition {
        measure: "pending_share",
        name: "Share of pending orders",
        name_vi: "Tỷ lệ đơn chưa hoàn thành",
        formula: "pending_orders / total_orders * 100",
        includes: "as pending_orders",
        excludes: "as pending_orders",
        caveats: &[
            NOT_AVERAGED,
            "How much of the other figures can still move.",
        ],
    },
];

/// The answer of `/definitions`.
#[derive(Debug, Serialize, ToSchema)]
pub struct Definitions {
    data: &'static [Definition],
}

/// What each figure means
#[utoipa::path(get, path = "/api/v1/definitions", tag = "figures", responses(
    (status = 200, description = "The definitions", body = Definitions), Failures
))]
pub async fn list(_: Viewer, _: Asked<super::parameters::Nothing>) -> Json<Definitions> {
    Json(Definitions { data: DEFINITIONS })
}

#[cfg(test)]
mod tests {
    use super::{DEFINITIONS, of};
    use crate::report::Measure;

    #[test]
    fn every_figure_is_defined() {
        for measure in Measure::ALL {
            assert!(of(measure.as_str()).is_some(), "{measure}");
        }
        assert_eq!(DEFINITIONS.len(), Measure::ALL.len());
    }
}
