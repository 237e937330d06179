//! Connections to PostgreSQL, the schema's version, and what an error from the database means for us.

mod connect;
mod error;
mod fence;
mod kept;
mod migrate;
mod moment;
mod money;
mod open_date;
mod order_keys;
mod pool;
mod settings;

pub use self::connect::{Database, public_tls};
pub use self::error::{DatabaseError, is_data_error, is_transient};
pub use self::fence::is_not_leading;
pub use self::kept::kept;
pub use self::migrate::{Migrated, SchemaState, migrate, schema_state};
pub use self::moment::{CivilMoment, Moment};
pub use self::money::Numeric;
pub use self::open_date::OpenDate;
pub use self::order_keys::{OrderKeys, index_of};
pub use self::pool::{Pool, snapshot};
pub use self::settings::{check_business, store_business};
