//! Figures of a range by category.

use tokio_postgres::types::Type;

use super::error::ReportError;
use super::filter::{Filter, Scope};
use super::measures::{Measures, figures};
use super::range::Range;
use super::reader::Reader;

/// Which categories are given, and what is theirs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub enum CategoryView {
    /// The categories that products are in, each with its own products.
    #[default]
    Flat,
    /// Categories with all that is below them: those at the top (`None`), or the children of one.
    Tree {
        /// The category above.
        parent: Option<String>,
    },
}

/// The figures of a category. An order counts once in each category it touches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CategoryRow {
    /// Marketplace; ids of two marketplaces have nothing in common.
    pub platform: String,
    /// The marketplace's id; `None` is everything without category.
    pub category_id: Option<String>,
    /// What people call it, where that is known.
    pub category_name: Option<String>,
    /// The category above.
    pub parent_id: Option<String>,
    /// 1 at the top.
    pub level: i32,
    /// Names from the top down to the category itself; ids where there is no name.
    pub path_names: Vec<String>,
    /// Whether orders of the range are in categories below it.
    pub has_children: bool,
    /// The figures.
    pub measures: Measures,
    /// Whether all days with orders are final.
    pub is_final: bool,
}

impl Reader<'_> {
    /// Figures of the range per marketplace and category, the largest GMV first. In [`CategoryView::Flat`] money adds up to
    /// the totals; orders do not, because one is in each category that it touches.
    ///
    /// # Errors
    /// PostgreSQL refuses, figures per category are not kept, or the filter names a shop.
    pub async fn by_category(
        &self,
        range: &Range,
        filter: &Filter,
        view: &CategoryView,
    ) -> Result<Vec<CategoryRow>, ReportError> {
        if filter.shop.is_some() {
            return Err(ReportError::NotForShops("category"));
        }
        self.require_grain("category").await?;
        let failed = ReportError::statement("read figures per category");
        let (as_tree, parent) = match view {
            CategoryView::Flat => (false, None),
            CategoryView::Tree { parent } => (true, parent.as_deref()),
        };
        let rows = self
            .transaction
            .query_typed(
                figures!(
                    "categories.sql",
                    "f.gross_merchandise_value desc, f.platform, f.category_id"
                ),
                &Scope::new(range, filter).with(&[(&as_tree, Type::BOOL), (&parent, Type::TEXT)]),
            )
            .await
            .map_err(&failed)?;
        rows.iter()
            .map(|row| {
                Ok(CategoryRow {
                    platform: row.try_get("platform")?,
                    category_id: row.try_get("category_id")?,
                    category_name: row.try_get("category_name")?,
                    parent_id: row.try_get("parent_id")?,
                    level: row.try_get("level")?,
                    path_names: row.try_get("path_names")?,
                    has_children: row.try_get("has_children")?,
                    measures: Measures::from_row(row)?,
                    is_final: row.try_get("is_final")?,
                })
            })
            .collect::<Result<_, _>>()
            .map_err(&failed)
    }
}
