//! Instants as the API writes them: with the offset of the business zone.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::{Serialize, Serializer};
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, SchemaType, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// An instant with the offset that the business zone had then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment(String);

impl Moment {
    /// An instant.
    pub fn of(instant: Timestamp, zone: &TimeZone) -> Self {
        let offset = zone.to_offset(instant);
        Self(instant.display_with_offset(offset).to_string())
    }

    /// A civil time in the business zone. Of a time that the zone had twice, the first is meant.
    pub fn civil(time: DateTime, zone: &TimeZone) -> Self {
        match time.to_zoned(zone.clone()) {
            Ok(zoned) => Self::of(zoned.timestamp(), zone),
            // Beyond the first or last day there are instants for.
            Err(_) => Self(time.to_string()),
        }
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl PartialSchema for Moment {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .examples(["2026-03-20T14:15:02.118+07:00"])
            .into()
    }
}

impl ToSchema for Moment {}

/// The schema of an instant that can be missing, for maps, where utoipa has no way to say so.
pub struct MomentOrNull;

impl PartialSchema for MomentOrNull {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(SchemaType::from_iter([Type::String, Type::Null]))
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .into()
    }
}

impl ToSchema for MomentOrNull {}
