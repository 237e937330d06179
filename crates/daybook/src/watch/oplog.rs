//! How much of MongoDB's oplog is left behind the places that were read to.

use jiff::Timestamp;

use super::figures::StreamFigures;
use crate::config::{Config, SourceUrl};
use crate::source::SourceError;
use crate::source::mongo::oplog::Oplog as Server;

/// What is known about the oplog.
#[derive(Debug, Clone, Default)]
pub struct Oplog {
    /// Streams it belongs to begin with this; and when its oldest entry was made.
    start: Option<(String, Timestamp)>,
}

impl Oplog {
    /// An oplog of the streams whose names begin with `identity`.
    pub fn starting(identity: impl Into<String>, at: Timestamp) -> Self {
        Self {
            start: Some((identity.into(), at)),
        }
    }

    /// When the oldest entry was made, where there is an oplog to be seen.
    pub fn start(&self) -> Option<Timestamp> {
        self.start.as_ref().map(|(_, at)| *at)
    }

    /// Seconds between the oplog's start and the place a stream was read to; negative when the place is lost. Nothing for
    /// streams that do not follow this oplog.
    pub fn remaining(&self, stream: &StreamFigures) -> Option<f64> {
        let (identity, start) = self.start.as_ref()?;
        let place = stream.followed_to?;
        let rest = stream.stream.strip_prefix(identity.as_str())?;
        rest.starts_with('.')
            .then(|| place.duration_since(*start).as_secs_f64())
    }
}

/// Looks at the oplog of the configured source. It connects once.
#[derive(Default)]
pub(super) struct OplogLook {
    server: Option<Server>,
}

impl OplogLook {
    /// What is known now; nothing to be known for a source that is no MongoDB, or does not show its oplog, or has dropped nothing
    /// from it yet.
    pub async fn look(&mut self, config: &Config) -> Result<Oplog, SourceError> {
        let Some(SourceUrl::Mongo(uri)) = &config.source else {
            return Ok(Oplog::default());
        };
        let server = match self.server.take() {
            Some(server) => server,
            None => Server::open(uri).await?,
        };
        let start = server.start().await?;
        let known = start.map_or_else(Oplog::default, |at| Oplog::starting(server.identity(), at));
        self.server = Some(server);
        Ok(known)
    }
}
