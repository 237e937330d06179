//! Figures of a range by province.

use std::fmt;
use std::str::FromStr;

use tokio_postgres::types::Type;

use super::error::ReportError;
use super::filter::{Filter, Scope};
use super::measures::{Measures, figures};
use super::range::Range;
use super::reader::Reader;

/// A division of a country into provinces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Division {
    /// The 34 provinces and cities of Vietnam since 1 July 2025.
    Vn34,
    /// The 63 before.
    Vn63,
}

impl Division {
    /// All of them.
    pub const ALL: &[Self] = &[Self::Vn34, Self::Vn63];

    /// The name in the database and in URLs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Vn34 => "VN-34",
            Self::Vn63 => "VN-63",
        }
    }
}

impl fmt::Display for Division {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Division {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        let mut known = Self::ALL.iter().copied();
        known.find(|division| division.as_str() == word).ok_or(())
    }
}

/// The figures of a province.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegionRow {
    /// The province of the division, or the marketplaces' word; `None` where it is not known, or no name of the division.
    pub region: Option<String>,
    /// The figures.
    pub measures: Measures,
    /// Whether all days with orders are final.
    pub is_final: bool,
}

impl Reader<'_> {
    /// Figures of the range per province of a division, or per region as the marketplaces spell it; the largest GMV first.
    /// Every order is in one row.
    ///
    /// # Errors
    /// PostgreSQL refuses, figures per region are not kept, or the filter names a shop.
    pub async fn by_region(
        &self,
        range: &Range,
        filter: &Filter,
        division: Option<Division>,
    ) -> Result<Vec<RegionRow>, ReportError> {
        if filter.shop.is_some() {
            return Err(ReportError::NotForShops("region"));
        }
        self.require_grain("region").await?;
        let failed = ReportError::statement("read figures per region");
        let division = division.map(Division::as_str);
        let rows = self
            .transaction
            .query_typed(
                figures!("regions.sql", "f.gross_merchandise_value desc, f.region"),
                &Scope::new(range, filter).with(&[(&division, Type::TEXT)]),
            )
            .await
            .map_err(&failed)?;
        rows.iter()
            .map(|row| {
                Ok(RegionRow {
                    region: row.try_get("region")?,
                    measures: Measures::from_row(row)?,
                    is_final: row.try_get("is_final")?,
                })
            })
            .collect::<Result<_, _>>()
            .map_err(&failed)
    }
}
