//! The lines of an order as PostgreSQL takes them: an array of the composite type `order_line`, in binary.

use std::error::Error;

use order_model::OrderLine;
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{IsNull, Kind, ToSql, Type, to_sql_checked};

use super::binary::{Failure, put_array, put_composite, put_sized};
use crate::db::Numeric;

/// How many fields `order_line` has.
const FIELDS: usize = 6;

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
        put_array(out, ty, self.0, |out, line, ty| {
            put_sized(out, |out| put_line(out, line, ty))
        })
    }

    fn accepts(ty: &Type) -> bool {
        matches!(ty.kind(), Kind::Array(line)
            if matches!(line.kind(), Kind::Composite(fields) if fields.len() == FIELDS))
    }

    to_sql_checked!();
}

fn put_line(out: &mut BytesMut, line: &OrderLine, ty: &Type) -> Result<(), Failure> {
    let list_value = line.list_value.map(Numeric);
    let values: [&(dyn ToSql + Sync); FIELDS] = [
        &line.product_id,
        &line.sku,
        &line.quantity,
        &list_value,
        &Numeric(line.discount_amount),
        &Numeric(line.final_amount),
    ];
    put_composite(out, ty, &values)
}
