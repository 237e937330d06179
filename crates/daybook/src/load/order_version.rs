//! Which version told something, as PostgreSQL takes it: the composite type `order_version`, in binary.

use std::error::Error;

use order_model::Version;
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{Field, IsNull, Kind, ToSql, Type, to_sql_checked};

use super::binary::{put_i32, put_sized};
use crate::db::Moment;

/// A version as a parameter.
#[derive(Debug, Clone, Copy)]
pub(super) struct OrderVersion(pub Version);

impl OrderVersion {
    /// The type. Its own number, which differs from one database to the next, is nowhere written.
    pub fn sql_type() -> Type {
        let fields = [
            Field::new("source_updated_at".to_owned(), Type::TIMESTAMPTZ),
            Field::new("ingested_at".to_owned(), Type::TIMESTAMPTZ),
            Field::new("content_hash".to_owned(), Type::INT8),
        ];
        let unknown = 0;
        Type::new(
            "order_version".to_owned(),
            unknown,
            Kind::Composite(fields.into()),
            String::new(),
        )
    }

    /// Whether both are stored alike.
    pub fn is_stored_as(self, other: Self) -> bool {
        self.stored() == other.stored()
    }

    /// The fields as they are stored.
    fn stored(self) -> [i64; 3] {
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
        let Kind::Composite(fields) = ty.kind() else {
            return Err("no composite type".into());
        };
        put_i32(out, i32::try_from(fields.len())?);
        for (value, field) in self.stored().into_iter().zip(fields) {
            out.extend_from_slice(&field.type_().oid().to_be_bytes());
            put_sized(out, |out| {
                out.extend_from_slice(&value.to_be_bytes());
                Ok(())
            })?;
        }
        Ok(IsNull::No)
    }

    fn accepts(ty: &Type) -> bool {
        matches!(ty.kind(), Kind::Composite(fields) if fields.len() == 3)
    }

    to_sql_checked!();
}
