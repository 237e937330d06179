//! Pieces of PostgreSQL's binary format: everything stands behind its length.

use std::error::Error;

use tokio_postgres::types::IsNull;
use tokio_postgres::types::private::BytesMut;

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
