//! Pieces of PostgreSQL's binary format: everything stands behind its length.

use std::error::Error;

use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{IsNull, Kind, ToSql, Type};

/// What fails when a value cannot be written as the type it should have.
pub(super) type Failure = Box<dyn Error + Sync + Send>;

/// The length that stands for NULL.
const NULL: i32 = -1;

pub(super) fn put_i32(out: &mut BytesMut, value: i32) {
    out.extend_from_slice(&value.to_be_bytes());
}

/// What is written, behind its length.
pub(super) fn put_sized(
    out: &mut BytesMut,
    put: impl FnOnce(&mut BytesMut) -> Result<(), Failure>,
) -> Result<(), Failure> {
    put_nullable(out, |out| put(out).map(|()| IsNull::No))
}

/// What is written, behind its length; or NULL.
pub(super) fn put_nullable(
    out: &mut BytesMut,
    put: impl FnOnce(&mut BytesMut) -> Result<IsNull, Failure>,
) -> Result<(), Failure> {
    let start = out.len();
    put_i32(out, NULL);
    if let IsNull::No = put(out)? {
        let length = i32::try_from(out.len() - start - size_of::<i32>())?;
        out[start..start + size_of::<i32>()].copy_from_slice(&length.to_be_bytes());
    }
    Ok(())
}

/// An array of one dimension without NULL among its elements; `put` writes one, behind its length, as its type.
pub(super) fn put_array<T>(
    out: &mut BytesMut,
    array: &Type,
    elements: &[T],
    put: impl Fn(&mut BytesMut, &T, &Type) -> Result<(), Failure>,
) -> Result<IsNull, Failure> {
    let Kind::Array(element) = array.kind() else {
        return Err("no array".into());
    };
    put_i32(out, 1);
    put_i32(out, 0);
    out.extend_from_slice(&element.oid().to_be_bytes());
    put_i32(out, i32::try_from(elements.len())?);
    put_i32(out, 1);
    for value in elements {
        put(out, value, element)?;
    }
    Ok(IsNull::No)
}

/// A value of a composite type, given by its fields.
///
/// # Panics
/// There are not as many values as fields.
pub(super) fn put_composite(
    out: &mut BytesMut,
    composite: &Type,
    values: &[&(dyn ToSql + Sync)],
) -> Result<(), Failure> {
    let Kind::Composite(fields) = composite.kind() else {
        return Err("no composite type".into());
    };
    assert_eq!(values.len(), fields.len(), "a value for each field");
    put_i32(out, i32::try_from(values.len())?);
    for (value, field) in values.iter().zip(fields) {
        let ty = field.type_();
        out.extend_from_slice(&ty.oid().to_be_bytes());
        // A value of a domain is written as one of the type that it is of.
        let base = match ty.kind() {
            Kind::Domain(base) => base,
            _ => ty,
        };
        put_nullable(out, |out| value.to_sql_checked(base, out))?;
    }
    Ok(())
}
