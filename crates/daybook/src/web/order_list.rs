//! A page of the orders behind a figure.

use order_model::{OrderStatus, Platform};

use super::address::encoded;
use super::asked::Asked;
use super::words::platform_status;
use crate::http::Problem;
use crate::report::{Cursor, OrderPage, OrderRow};

/// Orders of a page.
pub const LIMIT: u32 = 50;

/// A list of orders, newest first.
pub struct OrderList {
    pub rows: Vec<OrderLink>,
    pub next: Option<String>,
    pub newest: Option<String>,
}

/// An order in a list.
pub struct OrderLink {
    pub code: String,
    pub href: String,
    pub platform: &'static str,
    pub platform_name: &'static str,
    pub time: String,
    pub status: &'static str,
    pub status_name: &'static str,
    pub platform_status: String,
    pub region: String,
    pub total: String,
    pub discount: String,
    pub paid: String,
}

/// Where the address says that a list goes on.
///
/// # Errors
/// The address was not made by an earlier page.
pub fn cursor(asked: &Asked) -> Result<Option<Cursor>, Problem> {
    let cursor = asked.query.cursor.as_deref();
    cursor
        .map(|text| {
            let cursor = text.parse::<Cursor>();
            cursor.map_err(|error| Problem::parameter("cursor", error.to_string()))
        })
        .transpose()
}

impl OrderList {
    /// Shows a page; for a category, amounts are its parts of the orders.
    ///
    /// `here` is the address of the list from its beginning.
    pub fn new(asked: &Asked, page: OrderPage, here: &str) -> Self {
        let joint = if here.contains('?') { '&' } else { '?' };
        Self {
            next: page
                .next
                .map(|next| format!("{here}{joint}cursor={}#orders", encoded(&next.to_string()))),
            newest: asked
                .query
                .cursor
                .is_some()
                .then(|| format!("{here}#orders")),
            rows: page
                .orders
                .iter()
                .filter_map(|order| OrderLink::new(asked, order))
                .collect(),
        }
    }
}

impl OrderLink {
    fn new(asked: &Asked, order: &OrderRow) -> Option<Self> {
        let platform: Platform = order.platform.parse().ok()?;
        let status = status(&order.status);
        let amounts = match &order.part {
            Some(part) => [part.total_amount, part.discount_amount, part.final_amount],
            None => [
                order.total_amount,
                order.discount_amount,
                order.final_amount,
            ],
        };
        let [total, discount, paid] = amounts.map(|amount| asked.format.amount(amount));
        Some(Self {
            href: order_href(platform, &order.order_code),
            code: order.order_code.clone(),
            platform: platform.as_str(),
            platform_name: platform.display_name(),
            time: format!(
                "{} {}",
                asked.format.time(order.order_date),
                asked.format.short_date(order.order_date.date())
            ),
            status: status.as_str(),
            status_name: asked.words.status(status),
            platform_status: marketplace_status(asked, platform, order.platform_status.as_deref()),
            region: order
                .region
                .clone()
                .unwrap_or_else(|| asked.words.unknown.to_owned()),
            total,
            discount,
            paid,
        })
    }
}

/// The page of an order.
pub fn order_href(platform: Platform, code: &str) -> String {
    format!("/orders/{platform}/{}", encoded(code))
}

/// A status of ours.
pub fn status(word: &str) -> OrderStatus {
    match word {
        "completed" => OrderStatus::Completed,
        "cancelled" => OrderStatus::Cancelled,
        _ => OrderStatus::Pending,
    }
}

/// The marketplace's word, with what sellers call it.
pub fn marketplace_status(asked: &Asked, platform: Platform, word: Option<&str>) -> String {
    let Some(word) = word else {
        return "—".to_owned();
    };
    match platform_status(asked.lang(), platform, word) {
        Some(called) => format!("{called} ({word})"),
        None => word.to_owned(),
    }
}
