//! What must hold before the service listens.

use std::net::SocketAddr;

use super::error::AccessError;
use super::guard::Mode;
use super::users;
use crate::app::App;
use crate::error::Error;

/// Refuses to serve where everybody has to log in and nobody can: there is no default password. `address` is where the
/// service is about to listen.
///
/// # Errors
/// No admin is enabled, or the database cannot be read.
pub async fn check_start(
    app: &App,
    client: &tokio_postgres::Client,
    address: SocketAddr,
) -> Result<(), Error> {
    if Mode::of(&app.config) == Mode::Closed
        && !users::has_admin(client).await.map_err(AccessError::from)?
    {
        return Err(AccessError::NoAdmin.into());
    }
    if !address.ip().is_loopback() {
        tracing::warn!(
            "browsers keep no login over plain HTTP: people have to come through a reverse proxy that terminates TLS \
             (docs/access.md); API tokens work, but can be read on the way"
        );
    }
    Ok(())
}
