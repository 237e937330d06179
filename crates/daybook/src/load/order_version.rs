//! Which version told something, as PostgreSQL takes it: the composite type `order_version`, in binary.

use std::error::Error;

use order_model::Version;
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{IsNull, Kind, ToSql, Type, to_sql_checked};

use super::binary::put_composite;
use crate::db::Moment;

/// How many fields `order_version` has.
const FIELDS: usize = 3;

/// A version as a parameter.
#[derive(Debug, Clone, Copy)]
pub(super) struct OrderVersion(pub Version);

impl OrderVersion {
    /// Whether both are stored alike.
    pub fn is_stored_as(self, other: Self) -> bool {
        self.stored() == other.stored()
    }

    /// The fields as they are stored.
    fn stored(self) -> [i64; FIELDS] {
        [
            Moment(self.0.source_updated_at).microseconds(),
            Moment(self.0.ingested_at).microseconds(),
            self.0.content,
        ]
    }
}

impl ToSql for OrderVersion {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        let version = self.0;
        let values: [&(dyn ToSql + Sync); FIELDS] = [
            &Moment(version.source_updated_at),
            &Moment(version.ingested_at),
            &version.content,
        ];
        put_composite(out, ty, &values).map(|()| IsNull::No)
    }

    fn accepts(ty: &Type) -> bool {
        matches!(ty.kind(), Kind::Composite(fields) if fields.len() == FIELDS)
    }

    to_sql_checked!();
}
