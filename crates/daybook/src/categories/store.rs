//! The table in the database.

use std::collections::BTreeMap;

use jiff::civil::Date;
use order_model::Platform;
use serde::Serialize;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, GenericClient};

use super::catalogue::{Catalogue, CategoryNames};
use crate::db::DatabaseError;

/// What an import did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Imported {
    /// Products read.
    pub products: u64,
    /// Of these, products that had no category before.
    pub products_new: u64,
    /// Products that were in another category before.
    pub products_moved: u64,
    /// Products that are in no category any more.
    pub products_removed: u64,
    /// Categories whose name or parent is new or other than before.
    pub categories_changed: u64,
    /// Business days whose figures changed hands with the products, or wait for it in mode queue.
    pub days: u64,
    /// The first of these days.
    pub first_day: Option<Date>,
    /// The last of these days.
    pub last_day: Option<Date>,
}

/// Stores a catalogue in one transaction. With `replace`, products of its marketplaces that it does not name lose their
/// category.
///
/// # Errors
/// PostgreSQL refuses; then nothing has changed.
pub async fn import(
    client: &mut Client,
    catalogue: &Catalogue,
    replace: bool,
) -> Result<Imported, DatabaseError> {
    let failed = DatabaseError::statement("import the categories");
    let transaction = client.transaction().await.map_err(&failed)?;
    let categories_changed = import_names(&transaction, catalogue)
        .await
        .map_err(&failed)?;
    let products = catalogue.products();
    let platforms: Vec<_> = products
        .keys()
        .map(|(platform, _)| platform.as_str())
        .collect();
    let ids: Vec<_> = products.keys().map(|(_, id)| id.as_str()).collect();
    let categories: Vec<_> = products.values().map(String::as_str).collect();
    let removed = match replace {
        false => 0,
        true => transaction
            .execute_typed(
                include_str!("remove_others.sql"),
                &[(&platforms, Type::TEXT_ARRAY), (&ids, Type::TEXT_ARRAY)],
            )
            .await
            .map_err(&failed)?,
    };
    let stored = transaction
        .query_typed_one(
            include_str!("store_products.sql"),
            &[
                (&platforms, Type::TEXT_ARRAY),
                (&ids, Type::TEXT_ARRAY),
                (&categories, Type::TEXT_ARRAY),
            ],
        )
        .await
        .map_err(&failed)?;
    let touched = transaction
        .query_typed_one(include_str!("touched_days.sql"), &[])
        .await
        .map_err(&failed)?;
    transaction.commit().await.map_err(&failed)?;
    let count = |row: &tokio_postgres::Row, column| row.get::<_, i64>(column).unsigned_abs();
    Ok(Imported {
        products: products.len() as u64,
        products_new: count(&stored, 0),
        products_moved: count(&stored, 1),
        products_removed: removed,
        categories_changed,
        days: count(&touched, 0),
        first_day: touched.get(1),
        last_day: touched.get(2),
    })
}

async fn import_names(
    client: &impl GenericClient,
    catalogue: &Catalogue,
) -> Result<u64, tokio_postgres::Error> {
    let categories = catalogue.categories();
    let platforms: Vec<_> = categories
        .keys()
        .map(|(platform, _)| platform.as_str())
        .collect();
    let ids: Vec<_> = categories.keys().map(|(_, id)| id.as_str()).collect();
    let names: Vec<_> = categories
        .values()
        .map(|names| names.name.as_deref())
        .collect();
    let parents: Vec<_> = categories
        .values()
        .map(|names| names.parent_id.as_deref())
        .collect();
    client
        .execute_typed(
            include_str!("store_categories.sql"),
            &[
                (&platforms, Type::TEXT_ARRAY),
                (&ids, Type::TEXT_ARRAY),
                (&names, Type::TEXT_ARRAY),
                (&parents, Type::TEXT_ARRAY),
            ],
        )
        .await
}

/// What is stored, in the form in which it can be imported.
#[derive(Debug, Default)]
pub struct Exported {
    /// Names and parents.
    pub categories: BTreeMap<(String, String), CategoryNames>,
    /// Products, and their categories if they have one.
    pub products: BTreeMap<(String, String), Option<String>>,
}

/// Reads what is stored, of one marketplace or of all.
///
/// # Errors
/// PostgreSQL refuses.
pub async fn export(
    client: &impl GenericClient,
    platform: Option<Platform>,
) -> Result<Exported, DatabaseError> {
    let failed = DatabaseError::statement("read the categories");
    let platform = platform.map(Platform::as_str);
    let parameters: [(&(dyn tokio_postgres::types::ToSql + Sync), Type); 1] =
        [(&platform, Type::TEXT)];
    let categories = client
        .query_typed(include_str!("export_categories.sql"), &parameters)
        .await
        .map_err(&failed)?;
    let products = client
        .query_typed(include_str!("export_products.sql"), &parameters)
        .await
        .map_err(&failed)?;
    let names = |row: &tokio_postgres::Row| CategoryNames {
        name: row.get(2),
        parent_id: row.get(3),
    };
    Ok(Exported {
        categories: categories
            .iter()
            .map(|row| ((row.get(0), row.get(1)), names(row)))
            .collect(),
        products: products
            .iter()
            .map(|row| ((row.get(0), row.get(1)), row.get(2)))
            .collect(),
    })
}

/// Products that were ordered and are in no category, of one marketplace or of all.
///
/// # Errors
/// PostgreSQL refuses.
pub async fn without_category(
    client: &impl GenericClient,
    platform: Option<Platform>,
) -> Result<Exported, DatabaseError> {
    let platform = platform.map(Platform::as_str);
    let rows = client
        .query_typed(
            include_str!("without_category.sql"),
            &[(&platform, Type::TEXT)],
        )
        .await
        .map_err(DatabaseError::statement(
            "look for products without category",
        ))?;
    Ok(Exported {
        categories: BTreeMap::new(),
        products: rows
            .iter()
            .map(|row| ((row.get(0), row.get(1)), None))
            .collect(),
    })
}
