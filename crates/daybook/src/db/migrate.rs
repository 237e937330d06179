//! Numbered migrations, applied by `daybook migrate` and by nothing else.

use refinery::{Runner, Target};
use tokio_postgres::Client;

use super::{Database, DatabaseError};

mod embedded {
    refinery::embed_migrations!("migrations");
}

/// Where the schema of a database stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SchemaState {
    /// No migration was ever applied.
    Missing,
    /// The version this program was made for.
    Current(u32),
    /// Applied by an older program.
    Older {
        /// Version in the database.
        found: u32,
        /// Version of this program.
        needed: u32,
    },
    /// Applied by a newer program.
    Newer {
        /// Version in the database.
        found: u32,
        /// Version of this program.
        known: u32,
    },
}

impl SchemaState {
    /// Refuses every state but the current one.
    ///
    /// # Errors
    /// The schema is missing, older or newer.
    pub fn require_current(self) -> Result<u32, DatabaseError> {
        match self {
            Self::Current(version) => Ok(version),
            Self::Missing => Err(DatabaseError::SchemaMissing),
            Self::Older { found, needed } => Err(DatabaseError::SchemaOlder { found, needed }),
            Self::Newer { found, known } => Err(DatabaseError::SchemaNewer { found, known }),
        }
    }
}

/// What `migrate` did.
#[derive(Debug, serde::Serialize)]
pub struct Migrated {
    /// Schema version now.
    pub version: u32,
    /// Names of the migrations applied by this call.
    pub applied: Vec<String>,
}

/// Reads the schema version.
///
/// # Errors
/// The database cannot be read.
pub async fn schema_state(client: &Client) -> Result<SchemaState, DatabaseError> {
    let failed = DatabaseError::statement("read the schema version");
    let known = newest();
    let exists: bool = client
        .query_one(
            "select to_regclass('refinery_schema_history') is not null",
            &[],
        )
        .await
        .map_err(&failed)?
        .get(0);
    if !exists {
        return Ok(SchemaState::Missing);
    }
    let found: Option<i32> = client
        .query_one(include_str!("schema_version.sql"), &[])
        .await
        .map_err(&failed)?
        .get(0);
    Ok(match found.map(i32::unsigned_abs) {
        None => SchemaState::Missing,
        Some(found) if found < known => SchemaState::Older {
            found,
            needed: known,
        },
        Some(found) if found > known => SchemaState::Newer { found, known },
        Some(found) => SchemaState::Current(found),
    })
}

/// Brings the schema to this program's version: all migrations in one transaction, one program at a time.
///
/// # Errors
/// The database refuses, or was migrated by a newer program. Then nothing has changed.
pub async fn migrate(database: &Database) -> Result<Migrated, DatabaseError> {
    // The lock lives in a transaction of another connection, because the runner commits its own.
    let mut guard = database.connect().await?;
    let guard = guard
        .transaction()
        .await
        .map_err(DatabaseError::statement("begin"))?;
    guard
        .query_one(include_str!("lock_migrations.sql"), &[])
        .await
        .map_err(DatabaseError::statement("lock the migrations"))?;

    let mut client = database.connect().await?;
    if let SchemaState::Newer { found, known } = schema_state(&client).await? {
        return Err(DatabaseError::SchemaNewer { found, known });
    }
    let report = runner()
        .run_async(&mut client)
        .await
        .map_err(|error| DatabaseError::Migration(root_cause(&error)))?;
    let applied = report
        .applied_migrations()
        .iter()
        .map(ToString::to_string)
        .collect();
    Ok(Migrated {
        version: newest(),
        applied,
    })
}

fn runner() -> Runner {
    embedded::migrations::runner()
        .set_grouped(true)
        .set_target(Target::Latest)
}

fn newest() -> u32 {
    let version = runner()
        .get_migrations()
        .iter()
        .map(|migration| migration.version())
        .max();
    u32::try_from(version.expect("there are migrations")).expect("versions count from 1")
}

fn root_cause(error: &refinery::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
