//! The service: everything that runs in production, in one process.

use std::net::SocketAddr;
use std::sync::Arc;

use crate::access;
use crate::app::App;
use crate::db::Pool;
use crate::error::Error;
use crate::follow::Stop;
use crate::http::{self, HttpState};

/// Serves until it is told to stop. `listening` learns the address once requests are answered.
///
/// # Errors
/// The address cannot be listened on, or the database must not be worked on.
pub async fn serve(
    app: Arc<App>,
    stop: Stop,
    listening: impl FnOnce(std::net::SocketAddr),
) -> Result<(), Error> {
    let client = app.connect().await?;
    let address = app.config.serve.listen;
    access::check_start(&app, &client, address).await?;
    drop(client);
    let unusable = |source| Error::Listen { address, source };
    let listener = tokio::net::TcpListener::bind(address)
        .await
        .map_err(unusable)?;
    listening(listener.local_addr().map_err(unusable)?);
    let state = HttpState {
        pool: Pool::new(&app.database, app.config.serve.connections),
        app,
        stop: stop.clone(),
    };
    // The guard has to know who connects.
    let routes = http::router(state).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, routes)
        .with_graceful_shutdown(async move { stop.due().await })
        .await
        .map_err(unusable)
}
