//! Who may do what: identities, roles, and the guard before every route.
//!
//! The way of a request: [`guard`] looks at where it comes from (its host, its origin, proxies), finds out who asks (a
//! session's cookie, an API token, or nobody in particular on loopback), and lets it go on or not. The route says by its
//! arguments ([`Viewer`], [`Operator`], [`Admin`]) what role it needs, and writes what it does into the log of actions
//! ([`record`]). `docs/access.md` tells all this to users.

mod api;
mod attempts;
mod bi_role;
mod error;
mod guard;
mod housekeeping;
mod identity;
mod log;
mod login;
mod password;
mod random;
mod require;
mod role;
mod session;
mod start;
pub(crate) mod tokens;
pub(crate) mod users;

use axum::Router;

pub use self::api::AccessApi;
pub(crate) use self::api::{WantedToken, change, create_token, revoke_token, tokens_of};
pub use self::bi_role::{BiRole, apply_bi_roles};
pub use self::error::AccessError;
pub use self::guard::guard;
pub use self::housekeeping::forget_ended;
pub use self::identity::Identity;
pub use self::log::{Outcome, record};
pub use self::require::{Admin, CsrfToken, Operator, Viewer};
pub use self::role::Role;
pub use self::session::Session;
pub use self::start::check_start;
use crate::http::HttpState;

/// `/login`, `/logout`, and the API of users, tokens and the log of actions.
pub fn routes() -> Router<HttpState> {
    login::routes().nest("/api/v1", api::routes())
}
