//! Who asks.

use std::net::IpAddr;

use super::Role;
use super::session::Session;

/// Who asks, or acts. Whoever is not known has none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identity {
    /// Nobody in particular, on loopback, where reading is open.
    Loopback,
    /// Somebody who is logged in with a browser.
    User {
        /// Number of the user.
        id: i64,
        /// Name.
        name: String,
        /// Role.
        role: Role,
        /// Where the request comes from.
        address: IpAddr,
        /// The login.
        session: Session,
    },
    /// A program with an API token.
    Token {
        /// Number of the token.
        id: i64,
        /// What it is for.
        name: String,
        /// The lesser of the token's role and its owner's.
        role: Role,
        /// Number and name of the user who created it; `None`: created on the command line.
        owner: Option<(i64, String)>,
        /// Where the request comes from.
        address: IpAddr,
    },
    /// Whoever runs a command of the program, and so has the database's URL.
    CommandLine {
        /// The account in the operating system, as its environment says.
        account: String,
    },
}

impl Identity {
    /// Whoever runs this process.
    pub fn command_line() -> Self {
        let account = ["USER", "LOGNAME"]
            .iter()
            .find_map(|name| std::env::var(name).ok());
        Self::CommandLine {
            account: account.unwrap_or_else(|| "unknown".to_owned()),
        }
    }

    /// What whoever asks may do.
    pub fn role(&self) -> Role {
        match self {
            Self::Loopback => Role::Viewer,
            Self::User { role, .. } | Self::Token { role, .. } => *role,
            Self::CommandLine { .. } => Role::Admin,
        }
    }

    /// The name to show; `None` for nobody in particular.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Loopback => None,
            Self::User { name, .. } | Self::Token { name, .. } => Some(name),
            Self::CommandLine { account } => Some(account),
        }
    }

    /// A token for forms and scripts of this login; another text each time, so that compressed pages do not give it
    /// away. `None` for whoever needs none: programs, and those who may only read.
    pub fn csrf_token(&self) -> Option<String> {
        match self {
            Self::User { session, .. } => Some(session.csrf.token()),
            _ => None,
        }
    }
}
