//! The `daybook` program: parse, run one command, turn the result into an exit code.

use std::process::ExitCode;

/// A load makes and drops many small values on several threads; with this one they take a fifth less time than with the system's
/// allocator, and no more memory (docs/benchmarks.md).
#[cfg(not(target_env = "msvc"))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    daybook::cli::main()
}
