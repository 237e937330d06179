//! Arguments of routes that say who may call them.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;

use super::{Identity, Role};
use crate::http::Problem;

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
        None | Some(Identity::Loopback) => Err(login_required()),
        Some(_) => Err(forbidden(format!("This needs the role {role}."))),
    }
}

/// What somebody is told whose role does not suffice.
pub(super) fn forbidden(detail: impl Into<String>) -> Problem {
    Problem::new(
        StatusCode::FORBIDDEN,
        "forbidden",
        "Your role does not allow this",
        detail,
    )
    .with_hint("ask an admin")
}

/// What somebody is told who is not known.
pub(super) fn login_required() -> Problem {
    Problem::new(
        StatusCode::UNAUTHORIZED,
        "login-required",
        "A login is needed",
        "This is for people who are logged in, and for programs with an API token.",
    )
    .with_hint("log in at /login, or send Authorization: Bearer with a token")
}

/// What a page puts into its forms (field `csrf`) and into a `<meta name="csrf-token">` for its scripts (header
/// `x-csrf-token`). Empty for whoever is not logged in with a browser.
#[derive(Debug, Clone)]
pub struct CsrfToken(pub String);

impl<S: Send + Sync> FromRequestParts<S> for CsrfToken {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let identity = parts.extensions.get::<Identity>();
        Ok(Self(
            identity.and_then(Identity::csrf_token).unwrap_or_default(),
        ))
    }
}
