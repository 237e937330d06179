//! A new password: from the terminal, typed twice and not shown, or from standard input.

use std::io::{BufRead, IsTerminal};

use clap::Args;

use crate::error::Error;
use crate::secret::Secret;

/// Where a password comes from.
#[derive(Debug, Args)]
pub struct PasswordSource {
    /// Read the password from the first line of standard input instead of asking on the terminal
    #[arg(long)]
    password_stdin: bool,
}

impl PasswordSource {
    /// Reads a new password. There is none on the command line, where other users of the machine could see it.
    ///
    /// # Errors
    /// There is no terminal, or the two typed passwords differ.
    pub fn read(&self, user: &str) -> Result<Secret, Error> {
        if self.password_stdin {
            let mut line = String::new();
            std::io::stdin()
                .lock()
                .read_line(&mut line)
                .map_err(|error| usage(format!("the password cannot be read: {error}")))?;
            return Ok(Secret::new(line.trim_end_matches(['\r', '\n'])));
        }
        if !std::io::stdin().is_terminal() {
            return Err(usage(
                "there is no terminal to type a password on; give --password-stdin to read it from standard input",
            ));
        }
        let first = ask(&format!("New password for {user}: "))?;
        if first != ask("The same again: ")? {
            return Err(usage("the two passwords differ; nothing was changed"));
        }
        Ok(first)
    }
}

fn ask(question: &str) -> Result<Secret, Error> {
    rpassword::prompt_password(question)
        .map(Secret::new)
        .map_err(|error| usage(format!("the password cannot be read: {error}")))
}

fn usage(message: impl Into<String>) -> Error {
    Error::Usage(message.into())
}
