//! A date as PostgreSQL counts it, which may lie infinitely far away.

use std::error::Error;

use jiff::civil::{Date, date};
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

/// The day that PostgreSQL counts from.
const EPOCH: Date = date(2000, 1, 1);

/// Days since 2000-01-01, with the two infinities at the ends. Any day that a database may hold, in order; days that
/// [`Date`] does not reach included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OpenDate(i32);

impl OpenDate {
    const BEFORE_ALL: Self = Self(i32::MIN);
    const AFTER_ALL: Self = Self(i32::MAX);

    /// The first day; `None` means from the beginning.
    pub fn from(day: Option<Date>) -> Self {
        day.map_or(Self::BEFORE_ALL, Self::of)
    }

    /// The last day; `None` means without an end.
    pub fn until(day: Option<Date>) -> Self {
        day.map_or(Self::AFTER_ALL, Self::of)
    }

    /// A finite day.
    pub fn of(day: Date) -> Self {
        Self((day - EPOCH).get_days())
    }

    /// Days since 2000-01-01.
    pub fn days(self) -> i32 {
        self.0
    }

    /// The day after; an infinity is followed by itself.
    pub fn next(self) -> Self {
        match self {
            Self::BEFORE_ALL | Self::AFTER_ALL => self,
            Self(day) => Self(day + 1),
        }
    }
}

impl<'a> FromSql<'a> for OpenDate {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(i32::from_be_bytes(raw.try_into()?)))
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::DATE
    }
}

impl ToSql for OpenDate {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        out.extend_from_slice(&self.0.to_be_bytes());
        Ok(IsNull::No)
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::DATE
    }

    to_sql_checked!();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_from_2000() {
        assert_eq!(OpenDate::of(date(2000, 1, 1)), OpenDate(0));
        assert_eq!(OpenDate::of(date(1999, 12, 31)), OpenDate(-1));
        assert_eq!(
            OpenDate::of(date(2026, 3, 1)).next(),
            OpenDate::of(date(2026, 3, 2))
        );
        assert_eq!(OpenDate::until(None).next(), OpenDate::AFTER_ALL);
        assert!(OpenDate::from(None) < OpenDate::of(Date::MIN));
        assert!(OpenDate::until(None) > OpenDate::of(Date::MAX));
    }
}
