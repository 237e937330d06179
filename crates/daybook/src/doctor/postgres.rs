//! Checks of PostgreSQL: the server, the schema, and what no trigger can see.

use tokio_postgres::Client;

use super::Finding;
use crate::app::App;
use crate::db::{self, DatabaseError, SchemaState};
use crate::error::Error;

/// The oldest major version that was tried.
const OLDEST_VERSION: i32 = 140_000;

pub(super) async fn examine(app: &App) -> Vec<Finding> {
    let mut client = match app.database.connect().await {
        Ok(client) => client,
        Err(error) => return vec![Finding::error(&error.into())],
    };
    let target = app.database.target();
    let mut findings = vec![Finding::ok(format!(
        "{target}, database \"{}\": connected as \"{}\"",
        target.database, target.user
    ))];
    findings.extend(or_error(server(&client, app).await));
    match db::schema_state(&client).await {
        Ok(SchemaState::Current(version)) => {
            findings.push(Finding::ok(format!("schema {version} is current")));
            findings.extend(or_error(schema(&client, app).await));
            if let Err(error) = db::check_business(&mut client, &app.config.business).await {
                findings.push(Finding::error(&error.into()));
            }
        }
        Ok(other) => {
            let error = other
                .require_current()
                .expect_err("only the current schema is accepted");
            findings.push(Finding::error(&error.into()));
        }
        Err(error) => findings.push(Finding::error(&error.into())),
    }
    findings
}

fn or_error(result: Result<Vec<Finding>, DatabaseError>) -> Vec<Finding> {
    result.unwrap_or_else(|error| vec![Finding::error(&Error::from(error))])
}

async fn server(client: &Client, app: &App) -> Result<Vec<Finding>, DatabaseError> {
    let row = client
        .query_typed_one(include_str!("server.sql"), &[])
        .await
        .map_err(DatabaseError::statement("read the server's settings"))?;
    let version: i32 = row.get("version_number");
    let shown: String = row.get("version");
    let zone: String = row.get("time_zone");
    let expected = &app.config.business.zone_name;
    let encoding: String = row.get("encoding");
    let identity = format!(
        "system {}, timeline {}",
        row.get::<_, String>("system_id"),
        row.get::<_, i32>("timeline")
    );
    Ok(vec![
        Finding::check(
            version >= OLDEST_VERSION,
            format!("PostgreSQL {shown}"),
            format!("PostgreSQL {shown} is older than any that was tried"),
            "use PostgreSQL 14 or newer",
        ),
        if row.get("in_recovery") {
            Finding::fail(
                format!("the server is a standby ({identity})"),
                "connect to the primary",
            )
        } else {
            Finding::ok(format!("the server is a primary ({identity})"))
        },
        if encoding == "UTF8" {
            Finding::ok("the database is in UTF-8")
        } else {
            Finding::fail(
                format!("the database is in {encoding}"),
                "create it with ENCODING 'UTF8'; Vietnamese names do not fit otherwise",
            )
        },
        Finding::check(
            zone == *expected,
            format!("CURRENT_DATE is the business day ({zone})"),
            format!(
                "sessions are in {zone}, so CURRENT_DATE is not the business day of {expected}"
            ),
            "as the owner of the database: ALTER DATABASE ... SET timezone TO the business zone; `daybook migrate` tries it",
        ),
        Finding::check(
            row.get("synchronous_commit"),
            "commits are durable",
            "synchronous_commit is off: the last moments before a crash of the server are loaded again",
            "leave it off only if that is intended",
        ),
        Finding::check(
            !row.get::<_, bool>("compiles_queries"),
            "queries are not compiled first",
            "jit is on: reading live figures takes a tenth of a second longer",
            "as the owner of the database: ALTER DATABASE ... SET jit TO off; `daybook migrate` tries it",
        ),
        Finding::check(
            row.get("may_create_temporary_tables"),
            "temporary tables may be created",
            "the user may not create temporary tables",
            "GRANT TEMPORARY ON DATABASE ... TO the user of the URL",
        ),
    ])
}

async fn schema(client: &Client, app: &App) -> Result<Vec<Finding>, DatabaseError> {
    let row = client
        .query_typed_one(include_str!("schema.sql"), &[])
        .await
        .map_err(DatabaseError::statement("read the schema"))?;
    let missing: Vec<String> = row.get("triggers_not_active");
    let superfluous: Vec<String> = row.get("triggers_of_other_mode");
    let mode: String = row.get("mode");
    let wanted = app.config.statistics_mode.as_str();
    Ok(vec![
        Finding::check(
            mode == wanted,
            format!("statistics are kept in mode {mode}"),
            format!("statistics are kept in mode {mode}, but statistics.mode is {wanted}"),
            "run `daybook migrate` to switch, or set statistics.mode to what the database has",
        ),
        Finding::check(
            superfluous.is_empty(),
            "no trigger of the other mode fires",
            format!(
                "triggers of the other mode are enabled: {}",
                superfluous.join(", ")
            ),
            "ALTER TABLE orders DISABLE TRIGGER each of them",
        ),
        if row.get("is_plain_table") {
            Finding::ok("orders is a plain table")
        } else {
            Finding::fail(
                "orders is partitioned or a partition: statements aimed at a partition fire no triggers",
                "keep orders in one plain table, then `daybook validate` and `daybook repair`",
            )
        },
        if missing.is_empty() {
            Finding::ok("all triggers of orders and product_categories are active")
        } else {
            Finding::fail(
                format!(
                    "triggers of orders are missing or disabled: {}",
                    missing.join(", ")
                ),
                "ALTER TABLE orders ENABLE TRIGGER each of them, then `daybook validate` and `daybook repair`",
            )
        },
        Finding::check(
            !row.get::<_, bool>("is_subscribed"),
            "orders is not written by logical replication",
            "orders is the target of a subscription: replicated changes fire no triggers",
            "run `daybook rebuild --all` after replication, or subscribe to another table",
        ),
        Finding::check(
            row.get("fires_triggers"),
            "this session fires triggers",
            "session_replication_role is replica: changes fire no triggers",
            "set it back to origin for this user",
        ),
    ])
}
