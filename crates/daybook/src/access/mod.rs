//! Who may do what: identities, roles, and the guard before every route.

mod identity;

use axum::Router;

pub use self::identity::{Admin, Identity, Operator, Role, Viewer};
use crate::http::HttpState;

/// Puts the guard before all routes: whoever asks is known in every one of them.
pub fn guard(routes: Router<HttpState>, _state: &HttpState) -> Router<HttpState> {
    routes.layer(axum::middleware::from_fn(identity::identify))
}
