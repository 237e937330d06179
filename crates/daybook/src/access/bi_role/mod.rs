//! A role of the database for BI tools: it reads figures, and nothing that says who bought.
//!
//! The role cannot log in, and so needs no password that would have to be kept somewhere: the database's admin makes it
//! the group of whatever users the tools have. Rights are given by name and not by default, so that a table which a later
//! version adds is not readable until it is listed.

use serde::Serialize;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Transaction};

use crate::db::DatabaseError;

/// A role and what became of it.
#[derive(Debug, Serialize)]
pub struct BiRole {
    /// Name of the role.
    pub name: String,
    /// Whether this call created it.
    pub created: bool,
    /// What anybody may still do in this database, because we may not revoke it.
    pub rights_of_everybody: Vec<String>,
}

/// Gives every role that was ever asked for, and `wanted`, the rights of this version's schema; creates `wanted` if it is
/// not there. A role that somebody dropped meanwhile is passed over. Safe to run twice.
///
/// # Errors
/// PostgreSQL refuses: for creating a role, the user of the URL needs CREATEROLE.
pub async fn apply_bi_roles(
    client: &mut Client,
    wanted: Option<&str>,
) -> Result<Vec<BiRole>, DatabaseError> {
    let transaction = client
        .transaction()
        .await
        .map_err(DatabaseError::statement("begin"))?;
    let created = match wanted {
        Some(name) => want(&transaction, name).await?,
        None => false,
    };
    let mut roles = Vec::new();
    for row in transaction
        .query_typed(include_str!("list.sql"), &[])
        .await
        .map_err(DatabaseError::statement("list the roles for BI tools"))?
    {
        let name: String = row.get(0);
        transaction
            .query_typed_one("select grant_statistics($1)", &[(&name, Type::TEXT)])
            .await
            .map_err(DatabaseError::statement("give a role its rights"))?;
        roles.push(BiRole {
            created: created && wanted == Some(name.as_str()),
            name,
            rights_of_everybody: Vec::new(),
        });
    }
    if !roles.is_empty() {
        let left = restrict_everybody(&transaction).await?;
        for role in &mut roles {
            role.rights_of_everybody.clone_from(&left);
        }
    }
    transaction
        .commit()
        .await
        .map_err(DatabaseError::statement("commit the rights"))?;
    Ok(roles)
}

/// Remembers a role, and creates it if it is not there.
async fn want(transaction: &Transaction<'_>, name: &str) -> Result<bool, DatabaseError> {
    let row = transaction
        .query_typed_one("select create_bi_role($1)", &[(&name, Type::TEXT)])
        .await
        .map_err(DatabaseError::statement("create the role"))?;
    Ok(row.get(0))
}

/// Takes from everybody what a role for reading would otherwise have too: temporary tables and new objects. What is left.
async fn restrict_everybody(transaction: &Transaction<'_>) -> Result<Vec<String>, DatabaseError> {
    let row = transaction
        .query_typed_one("select revoke_public_rights()", &[])
        .await
        .map_err(DatabaseError::statement("revoke what everybody may do"))?;
    Ok(row.get(0))
}
