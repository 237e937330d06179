//! What can go wrong with users and tokens.

use axum::http::StatusCode;

use crate::db::DatabaseError;
use crate::http::Problem;

/// Something about users or tokens was not done.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// PostgreSQL.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The name cannot be one.
    #[error(
        "{0:?} is no user name: 1 to 64 letters, digits, dots, hyphens, underscores or @, beginning with a letter or digit"
    )]
    UserName(String),
    /// The name is taken.
    #[error("there is a user {0:?} already")]
    UserExists(String),
    /// There is no such user.
    #[error("there is no user {0:?}")]
    NoSuchUser(String),
    /// Nobody could manage users any more.
    #[error("{0:?} is the last admin who is enabled")]
    LastAdmin(String),
    /// The password cannot be taken.
    #[error("the password {0}")]
    Password(String),
    /// Too many passwords are being looked at.
    #[error("too many logins are waiting")]
    Busy,
    /// The token's name cannot be one.
    #[error("a token's name has 1 to 100 characters")]
    TokenName,
    /// There is no such token, or it is revoked already.
    #[error("there is no token {0} that could be revoked")]
    NoSuchToken(i64),
    /// Nobody could log in.
    #[error("no admin is enabled, so nobody could log in")]
    NoAdmin,
}

impl AccessError {
    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Database(error) => error.hint(),
            Self::UserName(_) => "choose another name".to_owned(),
            Self::UserExists(name) => {
                format!("`daybook user password {name}` sets a new password, `daybook user role {name}` another role")
            }
            Self::NoSuchUser(_) => "`daybook user list` shows all".to_owned(),
            Self::LastAdmin(_) => "make somebody else an admin first".to_owned(),
            Self::Password(_) => "choose another one".to_owned(),
            Self::Busy => "try again in a few seconds".to_owned(),
            Self::TokenName => "say in a few words what it is for".to_owned(),
            Self::NoSuchToken(_) => "`daybook token list` shows all".to_owned(),
            Self::NoAdmin => {
                "add one: `daybook user add NAME --role admin`; or listen on 127.0.0.1, where reading needs no login"
                    .to_owned()
            }
        }
    }
}

impl From<AccessError> for Problem {
    fn from(error: AccessError) -> Self {
        let detail = error.to_string();
        match error {
            AccessError::Database(error) => error.into(),
            AccessError::UserName(_) => Self::parameter("name", detail),
            AccessError::TokenName => Self::parameter("name", detail),
            AccessError::Password(why) => Self::parameter("password", why),
            AccessError::NoSuchUser(_) | AccessError::NoSuchToken(_) => {
                Self::not_found(format!("{detail}."))
            }
            AccessError::Busy => busy(),
            AccessError::UserExists(_) | AccessError::LastAdmin(_) | AccessError::NoAdmin => {
                Self::new(
                    StatusCode::CONFLICT,
                    "conflict",
                    "That does not fit with what is there",
                    format!("{detail}."),
                )
            }
        }
    }
}

/// What somebody is told while too many passwords are being looked at.
pub(super) fn busy() -> Problem {
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "busy",
        "Too many logins at once",
        "Too many passwords are being looked at; nothing was changed.",
    )
    .retry_after(3)
}
