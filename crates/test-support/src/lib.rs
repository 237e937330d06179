//! Real servers, for tests only: PostgreSQL from the machine's binaries, and MongoDB or what is compatible with it.
//!
//! Every test process has servers of its own, and every test a database of its own. The servers end with the process,
//! however it ends. What is missing is a panic that names `scripts/setup`: no test passes by being left out.

mod connection_url;
mod folder;
mod free_port;
mod mongo;
mod mongo_server;
mod nth_call;
mod pooler;
mod postgres;
mod proxy;
mod small_disk;
pub mod three_years;

pub use self::mongo::{CrashingMongo, TestMongo};
pub use self::nth_call::{Fault, NthCall};
pub use self::pooler::Pooler;
pub use self::postgres::{CrashingDatabase, TestDatabase};
pub use self::proxy::CuttingProxy;
pub use self::small_disk::SmallDisk;
