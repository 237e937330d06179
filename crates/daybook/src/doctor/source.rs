//! Checks of the source: reachable, readable, and indexed for polling.

use super::Finding;
use crate::config::Config;
use crate::error::Error;
use crate::source::Source;

pub(super) async fn examine(config: &Config) -> Vec<Finding> {
    let source = match config.source() {
        Ok(url) => Source::open(config, url).await.map_err(Error::from),
        Err(error) => Err(error.into()),
    };
    let source = match source {
        Ok(source) => source,
        Err(error) => return vec![Finding::error(&error)],
    };
    let mut findings: Vec<_> = source
        .streams()
        .iter()
        .map(|stream| {
            Finding::ok(format!(
                "source: {} holds {}",
                stream.label,
                stream.content.describe()
            ))
        })
        .collect();
    if let Source::Mongo(mongo) = &source {
        match mongo.index_advice().await {
            Ok(advice) => findings.extend(advice.into_iter().map(|advice| {
                Finding::check(
                    advice.present,
                    format!(
                        "source: {} has an index on {}",
                        advice.collection, advice.field
                    ),
                    format!(
                        "source: {} has no index on {}: every poll reads the whole collection",
                        advice.collection, advice.field
                    ),
                    &format!(
                        "db.{}.createIndex({{ {}: 1 }})",
                        advice.collection, advice.field
                    ),
                )
            })),
            Err(error) => findings.push(Finding::error(&error.into())),
        }
    }
    findings
}
