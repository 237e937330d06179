//! The service: everything that runs in production, in one process.

use std::sync::Arc;

use crate::app::App;
use crate::db::Pool;
use crate::error::Error;
use crate::follow::Stop;
use crate::http::{self, HttpState};
use crate::watch::Watch;

/// Serves until it is told to stop. `listening` learns the address once requests are answered.
///
/// # Errors
/// The address cannot be listened on, or the database must not be worked on.
pub async fn serve(
    app: Arc<App>,
    stop: Stop,
    listening: impl FnOnce(std::net::SocketAddr),
) -> Result<(), Error> {
    app.connect().await?;
    let address = app.config.serve.listen;
    let unusable = |source| Error::Listen { address, source };
    let listener = tokio::net::TcpListener::bind(address)
        .await
        .map_err(unusable)?;
    listening(listener.local_addr().map_err(unusable)?);
    let state = HttpState {
        pool: Pool::new(&app.database, app.config.serve.connections),
        watch: Watch::new(&app.config),
        app,
        stop: stop.clone(),
    };
    axum::serve(listener, http::router(state))
        .with_graceful_shutdown(async move { stop.due().await })
        .await
        .map_err(unusable)
}
