//! Why a question has no answer.

use tokio_postgres::error::SqlState;

use crate::db::DatabaseError;

/// A question cannot be answered.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// PostgreSQL.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The answer took longer than a question may take.
    #[error("the answer took too long to compute")]
    TooSlow,
    /// Figures of this grain are not kept here.
    #[error("figures per {0} are not kept: statistics.grains leaves them out")]
    GrainNotKept(&'static str),
    /// Finer figures are kept for all shops of a marketplace together.
    #[error("figures per {0} are not kept for single shops")]
    NotForShops(&'static str),
    /// Ids of categories mean something only together with their marketplace.
    #[error("a category belongs to one marketplace, which must be named")]
    CategoryWithoutPlatform,
}

impl ReportError {
    /// Wraps the error of a statement with what was being done.
    pub(super) fn statement(action: &'static str) -> impl Fn(tokio_postgres::Error) -> Self {
        move |source| match source.code() {
            Some(&SqlState::QUERY_CANCELED) => Self::TooSlow,
            _ => DatabaseError::statement(action)(source).into(),
        }
    }
}
