//! The lines of an order as PostgreSQL takes them: an array of the composite type `order_line`, in binary.

use std::error::Error;

use order_model::OrderLine;
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{Field, IsNull, Kind, Oid, ToSql, Type, to_sql_checked};
use tokio_postgres::{GenericClient, Row};

use super::binary::{put_i32, put_nullable, put_sized};
use crate::db::Numeric;

/// How many fields `order_line` has.
const FIELDS: usize = 6;

/// The type of lines in one database; every database has its own numbers for it. Asked for once, not with every batch.
pub struct LineType {
    array: Type,
}

impl LineType {
    /// Asks the database.
    ///
    /// # Errors
    /// PostgreSQL refuses, or the schema has no such type.
    pub async fn of(client: &impl GenericClient) -> Result<Self, tokio_postgres::Error> {
        let row = client
            .query_typed_one(include_str!("line_type.sql"), &[])
            .await?;
        Ok(Self::from_row(&row))
    }

    fn from_row(row: &Row) -> Self {
        let types: Vec<Oid> = row.get(2);
        let names: Vec<String> = row.get(3);
        let named = |name: &str, oid, kind| Type::new(name.to_owned(), oid, kind, String::new());
        let fields = types.into_iter().zip(names).map(|(oid, name)| {
            let known = Type::from_oid(oid);
            // Of the fields only the amounts have a type that is not PostgreSQL's own.
            let ty =
                known.unwrap_or_else(|| named("line_amount", oid, Kind::Domain(Type::NUMERIC)));
            Field::new(name, ty)
        });
        let line = named("order_line", row.get(0), Kind::Composite(fields.collect()));
        Self {
            array: named("_order_line", row.get(1), Kind::Array(line)),
        }
    }

    /// The type of an array of lines.
    pub fn array(&self) -> Type {
        self.array.clone()
    }
}

/// Lines as a parameter; none of them is NULL.
#[derive(Debug)]
pub(super) struct Lines<'a>(pub &'a [OrderLine]);

impl ToSql for Lines<'_> {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        if self.0.is_empty() {
            return Ok(IsNull::Yes);
        }
        let Kind::Array(line) = ty.kind() else {
            return Err("no array".into());
        };
        let Kind::Composite(fields) = line.kind() else {
            return Err("no composite type".into());
        };
        // One dimension, without NULL among the elements.
        put_i32(out, 1);
        put_i32(out, 0);
        out.extend_from_slice(&line.oid().to_be_bytes());
        put_i32(out, i32::try_from(self.0.len())?);
        put_i32(out, 1);
        for line in self.0 {
            put_sized(out, |out| put_line(out, line, fields))?;
        }
        Ok(IsNull::No)
    }

    fn accepts(ty: &Type) -> bool {
        matches!(ty.kind(), Kind::Array(line)
            if matches!(line.kind(), Kind::Composite(fields) if fields.len() == FIELDS))
    }

    to_sql_checked!();
}

fn put_line(
    out: &mut BytesMut,
    line: &OrderLine,
    fields: &[Field],
) -> Result<(), Box<dyn Error + Sync + Send>> {
    let values: [&dyn ToSql; FIELDS] = [
        &line.product_id,
        &line.sku,
        &line.quantity,
        &line.list_value.map(Numeric),
        &Numeric(line.discount_amount),
        &Numeric(line.final_amount),
    ];
    put_i32(out, i32::try_from(FIELDS)?);
    for (value, field) in values.into_iter().zip(fields) {
        out.extend_from_slice(&field.type_().oid().to_be_bytes());
        let base = match field.type_().kind() {
            Kind::Domain(base) => base,
            _ => field.type_(),
        };
        put_nullable(out, |out| value.to_sql_checked(base, out))?;
    }
    Ok(())
}
