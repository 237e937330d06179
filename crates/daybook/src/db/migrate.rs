//! Numbered migrations, applied by `daybook migrate` and by nothing else.

use refinery::{Migration, Runner, Target};
use refinery_core::traits::r#async::{AsyncMigrate, AsyncQuery, AsyncTransaction};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use tokio_postgres::{GenericClient, Transaction};

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
pub async fn schema_state(client: &impl GenericClient) -> Result<SchemaState, DatabaseError> {
    let failed = DatabaseError::statement("read the schema version");
    let known = newest();
    let exists: bool = client
        .query_typed_one(
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
        .query_typed_one(include_str!("schema_version.sql"), &[])
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
    let mut client = database.connect().await?;
    let transaction = client
        .transaction()
        .await
        .map_err(DatabaseError::statement("begin"))?;
    let is_read_only = transaction
        .query_typed_one(include_str!("lock_migrations.sql"), &[])
        .await
        .map_err(DatabaseError::statement("lock the migrations"))?
        .get(0);
    if is_read_only {
        return Err(DatabaseError::ReadOnly);
    }
    if let SchemaState::Newer { found, known } = schema_state(&transaction).await? {
        return Err(DatabaseError::SchemaNewer { found, known });
    }
    let report = runner()
        .run_async(&mut Within(&transaction))
        .await
        .map_err(|error| DatabaseError::Migration(root_cause(&error)))?;
    transaction
        .commit()
        .await
        .map_err(DatabaseError::statement("commit the migrations"))?;
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

/// The runner's way to the database. The driver's own begins and commits by itself, so that a lock around it would need a
/// second connection, which a pooler with one connection does not have; and what it looks up could be out of date when it
/// acts on it.
struct Within<'a>(&'a Transaction<'a>);

impl AsyncTransaction for Within<'_> {
    type Error = tokio_postgres::Error;

    async fn execute<'a, T: Iterator<Item = &'a str> + Send + 'a>(
        &mut self,
        statements: T,
    ) -> Result<usize, Self::Error> {
        let mut count = 0;
        for statement in statements {
            self.0.batch_execute(statement).await?;
            count += 1;
        }
        Ok(count)
    }
}

impl AsyncQuery<Vec<Migration>> for Within<'_> {
    async fn query(&mut self, statement: &str) -> Result<Vec<Migration>, Self::Error> {
        let rows = self.0.query_typed(statement, &[]).await?;
        Ok(rows.iter().map(applied).collect())
    }
}

impl AsyncMigrate for Within<'_> {}

/// A row of the table that the runner keeps.
fn applied(row: &tokio_postgres::Row) -> Migration {
    let at: &str = row.get(2);
    let checksum: &str = row.get(3);
    Migration::applied(
        row.get(0),
        row.get(1),
        OffsetDateTime::parse(at, &Rfc3339).expect("the runner writes RFC 3339"),
        checksum.parse().expect("the runner writes a number"),
    )
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
