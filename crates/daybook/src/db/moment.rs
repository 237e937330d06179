//! Times on PostgreSQL's binary protocol: whole microseconds since 2000, which is what times of orders have. The driver's own
//! way rounds by the arithmetic of calendars, which a load of millions of rows feels.

use std::error::Error;

use jiff::Timestamp;
use jiff::civil::DateTime;
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

use super::OpenDate;

/// 2000-01-01 in microseconds since 1970.
const EPOCH: i64 = 946_684_800_000_000;
const MICROSECONDS_A_DAY: i64 = 86_400_000_000;

/// An instant as a `timestamptz` parameter; digits below a microsecond are cut off.
#[derive(Debug, Clone, Copy)]
pub struct Moment(pub Timestamp);

/// A civil time as a `timestamp` parameter; digits below a microsecond are cut off.
#[derive(Debug, Clone, Copy)]
pub struct CivilMoment(pub DateTime);

impl Moment {
    /// Microseconds since 2000-01-01.
    pub fn microseconds(self) -> i64 {
        self.0.as_microsecond() - EPOCH
    }
}

impl CivilMoment {
    fn microseconds(self) -> i64 {
        let (day, time) = (OpenDate::of(self.0.date()), self.0.time());
        let seconds = i64::from(time.hour()) * 3_600
            + i64::from(time.minute()) * 60
            + i64::from(time.second());
        i64::from(day.days()) * MICROSECONDS_A_DAY
            + seconds * 1_000_000
            + i64::from(time.subsec_nanosecond()) / 1_000
    }
}

impl ToSql for Moment {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        out.extend_from_slice(&self.microseconds().to_be_bytes());
        Ok(IsNull::No)
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::TIMESTAMPTZ
    }

    to_sql_checked!();
}

impl ToSql for CivilMoment {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        out.extend_from_slice(&self.microseconds().to_be_bytes());
        Ok(IsNull::No)
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::TIMESTAMP
    }

    to_sql_checked!();
}

#[cfg(test)]
mod tests {
    use jiff::tz::Offset;
    use proptest::prelude::*;

    use super::*;

    fn written(value: &dyn ToSql, ty: &Type) -> BytesMut {
        let mut out = BytesMut::new();
        value
            .to_sql_checked(ty, &mut out)
            .expect("it can be written");
        out
    }

    proptest! {
        #[test]
        fn whole_microseconds_are_written_as_by_the_driver(
            microsecond in -60_000_000_000_000_000..250_000_000_000_000_000_i64,
        ) {
            let instant = Timestamp::from_microsecond(microsecond).expect("it is in the calendar");
            let civil = Offset::UTC.to_datetime(instant);
            prop_assert_eq!(
                written(&Moment(instant), &Type::TIMESTAMPTZ),
                written(&instant, &Type::TIMESTAMPTZ)
            );
            prop_assert_eq!(
                written(&CivilMoment(civil), &Type::TIMESTAMP),
                written(&civil, &Type::TIMESTAMP)
            );
        }
    }
}
