//! A date that may lie infinitely far away, for ranges with an open end.

use std::error::Error;

use jiff::civil::Date;
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{Date as PgDate, IsNull, ToSql, Type, to_sql_checked};

/// One end of a range of days.
#[derive(Debug, Clone, Copy)]
pub struct OpenDate(PgDate<Date>);

impl OpenDate {
    /// The first day; `None` means from the beginning.
    pub fn from(day: Option<Date>) -> Self {
        Self(day.map_or(PgDate::NegInfinity, PgDate::Value))
    }

    /// The last day; `None` means without an end.
    pub fn until(day: Option<Date>) -> Self {
        Self(day.map_or(PgDate::PosInfinity, PgDate::Value))
    }
}

impl ToSql for OpenDate {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        self.0.to_sql(ty, out)
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::DATE
    }

    to_sql_checked!();
}
