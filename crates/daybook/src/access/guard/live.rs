//! Live answers outlast the moment at which they were allowed: they end when whoever asked may no longer read.

use std::time::Duration;

use axum::body::Body;
use axum::http::header;
use axum::response::Response;
use futures_util::StreamExt;

use crate::access::{Identity, session, tokens};
use crate::db::DatabaseError;
use crate::http::HttpState;

/// How often it is looked whether a login or a token still holds.
const LOOK_EVERY: Duration = Duration::from_secs(15);

/// Lets a live answer end with the login or the token that it was asked for with. Other answers stay as they are.
pub fn end_with_identity(
    response: Response,
    state: &HttpState,
    identity: Option<Identity>,
) -> Response {
    let Some(identity) = identity.filter(|_| is_live(&response)) else {
        return response;
    };
    let state = state.clone();
    response.map(|body| {
        let ended = Box::pin(async move { while still_holds(&state, &identity).await {} });
        Body::from_stream(body.into_data_stream().take_until(ended))
    })
}

fn is_live(response: &Response) -> bool {
    response
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| kind.starts_with("text/event-stream"))
}

/// Waits a while and looks. A database that does not answer ends nothing: it does not tell anything new either.
async fn still_holds(state: &HttpState, identity: &Identity) -> bool {
    tokio::time::sleep(LOOK_EVERY).await;
    match look(state, identity).await {
        Ok(holds) => holds,
        Err(error) => {
            tracing::debug!(%error, "it could not be looked whether a login still holds");
            true
        }
    }
}

async fn look(state: &HttpState, identity: &Identity) -> Result<bool, DatabaseError> {
    let now = state.app.clock.now();
    match identity {
        Identity::User { session, .. } => {
            session::holds(&**state.client().await?, session, now).await
        }
        Identity::Token { id, .. } => tokens::holds(&**state.client().await?, *id, now).await,
        Identity::Loopback | Identity::CommandLine { .. } => Ok(true),
    }
}
