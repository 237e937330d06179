//! The types of an order's row in one database.

use std::collections::HashMap;

use tokio_postgres::types::{Field, Kind, Oid, Type};
use tokio_postgres::{Error, GenericClient};

use super::order_row;

/// The types that a load writes, under the numbers that one database has for them: every database has its own for `order_line`,
/// `order_version` and `incoming_order`. Asked for once, not with every batch.
pub struct OrderTypes {
    /// Of the columns of an order's row, in their order.
    pub(super) columns: Vec<Type>,
    /// An array of versions.
    pub(super) versions: Type,
    incoming: Type,
}

/// A composite type and that of its arrays.
struct Composite {
    one: Type,
    array: Type,
}

impl OrderTypes {
    /// Asks the database.
    ///
    /// # Errors
    /// PostgreSQL refuses.
    ///
    /// # Panics
    /// The schema is not that of this program, which every command checks before.
    pub async fn of(client: &impl GenericClient) -> Result<Self, Error> {
        let rows = client
            .query_typed(include_str!("composite_types.sql"), &[])
            .await?;
        let mut told: HashMap<&str, _> = rows
            .iter()
            .map(|row| (row.get::<_, &str>("name"), row))
            .collect();
        let mut named = |name: &str, known: &[&Composite]| {
            let row = told.remove(name).expect("the schema has the type");
            let fields = row.get::<_, Vec<Oid>>("fields").into_iter();
            let names: Vec<String> = row.get("names");
            let fields = fields
                .zip(names)
                .map(|(oid, name)| Field::new(name, field_type(oid, known)));
            Composite::new(name, row.get("oid"), row.get("typarray"), fields.collect())
        };
        let line = named("order_line", &[]);
        let version = named("order_version", &[]);
        let incoming = named("incoming_order", &[&line, &version]);
        Ok(Self {
            columns: order_row::types(&line.array, &version.one),
            versions: version.array,
            incoming: incoming.array,
        })
    }

    /// An array of orders, each one a row: what [`Incoming`](super::Incoming) is written as.
    pub fn incoming(&self) -> Type {
        self.incoming.clone()
    }
}

impl Composite {
    fn new(name: &str, oid: Oid, array: Oid, fields: Vec<Field>) -> Self {
        let named = |name, oid, kind| Type::new(name, oid, kind, String::new());
        let one = named(name.to_owned(), oid, Kind::Composite(fields));
        let array = named(format!("_{name}"), array, Kind::Array(one.clone()));
        Self { one, array }
    }
}

/// The type of a field: PostgreSQL's own, one of those known, or the domain of the amounts of lines, which is no other.
fn field_type(oid: Oid, known: &[&Composite]) -> Type {
    let mut known = known.iter().flat_map(|known| [&known.one, &known.array]);
    Type::from_oid(oid)
        .or_else(|| known.find(|ty| ty.oid() == oid).cloned())
        .unwrap_or_else(|| {
            let amount = Kind::Domain(Type::NUMERIC);
            Type::new("line_amount".to_owned(), oid, amount, String::new())
        })
}
