//! Exit codes are a contract.

use std::process::ExitCode;

use crate::runs::Outcome;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done, and nothing wrong: 0.
    Clean,
    /// Done, and something needs a person, such as a divergence or a new document in quarantine: 1.
    NeedsPerson,
    /// Not done: 2.
    Failed,
}

impl Exit {
    /// `NeedsPerson` when something does.
    pub fn needs_person(something: bool) -> Self {
        if something {
            Self::NeedsPerson
        } else {
            Self::Clean
        }
    }
}

impl From<Exit> for Outcome {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Clean => Self::Succeeded,
            Exit::NeedsPerson => Self::NeedsAttention,
            Exit::Failed => Self::Failed,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Clean => ExitCode::SUCCESS,
            Exit::NeedsPerson => ExitCode::from(1),
            Exit::Failed => ExitCode::from(2),
        }
    }
}
