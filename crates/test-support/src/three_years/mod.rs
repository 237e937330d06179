//! Three years of history, and what is asked about it: what the pages of the dashboard and programs like it ask for, over
//! several ranges.

use jiff::ToSpan;
use jiff::civil::Date;

/// SQL that writes 200,000 orders of the last three years, and the categories of their products.
pub const ORDERS: &str = include_str!("orders.sql");

/// Addresses of the API, over ranges of up to three years before a day.
pub fn questions(today: Date) -> Vec<String> {
    let mut paths = Vec::new();
    for days in [1, 7, 30, 90] {
        let range = range(today, days);
        paths.extend([
            format!("/api/v1/daily?{range}"),
            format!("/api/v1/daily?{range}&platform=shopee"),
            format!("/api/v1/totals?{range}&compare=previous_period"),
            format!("/api/v1/totals?{range}&compare=previous_year"),
            format!("/api/v1/platforms?{range}"),
            format!("/api/v1/shops?{range}"),
            format!("/api/v1/regions?{range}"),
            format!("/api/v1/categories?{range}"),
        ]);
    }
    for days in [180, 365, 1_095] {
        let range = range(today, days);
        paths.extend([
            format!("/api/v1/weekly?{range}"),
            format!("/api/v1/monthly?{range}"),
        ]);
    }
    paths
}

fn range(today: Date, days: i32) -> String {
    format!("from={}&to={today}", today - (days - 1).days())
}
