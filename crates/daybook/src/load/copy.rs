//! Rows on their way into PostgreSQL by binary COPY.
//!
//! As the driver's own writer does it, but in pieces of sixteen times the size: with each piece two threads wake each other, and
//! PostgreSQL waits meanwhile.

use std::pin::Pin;

use futures_util::SinkExt;
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{CopyInSink, Error, Transaction};

use super::binary::put_nullable;

/// Rows are sent on when they have come to so many bytes.
const PIECE: usize = 64 << 10;
/// The format's signature; neither flags nor an extension of the header follow it.
const HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
/// Where a number of columns would stand when rows have ended.
const TRAILER: i16 = -1;

/// A COPY under way.
pub(super) struct CopyWriter<'a> {
    sink: Pin<Box<CopyInSink<BytesMut>>>,
    types: &'a [Type],
    piece: BytesMut,
}

impl<'a> CopyWriter<'a> {
    /// Begins a COPY of columns of some types.
    ///
    /// # Errors
    /// PostgreSQL refuses.
    pub async fn begin(
        transaction: &Transaction<'_>,
        statement: &str,
        types: &'a [Type],
    ) -> Result<Self, Error> {
        let sink = transaction.copy_in(statement).await?;
        let mut piece = BytesMut::with_capacity(PIECE);
        piece.extend_from_slice(HEADER);
        Ok(Self {
            sink: Box::pin(sink),
            types,
            piece,
        })
    }

    /// Adds a row, given in two parts.
    ///
    /// # Panics
    /// The values are not those of the columns.
    pub fn put(&mut self, first: &[&(dyn ToSql + Sync)], rest: &[&(dyn ToSql + Sync)]) {
        let columns = first.len() + rest.len();
        assert_eq!(columns, self.types.len(), "a value for each column");
        let columns = i16::try_from(columns).expect("a table has fewer columns");
        self.piece.extend_from_slice(&columns.to_be_bytes());
        for (value, ty) in first.iter().chain(rest).zip(self.types) {
            put_nullable(&mut self.piece, |out| value.to_sql_checked(ty, out))
                .expect("each value has its column's type, and documents are smaller than 2 GiB");
        }
    }

    /// Sends the rows so far on, when they have come to a piece.
    ///
    /// # Errors
    /// PostgreSQL refuses a value of a row, or fails.
    pub async fn send(&mut self) -> Result<(), Error> {
        if self.piece.len() >= PIECE {
            let piece = self.piece.split();
            self.sink.feed(piece).await?;
        }
        Ok(())
    }

    /// Ends it. Returns how many rows there were.
    ///
    /// # Errors
    /// PostgreSQL refuses a value, or fails.
    pub async fn finish(mut self) -> Result<u64, Error> {
        self.piece.extend_from_slice(&TRAILER.to_be_bytes());
        self.sink.feed(self.piece.split()).await?;
        self.sink.as_mut().finish().await
    }
}
