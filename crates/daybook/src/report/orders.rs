//! The orders behind a figure.

use jiff::civil::DateTime;
use order_model::OrderStatus;
use tokio_postgres::Row;
use tokio_postgres::types::Type;

use super::cursor::Cursor;
use super::decimal::Decimal;
use super::error::ReportError;
use super::filter::{Filter, Key, Scope};
use super::measures::Measure;
use super::range::Range;
use super::reader::Reader;
use super::region::Division;

/// Which orders are asked for: those that a figure was made of.
#[derive(Debug, Clone)]
pub struct OrdersQuery {
    /// Business days.
    pub range: Range,
    /// Marketplaces and shop.
    pub filter: Filter,
    /// Only orders that count in this figure.
    pub measure: Option<Measure>,
    /// Only orders of this status.
    pub status: Option<OrderStatus>,
    /// Only orders of this region.
    pub region: Option<RegionFilter>,
    /// Only orders that touch this category; needs a filter of one marketplace.
    pub category: Option<CategoryFilter>,
}

impl OrdersQuery {
    /// All orders of a range.
    pub fn new(range: Range, filter: Filter) -> Self {
        Self {
            range,
            filter,
            measure: None,
            status: None,
            region: None,
            category: None,
        }
    }
}

/// Orders of a region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegionFilter {
    /// The region: a province of the division, or a marketplace's word.
    pub region: Key,
    /// The division; `None` for the marketplaces' words.
    pub division: Option<Division>,
}

/// Orders that touch a category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CategoryFilter {
    /// The category; unknown is everything without one.
    pub category: Key,
    /// Whether categories below it count as well.
    pub with_children: bool,
}

/// An order in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderRow {
    /// When it was placed: civil time in the business zone.
    pub order_date: DateTime,
    /// Marketplace.
    pub platform: String,
    /// The marketplace's number.
    pub order_code: String,
    /// Seller account.
    pub shop_id: Option<String>,
    /// `pending`, `completed` or `cancelled`.
    pub status: String,
    /// Status in the marketplace's words.
    pub platform_status: Option<String>,
    /// Province as the marketplace spells it.
    pub region: Option<String>,
    /// When it was first seen completed: civil time in the business zone.
    pub completed_at: Option<DateTime>,
    /// When it was first seen cancelled: civil time in the business zone.
    pub cancelled_at: Option<DateTime>,
    /// Value before discounts.
    pub total_amount: Decimal,
    /// Discounts.
    pub discount_amount: Decimal,
    /// What the buyer pays.
    pub final_amount: Decimal,
    /// What of the amounts belongs to the category asked for.
    pub part: Option<Part>,
}

/// A category's part of an order's amounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Of the value before discounts.
    pub total_amount: Decimal,
    /// Of the discounts.
    pub discount_amount: Decimal,
    /// Of what the buyer pays.
    pub final_amount: Decimal,
}

/// Some of the orders, and where the next ones begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderPage {
    /// The orders, newest first.
    pub orders: Vec<OrderRow>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<Cursor>,
}

impl Reader<'_> {
    /// The orders behind a figure, newest first, at most `limit` of them, below the last order of an earlier page.
    ///
    /// # Errors
    /// PostgreSQL refuses; the answer takes too long; a category is asked for without its marketplace; a province is asked
    /// for and figures per region are not kept.
    pub async fn orders_behind(
        &self,
        query: &OrdersQuery,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Result<OrderPage, ReportError> {
        let failed = ReportError::statement("read the orders behind a figure");
        let (of_regions, regions, of_unknown_region) = self.regions(query).await?;
        let categories = self.categories(query).await?;
        let of_categories = query.category.is_some();
        let statuses = statuses(query);
        let adds_money = query
            .measure
            .is_some_and(|measure| !measure.is_count() && !measure.is_rate());
        let is_discounted = query.measure == Some(Measure::TotalDiscount);
        let (date, platform, code) = match after {
            Some(cursor) => (
                Some(cursor.order_date),
                Some(&cursor.platform),
                Some(&cursor.order_code),
            ),
            None => (None, None, None),
        };
        // One more than asked for tells whether there is a next page.
        let most = i64::from(limit) + 1;
        let rows = self
            .transaction
            .query_typed(
                include_str!("orders.sql"),
                &Scope::new(&query.range, &query.filter).with(&[
                    (&statuses, Type::TEXT_ARRAY),
                    (&of_regions, Type::BOOL),
                    (&regions, Type::TEXT_ARRAY),
                    (&of_unknown_region, Type::BOOL),
                    (&of_categories, Type::BOOL),
                    (&categories, Type::TEXT_ARRAY),
                    (&adds_money, Type::BOOL),
                    (&is_discounted, Type::BOOL),
                    (&date, Type::TIMESTAMP),
                    (&platform, Type::TEXT),
                    (&code, Type::TEXT),
                    (&most, Type::INT8),
                ]),
            )
            .await
            .map_err(&failed)?;
        let mut orders = rows
            .iter()
            .map(|row| OrderRow::from_row(row, of_categories))
            .collect::<Result<Vec<_>, _>>()
            .map_err(&failed)?;
        let has_more = orders.len() > limit as usize;
        orders.truncate(limit as usize);
        let next = orders.last().filter(|_| has_more).map(|last| Cursor {
            order_date: last.order_date,
            platform: last.platform.clone(),
            order_code: last.order_code.clone(),
        });
        Ok(OrderPage { orders, next })
    }

    /// Whether only some regions count, which, and whether the unknown one does.
    async fn regions(&self, query: &OrdersQuery) -> Result<(bool, Vec<String>, bool), ReportError> {
        let Some(RegionFilter { region, division }) = &query.region else {
            return Ok((false, Vec::new(), false));
        };
        let is_unknown = *region == Key::Unknown;
        let Some(division) = division else {
            let named = region.as_option().map(str::to_owned);
            return Ok((true, named.into_iter().collect(), is_unknown));
        };
        self.require_grain("region").await?;
        let failed = ReportError::statement("read the names of a province");
        let rows = self
            .transaction
            .query_typed(
                include_str!("region_spellings.sql"),
                &[
                    (&query.range.from(), Type::DATE),
                    (&query.range.to(), Type::DATE),
                    (&division.as_str(), Type::TEXT),
                    (&region.as_option(), Type::TEXT),
                ],
            )
            .await
            .map_err(failed)?;
        let spellings = rows.iter().map(|row| row.get(0)).collect();
        Ok((true, spellings, is_unknown))
    }

    /// The ids of the categories asked for; `None` for everything without one.
    async fn categories(&self, query: &OrdersQuery) -> Result<Option<Vec<String>>, ReportError> {
        let Some(CategoryFilter {
            category: Key::Known(id),
            with_children,
        }) = &query.category
        else {
            return match (&query.category, query.filter.platforms.as_slice()) {
                (Some(_), [] | [_, _, ..]) => Err(ReportError::CategoryWithoutPlatform),
                _ => Ok(None),
            };
        };
        let [platform] = query.filter.platforms.as_slice() else {
            return Err(ReportError::CategoryWithoutPlatform);
        };
        let mut ids = vec![id.clone()];
        if *with_children {
            let rows = self
                .transaction
                .query_typed(
                    "select category_id from category_paths where platform = $1 and $2 = any (path)",
                    &[(&platform.as_str(), Type::TEXT), (id, Type::TEXT)],
                )
                .await
                .map_err(ReportError::statement("read the categories below one"))?;
            ids.extend(rows.iter().map(|row| row.get::<_, String>(0)));
        }
        Ok(Some(ids))
    }
}

/// The statuses that both the figure and the question allow; `None` for all.
fn statuses(query: &OrdersQuery) -> Option<Vec<&'static str>> {
    let of_figure = query.measure.and_then(Measure::status);
    match (of_figure, query.status) {
        (None, None) => None,
        (Some(figure), Some(asked)) if figure != asked => Some(Vec::new()),
        (figure, asked) => figure.or(asked).map(|status| vec![status.as_str()]),
    }
}

impl OrderRow {
    fn from_row(row: &Row, with_part: bool) -> Result<Self, tokio_postgres::Error> {
        let part = match with_part {
            true => Some(Part {
                total_amount: row.try_get("part_total_amount")?,
                discount_amount: row.try_get("part_discount_amount")?,
                final_amount: row.try_get("part_final_amount")?,
            }),
            false => None,
        };
        Ok(Self {
            order_date: row.try_get("order_date")?,
            platform: row.try_get("platform")?,
            order_code: row.try_get("order_code")?,
            shop_id: row.try_get("shop_id")?,
            status: row.try_get("status")?,
            platform_status: row.try_get("platform_status")?,
            region: row.try_get("region")?,
            completed_at: row.try_get("completed_at")?,
            cancelled_at: row.try_get("cancelled_at")?,
            total_amount: row.try_get("total_amount")?,
            discount_amount: row.try_get("discount_amount")?,
            final_amount: row.try_get("final_amount")?,
            part,
        })
    }
}
