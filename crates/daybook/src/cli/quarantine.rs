//! `daybook quarantine`: documents that became no order, and why.

use clap::{Args, Subcommand};
use order_model::RejectReason;
use serde::Serialize;

use super::Exit;
use super::output::Output;
use super::table::{count, plural, render, table};
use crate::app::App;
use crate::error::Error;
use crate::quarantine::{self, Filter, Stored};
use crate::runs::Run;
use crate::source::{Content, Source};

/// Documents that could not be normalised, and why
#[derive(Debug, Args)]
pub struct Quarantine {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List entries, newest first
    List {
        #[command(flatten)]
        selection: Selection,
        /// At most so many
        #[arg(long, default_value_t = 50)]
        limit: i64,
    },
    /// Show one entry, and the shape of its document as it is in the source now
    Show {
        /// Number of the entry
        id: i64,
    },
    /// Try entries again, with the documents as they are now and the rules of this version
    Replay {
        #[command(flatten)]
        selection: Selection,
        /// Only this entry
        #[arg(long)]
        id: Option<i64>,
    },
}

#[derive(Debug, Args)]
struct Selection {
    /// Only this marketplace
    #[arg(long, value_name = "NAME")]
    platform: Option<String>,
    /// Only this reason
    #[arg(long)]
    reason: Option<String>,
    /// Only entries that this run saw last
    #[arg(long)]
    run: Option<i64>,
}

impl Selection {
    fn filter(self) -> Filter {
        Filter {
            platform: self.platform,
            reason: self.reason,
            run: self.run,
            ..Filter::default()
        }
    }
}

/// An entry, and what its document looks like now.
#[derive(Debug, Serialize)]
struct Shown {
    #[serde(flatten)]
    entry: Stored,
    explanation: Option<&'static str>,
    /// Whether the source still has the document; `None` when the source could not be asked.
    document_found: Option<bool>,
    /// Key names of the document, without values.
    keys: Vec<String>,
}

impl Quarantine {
    pub async fn run(self, app: &App, output: &Output) -> Result<Exit, Error> {
        match self.action {
            Action::List { selection, limit } => {
                let client = app.connect().await?;
                let filter = Filter {
                    limit,
                    ..selection.filter()
                };
                let entries = quarantine::list(&client, &filter).await?;
                output.print(&entries, |entries| list_text(entries));
                Ok(Exit::Clean)
            }
            Action::Show { id } => show(app, id, output).await,
            Action::Replay { selection, id } => {
                let filter = Filter {
                    id,
                    ..selection.filter()
                };
                replay(app, &filter, output).await
            }
        }
    }
}

async fn show(app: &App, id: i64, output: &Output) -> Result<Exit, Error> {
    let client = app.connect().await?;
    let filter = Filter {
        id: Some(id),
        limit: 1,
        ..Filter::default()
    };
    let entry = quarantine::list(&client, &filter)
        .await?
        .pop()
        .ok_or(Error::NoSuchEntry(id))?;
    let (document_found, keys) = match look_up(app, &entry).await {
        Ok(Some(keys)) => (Some(true), keys),
        Ok(None) => (Some(false), Vec::new()),
        Err(error) => {
            tracing::warn!(error = error.in_one_line(), "the source could not be asked");
            (None, Vec::new())
        }
    };
    let explanation = entry
        .reason
        .parse::<RejectReason>()
        .ok()
        .map(|reason| reason.description());
    let shown = Shown {
        entry,
        explanation,
        document_found,
        keys,
    };
    output.print(&shown, show_text);
    Ok(Exit::Clean)
}

/// The key names of an entry's document, read from the source again; `None` when it is gone.
async fn look_up(app: &App, entry: &Stored) -> Result<Option<Vec<String>>, Error> {
    let source = Source::open(&app.config, app.config.source()?).await?;
    let streams = source.streams();
    let Some(stream) = streams.iter().find(|stream| stream.name == entry.stream) else {
        return Ok(None);
    };
    let found = source
        .fetch(stream, std::slice::from_ref(&entry.locator))
        .await?;
    Ok(found
        .into_iter()
        .next()
        .map(|document| match document.content {
            Content::Document(bytes) => order_model::key_paths(&bytes),
            Content::Unreadable(_) => Vec::new(),
        }))
}

async fn replay(app: &App, filter: &Filter, output: &Output) -> Result<Exit, Error> {
    let run = Run::start(app, "replay").await?;
    let work = async {
        let source = Source::open(&app.config, app.config.source()?).await?;
        let replayed = quarantine::replay(app, &source, filter, run.id).await?;
        Ok((replayed, Exit::needs_person(replayed.remaining > 0)))
    }
    .await;
    let (replayed, exit) = run.finish(work).await?;
    output.print(&replayed, |replayed| {
        let mut text = format!(
            "tried {}: {} loaded, {} still in quarantine",
            plural(replayed.tried, "entry", "entries"),
            count(replayed.counts.inserted + replayed.counts.updated),
            count(replayed.remaining),
        );
        if replayed.elsewhere > 0 {
            text += &format!(
                "\n{} of another source",
                plural(replayed.elsewhere, "entry is", "entries are")
            );
        }
        text
    });
    Ok(exit)
}

fn list_text(entries: &[Stored]) -> String {
    if entries.is_empty() {
        return "nothing in quarantine".to_owned();
    }
    let header = [
        "id",
        "platform",
        "reason",
        "field",
        "found",
        "order",
        "document",
        "last seen",
    ];
    let mut table = table(&header, &[1, 2, 3, 4, 5, 6, 7]);
    for entry in entries {
        table.add_row([
            entry.id.to_string(),
            entry.platform.clone().unwrap_or_default(),
            entry.reason.clone(),
            entry.field.clone(),
            entry.found_type.clone(),
            entry.order_code.clone().unwrap_or_default(),
            entry.document_id.clone(),
            format!("{:.0}", entry.last_seen_at),
        ]);
    }
    format!(
        "{}\nnext: daybook quarantine show ID, or daybook quarantine replay",
        render(&table)
    )
}

fn show_text(shown: &Shown) -> String {
    let entry = &shown.entry;
    let lines = [
        ("entry", entry.id.to_string()),
        ("stream", entry.stream.clone()),
        (
            "document",
            format!("{} {}", entry.document_id, entry.locator),
        ),
        ("platform", entry.platform.clone().unwrap_or_default()),
        ("order", entry.order_code.clone().unwrap_or_default()),
        ("status", entry.platform_status.clone().unwrap_or_default()),
        (
            "reason",
            format!(
                "{}: {}",
                entry.reason,
                shown.explanation.unwrap_or_default()
            ),
        ),
        ("field", format!("{} ({})", entry.field, entry.found_type)),
        ("first seen", format!("{:.0}", entry.first_seen_at)),
        ("last seen", format!("{:.0}", entry.last_seen_at)),
        ("sha-256", entry.content_hash.clone()),
    ];
    let mut text: String = lines
        .iter()
        .map(|(label, value)| format!("{label:<11} {value}\n"))
        .collect();
    text += &match shown.document_found {
        Some(true) => format!("keys now    {}", shown.keys.join(", ")),
        Some(false) => {
            "the document is no longer in the source; replay takes the entry off".to_owned()
        }
        None => "the source could not be asked".to_owned(),
    };
    text
}
