//! Who asks, as routes see it.

use axum::extract::{FromRequestParts, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::Response;
use serde::Serialize;

use crate::http::Problem;

/// What somebody may do. Each role may do all that those before it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Read every figure and every page.
    Viewer,
    /// Start runs, repair, replay.
    Operator,
    /// Manage users, tokens and alert channels.
    Admin,
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identity {
    /// Nobody in particular, on loopback, where reading is open.
    Loopback,
    /// Somebody who is logged in.
    User {
        /// Name.
        name: String,
        /// Role.
        role: Role,
    },
}

impl Identity {
    /// Who asks, as the runs and the log of actions say it.
    pub fn name(&self) -> &str {
        match self {
            Self::Loopback => "loopback",
            Self::User { name, .. } => name,
        }
    }

    /// What whoever asks may do.
    pub fn role(&self) -> Role {
        match self {
            Self::Loopback => Role::Viewer,
            Self::User { role, .. } => *role,
        }
    }
}

/// Finds out who asks.
pub async fn identify(mut request: Request, next: Next) -> Response {
    request.extensions_mut().insert(Identity::Loopback);
    next.run(request).await
}

macro_rules! requirements {
    ($($(#[$doc:meta])* $name:ident: $role:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone)]
        pub struct $name(pub Identity);

        impl<S: Send + Sync> FromRequestParts<S> for $name {
            type Rejection = Problem;

            async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
                require(parts, $role).map(Self)
            }
        }
    )*};
}

requirements! {
    /// A route that takes this as an argument is for everybody who may read.
    Viewer: Role::Viewer;
    /// A route that takes this as an argument is for operators and admins.
    Operator: Role::Operator;
    /// A route that takes this as an argument is for admins.
    Admin: Role::Admin;
}

fn require(parts: &Parts, role: Role) -> Result<Identity, Problem> {
    match parts.extensions.get::<Identity>() {
        Some(identity) if identity.role() >= role => Ok(identity.clone()),
        Some(Identity::User { .. }) => Err(Problem::new(
            StatusCode::FORBIDDEN,
            "forbidden",
            "Your role does not allow this",
            "This needs another role than yours.",
        )
        .with_hint("ask an admin")),
        _ => Err(Problem::new(
            StatusCode::UNAUTHORIZED,
            "login-required",
            "A login is needed",
            "This is for people who are logged in.",
        )),
    }
}
