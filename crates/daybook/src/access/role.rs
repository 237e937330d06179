//! What somebody may do.

use std::fmt;

use clap::ValueEnum;
use serde::{Deserialize, Serialize};
use tokio_postgres::Row;
use utoipa::ToSchema;

/// What somebody may do. Each role may do all that those before it may.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema, ValueEnum,
)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Read every figure and every page
    Viewer,
    /// Start runs, repair, replay
    Operator,
    /// Manage users, tokens and alert channels
    Admin,
}

impl Role {
    /// The role's name, as in the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Operator => "operator",
            Self::Admin => "admin",
        }
    }

    /// A role read as text from a column.
    pub(super) fn of_column(row: &Row, column: usize) -> Self {
        match row.get(column) {
            "admin" => Self::Admin,
            "operator" => Self::Operator,
            // The type access_role holds no other word; a newer one would get the least.
            _ => Self::Viewer,
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
