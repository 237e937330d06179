//! Where a stream stands in `sync_state`.

use jiff::Timestamp;
use tokio_postgres::GenericClient;
use tokio_postgres::types::Type;

use crate::db::DatabaseError;
use crate::source::{Position, Stream};

/// How far a stream has been loaded.
#[derive(Debug, Clone)]
pub struct StreamState {
    /// Where to go on; `None` before the first batch, or when it was written by another version of the program.
    pub position: Option<Position>,
    /// How often the position has moved.
    pub revision: i64,
    /// The run that moved it last.
    pub run: Option<i64>,
}

/// Reads a stream's state, and gives it a row if it has none.
///
/// # Errors
/// PostgreSQL refuses.
pub async fn open_stream(
    client: &impl GenericClient,
    stream: &Stream,
) -> Result<StreamState, DatabaseError> {
    let failed = DatabaseError::statement("read the position");
    let platform = stream.content.platform().map(|platform| platform.as_str());
    client
        .execute_typed(
            include_str!("open_stream.sql"),
            &[(&stream.name, Type::TEXT), (&platform, Type::TEXT)],
        )
        .await
        .map_err(&failed)?;
    read_stream(client, &stream.name).await
}

/// Reads the state of a stream that has a row.
///
/// # Errors
/// PostgreSQL refuses.
pub(super) async fn read_stream(
    client: &impl GenericClient,
    stream: &str,
) -> Result<StreamState, DatabaseError> {
    let row = client
        .query_typed_one(include_str!("read_stream.sql"), &[(&stream, Type::TEXT)])
        .await
        .map_err(DatabaseError::statement("read the position"))?;
    let position: Option<Vec<u8>> = row.get(0);
    Ok(StreamState {
        position: position.and_then(|bytes| Position::from_bytes(&bytes)),
        revision: row.get(1),
        run: row.get(2),
    })
}

/// Up to which instant a stream has been loaded; `None` when no pass over it has ended.
///
/// # Errors
/// PostgreSQL refuses.
pub async fn complete_through(
    client: &impl GenericClient,
    stream: &str,
) -> Result<Option<Timestamp>, DatabaseError> {
    let row = client
        .query_typed_opt(
            include_str!("complete_through.sql"),
            &[(&stream, Type::TEXT)],
        )
        .await
        .map_err(DatabaseError::statement("read the position"))?;
    Ok(row.and_then(|row| row.get(0)))
}
