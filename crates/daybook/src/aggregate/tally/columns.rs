//! What orders add to buckets, as PostgreSQL is told it.

use tokio_postgres::types::{ToSql, Type};

use super::keys::Bucket;
use super::{Group, Sums};
use crate::db::OpenDate;

/// The arrays that `told_buckets()` takes: an element each for what the orders of a group add to a bucket.
#[derive(Debug, Default)]
pub struct Columns {
    days: Vec<OpenDate>,
    platforms: Vec<String>,
    statuses: Vec<String>,
    grains: Vec<String>,
    keys: Vec<String>,
    orders: Vec<i64>,
    total_amounts: Vec<String>,
    discount_amounts: Vec<String>,
    final_amounts: Vec<String>,
}

impl Columns {
    pub(super) fn push(&mut self, group: &Group, bucket: &Bucket, sums: Sums) {
        self.days.push(group.stat_date);
        self.platforms.push(group.platform.clone());
        self.statuses.push(group.status.clone());
        self.grains.push(bucket.grain.clone());
        self.keys.push(literal(&bucket.key));
        self.orders.push(sums.orders);
        self.total_amounts.push(decimal(sums.total_amount));
        self.discount_amounts.push(decimal(sums.discount_amount));
        self.final_amounts.push(decimal(sums.final_amount));
    }

    /// The first nine parameters of a statement, and what comes behind them.
    pub fn parameters<'a>(
        &'a self,
        others: &[(&'a (dyn ToSql + Sync), Type)],
    ) -> Vec<(&'a (dyn ToSql + Sync), Type)> {
        let mut parameters: Vec<(&'a (dyn ToSql + Sync), Type)> = vec![
            (&self.days, Type::DATE_ARRAY),
            (&self.platforms, Type::TEXT_ARRAY),
            (&self.statuses, Type::TEXT_ARRAY),
            (&self.grains, Type::TEXT_ARRAY),
            (&self.keys, Type::TEXT_ARRAY),
            (&self.orders, Type::INT8_ARRAY),
            (&self.total_amounts, Type::TEXT_ARRAY),
            (&self.discount_amounts, Type::TEXT_ARRAY),
            (&self.final_amounts, Type::TEXT_ARRAY),
        ];
        parameters.extend_from_slice(others);
        parameters
    }
}

/// A `text[]` in PostgreSQL's text form.
pub(super) fn literal(texts: &[Option<String>]) -> String {
    let elements: Vec<String> = texts
        .iter()
        .map(|text| match text {
            Some(text) => format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")),
            None => "NULL".to_owned(),
        })
        .collect();
    format!("{{{}}}", elements.join(","))
}

/// An amount in hundredths as a numeric in text form.
fn decimal(hundredths: i128) -> String {
    let sign = if hundredths < 0 { "-" } else { "" };
    let rest = hundredths.unsigned_abs();
    format!("{sign}{}.{:02}", rest / 100, rest % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_are_written_so_that_postgresql_reads_the_same() {
        let texts = [None, Some("a\"b\\c".to_owned()), Some(String::new())];
        assert_eq!(literal(&texts), r#"{NULL,"a\"b\\c",""}"#);
        assert_eq!(literal(&[]), "{}");
    }

    #[test]
    fn amounts_are_written_with_two_decimals() {
        assert_eq!(decimal(-5), "-0.05");
        assert_eq!(decimal(123_456_789), "1234567.89");
        assert_eq!(decimal(i128::from(i64::MAX) * 10), "922337203685477580.70");
    }
}
