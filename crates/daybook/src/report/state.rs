//! How settled figures are.

use serde::Serialize;
use utoipa::ToSchema;

/// How settled the figures of a row are. Settled does not mean ripe: `pending_share` says how many orders are open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FigureState {
    /// The days are not over.
    Live,
    /// The days are over, but what is known is not all computed.
    Provisional,
    /// The days are over and closed.
    Final,
    /// They were closed, and a later change has been applied and recorded.
    ChangedAfterFinal,
}

impl FigureState {
    /// The word in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Provisional => "provisional",
            Self::Final => "final",
            Self::ChangedAfterFinal => "changed_after_final",
        }
    }

    /// From whether the days are over, closed, and changed since.
    pub fn of(is_over: bool, is_final: bool, is_changed: bool) -> Self {
        match (is_over, is_final, is_changed) {
            (false, ..) => Self::Live,
            (true, false, _) => Self::Provisional,
            (true, true, false) => Self::Final,
            (true, true, true) => Self::ChangedAfterFinal,
        }
    }
}
