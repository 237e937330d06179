//! The API's own kinds of problems.

use axum::http::StatusCode;
use jiff::ToSpan;

use crate::http::Problem;
use crate::report::{RangeError, ReportError};

impl Problem {
    /// The address knows no such method.
    pub fn method_not_allowed() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method-not-allowed",
            "This method is not for this address",
            "The header Allow names the methods that are.",
        )
    }

    /// Something that cannot happen did.
    pub fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal-error",
            "Something went wrong inside",
            "The request could not be answered; the log names the reason under this request's id.",
        )
    }

    /// A range of days that is none, or has too many.
    pub fn range(error: RangeError, longer: Option<&str>) -> Self {
        match error {
            RangeError::Reversed { from, to } => {
                Self::parameter("from", format!("{from} is after {to}"))
            }
            RangeError::TooLong { to, most, .. } => {
                let first = to.saturating_sub(i64::from(most - 1).days());
                let problem = Self::new(
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "range-too-long",
                    "The range is too long",
                    format!("{error}."),
                )
                .with_error("from", format!("not before {first}"));
                match longer {
                    Some(address) => problem.with_hint(format!("use {address}")),
                    None => problem.with_hint("ask for the range in parts"),
                }
            }
        }
    }
}

impl From<ReportError> for Problem {
    fn from(error: ReportError) -> Self {
        let detail = error.to_string();
        match error {
            ReportError::Database(error) => error.into(),
            ReportError::TooSlow => {
                Self::too_slow().with_hint("ask for fewer days, or for one platform")
            }
            ReportError::GrainNotKept(grain) => Self::new(
                StatusCode::CONFLICT,
                "figures-not-kept",
                "These figures are not kept",
                format!("{detail}."),
            )
            .with_hint(format!(
                "add {grain} to statistics.grains and run `daybook migrate`"
            )),
            ReportError::NotForShops(_) => Self::parameter("shop", detail)
                .with_hint("leave shop out, or ask for the shop's orders with /api/v1/orders"),
            ReportError::CategoryWithoutPlatform => Self::parameter("category", detail)
                .with_hint("add platform= with the marketplace of the category"),
        }
    }
}
