//! A PostgreSQL server of one's own, from the machine's installed binaries: in a folder of its own, on a free port of
//! 127.0.0.1, with a password of its own.
//!
//! [`LocalPostgres::open`] makes the folder when it is absent, starts the server when it is not running, and returns
//! when it accepts connections. What the databases hold is left to the caller, and so is connecting: there is no
//! client in here. All calls block.
//!
//! A folder looks like this:
//!
//! ```text
//! data/             the data folder of PostgreSQL
//! password          of the superuser `daybook`; readable by the server's user alone
//! port              the port it was last started on, taken again when it is free
//! postgresql.log    what the server prints
//! lock              held while somebody makes or starts the server
//! ```

mod account;
mod binaries;
mod cluster;
mod error;
mod folder;
mod password;
mod pid_file;
mod process;
mod server;
mod template;
mod watchdog;

pub use self::account::is_root;
pub use self::error::Error;
pub use self::server::{Lifetime, LocalPostgres, Options, Running, StopMode};
pub use self::template::user_template_cache;
pub use self::watchdog::Watchdog;
