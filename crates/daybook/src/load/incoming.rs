//! Orders of a batch as a parameter: an array of the composite type `incoming_order`, in binary.

use std::error::Error;

use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{IsNull, Kind, ToSql, Type, to_sql_checked};

use super::binary::{Failure, put_array, put_composite, put_sized};
use super::order_row::{self, COLUMNS, Naming};
use crate::normalise::NormalisedOrder;

/// Orders as a parameter of a statement that merges them or compares with them.
#[derive(Debug)]
pub struct Incoming<'a>(pub &'a [&'a NormalisedOrder]);

impl ToSql for Incoming<'_> {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        put_array(out, ty, self.0, |out, order, ty| {
            put_sized(out, |out| put_order(out, order, ty))
        })
    }

    fn accepts(ty: &Type) -> bool {
        matches!(ty.kind(), Kind::Array(order)
            if matches!(order.kind(), Kind::Composite(fields) if fields.len() == COLUMNS))
    }

    to_sql_checked!();
}

fn put_order(out: &mut BytesMut, order: &NormalisedOrder, ty: &Type) -> Result<(), Failure> {
    order_row::with_values(order, Naming::Always, |values| {
        put_composite(out, ty, values)
    })
}
