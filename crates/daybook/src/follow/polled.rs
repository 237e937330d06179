//! Following a server without change streams: ordinary passes, again and again.

use std::sync::Mutex;

use super::{Follow, Progress, Stop};
use crate::error::Error;
use crate::pipeline;
use crate::source::SourceError;

/// Polls until it is time to stop, and says why it has to.
pub async fn poll(
    follow: &Follow<'_>,
    stop: &Stop,
    progress: &Mutex<Progress>,
    reason: &SourceError,
) -> Result<(), Error> {
    tracing::warn!(
        reason = %reason,
        "this server has no change streams; polling every {:?} instead. A replica set, even of one member, has them",
        follow.pace.poll_every
    );
    loop {
        let (app, selection) = (follow.app, follow.selection);
        let pass = pipeline::sync(app, follow.source, selection, follow.run, &|_| {});
        let Some(reports) = stop.or(pass).await else {
            return Ok(());
        };
        follow.take(reports?, progress)?;
        if stop
            .or(tokio::time::sleep(follow.pace.poll_every))
            .await
            .is_none()
        {
            return Ok(());
        }
    }
}
