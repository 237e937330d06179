//! One order, and the buckets it counts in.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use order_model::Platform;
use tokio_postgres::types::Type;

use super::decimal::Decimal;
use super::error::ReportError;
use super::reader::Reader;

/// One order. Civil times are in the business zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Marketplace.
    pub platform: String,
    /// The marketplace's number.
    pub order_code: String,
    /// Seller account.
    pub shop_id: Option<String>,
    /// The buyer's id on the platform, where it is known and kept.
    pub customer_id: Option<String>,
    /// `pending`, `completed` or `cancelled`.
    pub status: String,
    /// Status in the marketplace's words.
    pub platform_status: Option<String>,
    /// ISO 4217 code of the amounts; `None` means the business currency.
    pub currency: Option<String>,
    /// Value before discounts: what the buyer pays and the discounts.
    pub total_amount: Decimal,
    /// Discounts.
    pub discount_amount: Decimal,
    /// What the buyer pays.
    pub final_amount: Decimal,
    /// Province as the marketplace spells it.
    pub region: Option<String>,
    /// When it was placed.
    pub order_date: DateTime,
    /// When it was first seen completed, if that is its status.
    pub completed_at: Option<DateTime>,
    /// When it was first seen cancelled, if that is its status.
    pub cancelled_at: Option<DateTime>,
    /// The marketplace's update time of the version that is shown.
    pub source_updated_at: Option<Timestamp>,
    /// When the collector stored that version.
    pub ingested_at: Option<Timestamp>,
    /// When the order was first loaded.
    pub created_at: Option<DateTime>,
    /// When its row last changed.
    pub updated_at: Option<DateTime>,
    /// What was bought.
    pub lines: Vec<OrderLine>,
    /// Where it counts.
    pub buckets: Buckets,
    /// How to find its documents in the source.
    pub raw_document: RawDocument,
}

/// A line of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderLine {
    /// From 1, in the marketplace's order.
    pub line_number: i32,
    /// The marketplace's id of the product.
    pub product_id: Option<String>,
    /// The variant.
    pub sku: Option<String>,
    /// Units.
    pub quantity: Option<i64>,
    /// Units at list price.
    pub list_value: Option<Decimal>,
    /// Its part of the order's discounts.
    pub discount_amount: Option<Decimal>,
    /// Its part of what the buyer pays.
    pub final_amount: Option<Decimal>,
    /// The category its product is in now.
    pub category_id: Option<String>,
    /// What people call it.
    pub category_name: Option<String>,
}

/// The buckets an order counts in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Buckets {
    /// The business day.
    pub stat_date: Date,
    /// The provinces its region stands for; none where it is not known.
    pub provinces: Vec<Province>,
    /// The categories it touches, each once; one without id is everything without category.
    pub categories: Vec<OrderCategory>,
}

/// A province of a division.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Province {
    /// Division, such as `VN-34`.
    pub division: String,
    /// Province.
    pub province: String,
}

/// A category an order touches.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct OrderCategory {
    /// The marketplace's id.
    pub category_id: Option<String>,
    /// What people call it.
    pub category_name: Option<String>,
}

/// How to find an order's documents in the source: the one that decides its row by its id, all versions by the order's
/// number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawDocument {
    /// Collections or dump files that were loaded from.
    pub streams: Vec<String>,
    /// Fields of the payload that hold the order's number, as the marketplace spells them.
    pub fields: Vec<&'static str>,
    /// `_id` of the document that decides the row, as canonical extended JSON; `None` when it has none, or was not kept yet
    /// when the order was loaded.
    pub id: Option<String>,
}

impl Reader<'_> {
    /// One order; `None` when there is none of that number.
    ///
    /// # Errors
    /// PostgreSQL refuses.
    pub async fn order(
        &self,
        platform: Platform,
        order_code: &str,
    ) -> Result<Option<Order>, ReportError> {
        let failed = ReportError::statement("read an order");
        let key = [
            (&platform.as_str() as _, Type::TEXT),
            (&order_code as _, Type::TEXT),
        ];
        let Some(row) = self
            .transaction
            .query_typed_opt(include_str!("order.sql"), &key)
            .await
            .map_err(&failed)?
        else {
            return Ok(None);
        };
        let lines = self
            .transaction
            .query_typed(include_str!("order_lines.sql"), &key)
            .await
            .map_err(&failed)?
            .iter()
            .map(OrderLine::from_row)
            .collect::<Result<Vec<_>, _>>()
            .map_err(&failed)?;
        let region: Option<String> = row.try_get("region").map_err(&failed)?;
        let provinces = self
            .transaction
            .query_typed(include_str!("provinces_of.sql"), &[(&region, Type::TEXT)])
            .await
            .map_err(&failed)?;
        let streams = self
            .transaction
            .query_typed(
                "select stream from sync_state where platform = $1 or platform is null order by stream",
                &[(&platform.as_str(), Type::TEXT)],
            )
            .await
            .map_err(&failed)?;
        let raw_document = RawDocument {
            streams: streams.iter().map(|row| row.get(0)).collect(),
            fields: order_model::order_code_fields(platform).to_vec(),
            id: row.try_get("source_document_id").map_err(&failed)?,
        };
        let provinces = provinces
            .iter()
            .map(|row| Province {
                division: row.get("division"),
                province: row.get("province"),
            })
            .collect();
        Order::from_parts(&row, region, lines, provinces, raw_document)
            .map(Some)
            .map_err(failed)
    }
}

impl Order {
    fn from_parts(
        row: &tokio_postgres::Row,
        region: Option<String>,
        lines: Vec<OrderLine>,
        provinces: Vec<Province>,
        raw_document: RawDocument,
    ) -> Result<Self, tokio_postgres::Error> {
        let order_date: DateTime = row.try_get("order_date")?;
        Ok(Self {
            platform: row.try_get("platform")?,
            order_code: row.try_get("order_code")?,
            shop_id: row.try_get("shop_id")?,
            customer_id: row.try_get("customer_id")?,
            status: row.try_get("status")?,
            platform_status: row.try_get("platform_status")?,
            currency: row.try_get("currency")?,
            total_amount: row.try_get("total_amount")?,
            discount_amount: row.try_get("discount_amount")?,
            final_amount: row.try_get("final_amount")?,
            region,
            order_date,
            completed_at: row.try_get("completed_at")?,
            cancelled_at: row.try_get("cancelled_at")?,
            source_updated_at: row.try_get("source_updated_at")?,
            ingested_at: row.try_get("ingested_at")?,
            created_at: row.try_get("created_at")?,
            updated_at: row.try_get("updated_at")?,
            buckets: Buckets {
                stat_date: order_date.date(),
                provinces,
                categories: categories(&lines),
            },
            lines,
            raw_document,
        })
    }
}

impl OrderLine {
    fn from_row(row: &tokio_postgres::Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            line_number: row.try_get("line_number")?,
            product_id: row.try_get("product_id")?,
            sku: row.try_get("sku")?,
            quantity: row.try_get("quantity")?,
            list_value: row.try_get("list_value")?,
            discount_amount: row.try_get("discount_amount")?,
            final_amount: row.try_get("final_amount")?,
            category_id: row.try_get("category_id")?,
            category_name: row.try_get("category_name")?,
        })
    }
}

/// The categories that lines are in, each once; an order without lines is in the one that is not known.
fn categories(lines: &[OrderLine]) -> Vec<OrderCategory> {
    let mut found: Vec<_> = lines
        .iter()
        .map(|line| OrderCategory {
            category_id: line.category_id.clone(),
            category_name: line.category_name.clone(),
        })
        .collect();
    if found.is_empty() {
        found.push(OrderCategory {
            category_id: None,
            category_name: None,
        });
    }
    found.sort();
    found.dedup();
    found
}
