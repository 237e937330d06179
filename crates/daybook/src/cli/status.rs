//! `daybook status`: how everything stands.

use clap::Args;

use super::Exit;
use super::output::Output;
use super::table::{count, plural, render, table};
use crate::app::App;
use crate::db;
use crate::error::Error;
use crate::status::{self, Status as State};

/// Show lag per stream, the queue, the last runs, quarantine, and what needs a person
#[derive(Debug, Args)]
pub struct Status {}

impl Status {
    pub async fn run(self, app: &App, output: &Output) -> Result<Exit, Error> {
        let mut client = app.connect().await?;
        let client = db::snapshot(&mut client).await?;
        let schema = db::schema_state(&client).await?.require_current()?;
        let zone_name = &app.config.business.zone_name;
        let thresholds = &app.config.alerts.thresholds;
        let state = status::read(&client, schema, zone_name, &app.clock, thresholds).await?;
        output.print(&state, |state| text(state, app));
        Ok(Exit::needs_person(!state.attention.is_empty()))
    }
}

fn text(state: &State, app: &App) -> String {
    let shown = |instant: jiff::Timestamp| {
        instant
            .to_zoned(app.clock.zone().clone())
            .strftime("%Y-%m-%d %H:%M:%S")
            .to_string()
    };
    let mut lines = vec![format!(
        "daybook {}   schema {}, current   {}   {}   as of {}",
        state.version,
        state.schema,
        state.statistics_mode,
        state.time_zone,
        shown(state.as_of)
    )];
    if state.streams.is_empty() {
        lines.push("nothing has been loaded yet".to_owned());
    } else {
        let header = [
            "platform",
            "stream",
            "newest document",
            "complete through",
            "lag",
        ];
        let mut streams = table(&header, &[0, 1, 2, 3]);
        for stream in &state.streams {
            streams.add_row([
                stream
                    .platform
                    .clone()
                    .unwrap_or_else(|| "several".to_owned()),
                stream
                    .stream
                    .rsplit(['/', '.'])
                    .next()
                    .unwrap_or_default()
                    .to_owned(),
                stream.newest_document.map(shown).unwrap_or_default(),
                stream.complete_through.map(shown).unwrap_or_default(),
                stream.lag_seconds.map(age).unwrap_or_default(),
            ]);
        }
        lines.push(render(&streams));
    }
    let today: Vec<_> = state
        .orders_today
        .iter()
        .map(|(platform, orders)| format!("{platform} {}", count(*orders)))
        .collect();
    lines.push(format!(
        "orders today: {}   journal {}{}   queue {}   quarantine {} open",
        if today.is_empty() {
            "none".to_owned()
        } else {
            today.join(", ")
        },
        plural(state.journal_entries, "entry", "entries"),
        state
            .journal_oldest_seconds
            .map(|seconds| format!(", oldest {}", age(seconds)))
            .unwrap_or_default(),
        plural(state.queue_days, "day", "days"),
        count(state.quarantined),
    ));
    if !state.runs.is_empty() {
        let mut runs = table(
            &["run", "command", "started", "took", "outcome"],
            &[1, 2, 4],
        );
        for run in state.runs.iter().take(5) {
            let took = run
                .finished_at
                .map(|end| age(end.duration_since(run.started_at).as_secs_f64()));
            runs.add_row([
                run.id.to_string(),
                run.command.clone(),
                shown(run.started_at),
                took.unwrap_or_default(),
                run.outcome
                    .clone()
                    .unwrap_or_else(|| "running, or killed".to_owned()),
            ]);
        }
        lines.push(render(&runs));
    }
    for attention in &state.attention {
        lines.push(format!("attention: {}", attention.message));
        lines.push(format!("  hint: {}", attention.hint));
    }
    lines.join("\n")
}

/// Seconds as people say them.
fn age(seconds: f64) -> String {
    match seconds as u64 {
        whole @ 0..60 => format!("{:.1} s", if whole == 0 { seconds } else { whole as f64 }),
        whole @ 60..3_600 => format!("{} min", whole / 60),
        whole @ 3_600..172_800 => format!("{} h {} min", whole / 3_600, whole % 3_600 / 60),
        whole => format!("{} days", whole / 86_400),
    }
}
