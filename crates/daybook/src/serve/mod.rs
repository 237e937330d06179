//! The service: everything that runs in production, in one process. Any number of processes may run; one of them leads and
//! does the work, all of them answer requests.

mod jobs;
mod leader;
mod listener;
mod shares;

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::access;
use crate::app::App;
use crate::db::Pool;
use crate::error::Error;
use crate::follow::Stop;
use crate::http::{self, HttpState};
use crate::watch::Watch;

pub use self::jobs::review;
pub use self::leader::Leading;

/// Serves until it is told to stop. `listening` learns the address once requests are answered.
///
/// # Errors
/// The address cannot be listened on, or the database must not be worked on.
pub async fn serve(
    app: Arc<App>,
    stop: Stop,
    listening: impl FnOnce(SocketAddr),
) -> Result<(), Error> {
    let client = app.connect().await?;
    let address = app.config.serve.listen;
    access::check_start(&app, &client, address).await?;
    drop(client);
    let unusable = |source| Error::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(unusable)?;
    listening(listener.local_addr().map_err(unusable)?);
    let (lead, leading) = watch::channel(None);
    let watching = Watch::new(&app.config);
    let state = HttpState {
        pool: Pool::new(&app.database, app.config.serve.connections),
        watch: Arc::clone(&watching),
        app: Arc::clone(&app),
        stop: stop.clone(),
        leading,
    };
    let trusted_proxies = app.config.access.trusted_proxies.clone();
    tokio::join!(
        listener::answer(
            listener,
            http::router(state),
            &trusted_proxies,
            stop.clone()
        ),
        leader::lead(app, watching, stop, lead),
    );
    Ok(())
}
