//! What the benchmarks of `daybook sync` begin with.

use daybook::app::App;
use daybook::config::{Config, Overrides, setting};
use daybook::runs::{self, RunId};
use daybook::source::Source;

/// Opens a source, and begins a run that reads from it.
pub async fn begin(app: &App, source_url: String) -> anyhow::Result<(Source, RunId)> {
    let overrides = Overrides {
        file: None,
        flags: vec![(&setting::SOURCE_URL, source_url)],
    };
    let config = Config::load(&overrides, std::iter::empty())?;
    let source = Source::open(&config, config.source()?).await?;
    let run = runs::start(&app.database.connect().await?, "sync", app.clock.now()).await?;
    Ok((source, run))
}
