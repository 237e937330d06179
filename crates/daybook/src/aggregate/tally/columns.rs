//! What orders add to buckets, as PostgreSQL is told it.

use std::error::Error;
use std::fmt::{self, Write};
use std::sync::Arc;

use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

use super::keys::Bucket;
use super::{Group, Sums};
use crate::db::OpenDate;

/// The arrays that `told_buckets()` takes: an element each for what the orders of a group add to a bucket. There may be a hundred
/// thousand of them, so texts are shared.
#[derive(Debug, Default)]
pub struct Columns {
    days: Vec<OpenDate>,
    platforms: Vec<Text>,
    statuses: Vec<Text>,
    grains: Vec<Text>,
    keys: Vec<Text>,
    orders: Vec<i64>,
    total_amounts: Vec<Hundredths>,
    discount_amounts: Vec<Hundredths>,
    final_amounts: Vec<Hundredths>,
}

/// A text that many elements have.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Text(Arc<str>);

/// An amount in hundredths of the currency, which PostgreSQL is told as a numeric in text form.
#[derive(Debug)]
struct Hundredths(i128);

impl Columns {
    pub(super) fn push(&mut self, group: &Group, bucket: &Bucket, sums: Sums) {
        self.days.push(group.stat_date);
        self.platforms.push(group.platform.clone());
        self.statuses.push(group.status.clone());
        self.grains.push(bucket.grain.clone());
        self.keys.push(bucket.key.clone());
        self.orders.push(sums.orders);
        self.total_amounts.push(Hundredths(sums.total_amount));
        self.discount_amounts.push(Hundredths(sums.discount_amount));
        self.final_amounts.push(Hundredths(sums.final_amount));
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

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl ToSql for Text {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        self.as_ref().to_sql(ty, out)
    }

    fn accepts(ty: &Type) -> bool {
        <&str as ToSql>::accepts(ty)
    }

    to_sql_checked!();
}

impl fmt::Display for Hundredths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let rest = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:02}", rest / 100, rest % 100)
    }
}

impl ToSql for Hundredths {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        write!(out, "{self}")?;
        Ok(IsNull::No)
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::TEXT
    }

    to_sql_checked!();
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
        assert_eq!(Hundredths(-5).to_string(), "-0.05");
        assert_eq!(Hundredths(123_456_789).to_string(), "1234567.89");
        let beyond = i128::from(i64::MAX) * 10;
        assert_eq!(Hundredths(beyond).to_string(), "922337203685477580.70");
    }
}
