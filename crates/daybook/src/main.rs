//! The `daybook` program: parse, run one command, turn the result into an exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    daybook::cli::main()
}
