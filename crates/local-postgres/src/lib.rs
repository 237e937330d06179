//! A PostgreSQL server of one's own, from the machine's installed binaries: in a folder of its own, on a free port of
//! 127.0.0.1. All calls block.

mod account;
mod binaries;
mod error;
mod pid_file;
mod server;

pub use self::account::is_root;
pub use self::binaries::Binaries;
pub use self::error::Error;
pub use self::server::{Lifetime, LocalPostgres, Options};
