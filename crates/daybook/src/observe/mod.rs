//! What a person sees while a command works: log lines and progress, all on stderr.

mod logging;
pub mod meters;
mod progress;

pub use self::logging::{LogFormat, start_logging};
pub use self::progress::Progress;
