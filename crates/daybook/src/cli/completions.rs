//! `daybook completions`: for bash, zsh, fish and others.

use clap::Args;
use clap_complete::Shell;

use super::Exit;

/// Print a script that completes commands and flags in a shell
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    pub fn run(self, cli: &mut clap::Command) -> Exit {
        clap_complete::generate(self.shell, cli, "daybook", &mut std::io::stdout());
        Exit::Clean
    }
}
