//! Instants: seconds, milliseconds, dates, and text with an offset in the spellings of Lazada (`platforms.md` 4.4).

use bson::RawBsonRef;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::Field;
use super::decimal::Decimal;
use crate::{Reject, RejectReason, Rules, Warning};

/// No marketplace of the region took orders earlier: 2010-01-01T00:00:00Z.
const NOT_BEFORE_SECOND: i64 = 1_262_304_000;
/// Numbers above this one are milliseconds (`platforms.md` 2.1).
const MILLISECONDS_ABOVE: i128 = 1_000_000_000_000;

/// An instant; `None` when it is absent, which 0 is too.
///
/// # Errors
/// It cannot be read, or lies outside of what is plausible.
pub(crate) fn read(
    field: Field<'_>,
    rules: &Rules,
    warnings: &mut Vec<Warning>,
) -> Result<Option<Timestamp>, Reject> {
    let Some(value) = field.value() else {
        return Ok(None);
    };
    let read = parse(value, &rules.zone).map_err(|reason| field.reject(reason))?;
    let Some(Reading { instant, zoneless }) = read else {
        return Ok(None);
    };
    if instant.as_second() < NOT_BEFORE_SECOND || instant > rules.not_after {
        return Err(field.reject(RejectReason::ImplausibleTime));
    }
    if zoneless {
        warnings.push(Warning::ZonelessTime);
    }
    Ok(Some(instant))
}

/// An instant without any claim of plausibility, for ingest times; `None` when there is none to be read.
pub(crate) fn read_leniently(value: RawBsonRef<'_>, zone: &TimeZone) -> Option<Timestamp> {
    if super::is_absent(value) {
        return None;
    }
    Some(parse(value, zone).ok()??.instant)
}

/// The civil time of an instant, to the microsecond PostgreSQL keeps.
pub(crate) fn civil(instant: Timestamp, zone: &TimeZone) -> DateTime {
    let time = zone.to_datetime(instant);
    let kept = time.subsec_nanosecond() / 1_000 * 1_000;
    time.with()
        .subsec_nanosecond(kept)
        .build()
        .expect("fewer digits of the same second are valid")
}

struct Reading {
    instant: Timestamp,
    zoneless: bool,
}

fn parse(value: RawBsonRef<'_>, zone: &TimeZone) -> Result<Option<Reading>, RejectReason> {
    let decimal = match value {
        RawBsonRef::DateTime(date) => {
            let instant = Timestamp::from_millisecond(date.timestamp_millis())
                .map_err(|_| RejectReason::ImplausibleTime)?;
            return Ok(Some(Reading {
                instant,
                zoneless: false,
            }));
        }
        RawBsonRef::Timestamp(timestamp) => Decimal::from_integer(timestamp.time.into()),
        RawBsonRef::Int32(number) => Decimal::from_integer(number.into()),
        RawBsonRef::Int64(number) => Decimal::from_integer(number),
        RawBsonRef::Double(double) => {
            Decimal::from_double(double).ok_or(RejectReason::InvalidTime)?
        }
        RawBsonRef::Decimal128(decimal) => {
            Decimal::parse(&decimal.to_string()).ok_or(RejectReason::InvalidTime)?
        }
        RawBsonRef::String(text) => match Decimal::parse(text.trim()) {
            Some(decimal) => decimal,
            None => return from_text(text.trim(), zone).map(Some),
        },
        _ => return Err(RejectReason::InvalidTime),
    };
    if decimal.is_zero() {
        return Ok(None);
    }
    let instant = from_number(decimal).ok_or(RejectReason::ImplausibleTime)?;
    Ok(Some(Reading {
        instant,
        zoneless: false,
    }))
}

fn from_number(number: Decimal) -> Option<Timestamp> {
    // Places below a microsecond are of no use to PostgreSQL.
    let microseconds = if number.scaled(0)? > MILLISECONDS_ABOVE {
        number.scaled(3)?
    } else {
        number.scaled(6)?
    };
    Timestamp::from_microsecond(i64::try_from(microseconds).ok()?).ok()
}

fn from_text(text: &str, zone: &TimeZone) -> Result<Reading, RejectReason> {
    // "2014-10-15 18:36:05 +0800" has a blank before the offset, which the parser does not expect.
    let joined = match text.rsplit_once(' ') {
        Some((time, offset)) if offset.starts_with(['+', '-', 'Z']) => format!("{time}{offset}"),
        _ => text.to_owned(),
    };
    if let Ok(instant) = joined.parse::<Timestamp>() {
        return Ok(Reading {
            instant,
            zoneless: false,
        });
    }
    // A date alone is no instant, and a zone by name is not the business zone.
    let is_civil = joined.len() > "2026-03-14".len() && !joined.contains('[');
    let civil: DateTime = joined
        .parse()
        .ok()
        .filter(|_| is_civil)
        .ok_or(RejectReason::InvalidTime)?;
    let instant = zone
        .to_timestamp(civil)
        .map_err(|_| RejectReason::InvalidTime)?;
    Ok(Reading {
        instant,
        zoneless: true,
    })
}
