//! What form an answer has.

use axum::http::{HeaderMap, header};
use serde::Deserialize;
use utoipa::ToSchema;

/// The form of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// For programs.
    #[default]
    Json,
    /// For programs that read tables.
    Csv,
    /// For people.
    Xlsx,
}

impl Format {
    /// All of them.
    pub const ALL: &[Self] = &[Self::Json, Self::Csv, Self::Xlsx];

    /// The word in URLs, and the ending of files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }

    /// The media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Csv => "text/csv",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }

    /// The form that the `Accept` header names first; JSON when it names none of ours.
    pub fn accepted(headers: &HeaderMap) -> Self {
        let accept = headers
            .get(header::ACCEPT)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        accept
            .split(',')
            .filter_map(|range| {
                let media_type = range.split(';').next()?.trim();
                Self::ALL
                    .iter()
                    .copied()
                    .find(|format| format.media_type() == media_type)
            })
            .next()
            .unwrap_or_default()
    }
}
