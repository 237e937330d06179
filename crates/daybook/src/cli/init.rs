//! `daybook init`: a few questions, each answer tried out at once, and a commented configuration file.

use std::io::{BufRead, Write, stderr, stdin};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use super::Exit;
use super::failure;
use super::options::GlobalOptions;
use super::output::Output;
use crate::app::App;
use crate::clock::Clock;
use crate::config::setting::{self, Setting};
use crate::config::{Config, Overrides, example};
use crate::error::Error;
use crate::source::Source;

/// Ask what is needed, try each answer on the servers, and write a commented daybook.toml
///
/// Answers that are given as flags, or in the environment, are not asked for.
#[derive(Debug, Args)]
pub struct Init {
    /// File to write
    #[arg(long, value_name = "FILE", default_value = "daybook.toml")]
    output: PathBuf,
    /// Replace the file if it is there
    #[arg(long)]
    force: bool,
}

/// A question.
struct Question {
    setting: &'static Setting,
    /// In the words of whoever is asked.
    text: &'static str,
    example: &'static str,
}

static QUESTIONS: [Question; 4] = [
    Question {
        setting: &setting::SOURCE_URL,
        text: "Where are the raw orders? A MongoDB database, or a folder of dumps.",
        example: "mongodb://user:password@host/database?replicaSet=rs0, or ./dumps",
    },
    Question {
        setting: &setting::DATABASE_URL,
        text: "Which PostgreSQL database are they to go into? An empty one is best.",
        example: "postgresql://user:password@host:5432/daybook",
    },
    Question {
        setting: &setting::TIMEZONE,
        text: "In which time zone does your business day end?",
        example: "Asia/Ho_Chi_Minh",
    },
    Question {
        setting: &setting::CURRENCY,
        text: "In which currency are your orders?",
        example: "VND",
    },
];

/// What was written.
#[derive(Debug, Serialize)]
struct Written {
    file: PathBuf,
}

impl Init {
    pub async fn run(
        self,
        global: &GlobalOptions,
        clock: Clock,
        output: &Output,
    ) -> Result<Exit, Error> {
        if self.output.exists() && !self.force {
            return Err(Error::Usage(format!(
                "{} is there already; --force replaces it, --output names another file",
                self.output.display()
            )));
        }
        let mut answers = Answers {
            given: given(global),
            clock,
            output,
        };
        let mut values = Vec::new();
        for question in &QUESTIONS {
            let value = answers.to(question).await?;
            values.push((question.setting, value));
        }
        write(&self.output, &example::with(&values))?;
        let written = Written { file: self.output };
        output.print(&written, Written::text);
        Ok(Exit::Clean)
    }
}

/// What needs no question.
fn given(global: &GlobalOptions) -> Vec<(&'static Setting, String)> {
    let mut given = global.overrides().flags;
    for question in &QUESTIONS {
        let known = |(setting, _): &(&'static Setting, String)| setting.key == question.setting.key;
        if let Ok(value) = std::env::var(question.setting.env)
            && !given.iter().any(known)
        {
            given.push((question.setting, value));
        }
    }
    given
}

struct Answers<'a> {
    given: Vec<(&'static Setting, String)>,
    clock: Clock,
    output: &'a Output,
}

impl Answers<'_> {
    /// An answer that works: the given one, or one that is asked for until it does.
    async fn to(&mut self, question: &Question) -> Result<String, Error> {
        let key = question.setting.key;
        if let Some((_, value)) = self.given.iter().find(|(setting, _)| setting.key == key) {
            let value = value.clone();
            say(&self.tried(question, &value).await?);
            return Ok(value);
        }
        loop {
            let value = ask(question)?;
            match self.tried(question, &value).await {
                Ok(seen) => {
                    say(&seen);
                    self.given.push((question.setting, value.clone()));
                    return Ok(value);
                }
                Err(error) => {
                    failure::report(&error, &self.overrides(question, &value), self.output)
                }
            }
        }
    }

    fn overrides(&self, question: &Question, value: &str) -> Overrides {
        let mut flags = self.given.clone();
        flags.retain(|(setting, _)| setting.key != question.setting.key);
        flags.push((question.setting, value.to_owned()));
        Overrides { file: None, flags }
    }

    /// Tries an answer out; what was seen.
    async fn tried(&self, question: &Question, value: &str) -> Result<String, Error> {
        // The settings that are asked for, and nothing that lies around here.
        let config = Config::from_flags(&self.overrides(question, value).flags)?;
        if question.setting.key == setting::SOURCE_URL.key {
            return source(&config).await;
        }
        if question.setting.key == setting::DATABASE_URL.key {
            return database(App::new(config, self.clock.clone())?).await;
        }
        Ok(format!("{}: {value}", question.setting.key))
    }
}

async fn source(config: &Config) -> Result<String, Error> {
    let opened = Source::open(config, config.source()?).await?;
    let found: Vec<_> = opened
        .streams()
        .iter()
        .map(|stream| format!("{} ({})", stream.label, stream.content.describe()))
        .collect();
    Ok(format!("source: found {}", found.join(", ")))
}

async fn database(app: App) -> Result<String, Error> {
    let client = app.database.connect().await?;
    let row = client
        .query_typed_one(
            "select current_setting('server_version'), pg_is_in_recovery()",
            &[],
        )
        .await
        .map_err(crate::db::DatabaseError::statement(
            "read the server's version",
        ))?;
    if row.get(1) {
        return Err(crate::db::DatabaseError::ReadOnly.into());
    }
    let target = app.database.target();
    Ok(format!(
        "database: {target}, version {}, database \"{}\"",
        row.get::<_, String>(0),
        target.database
    ))
}

fn ask(question: &Question) -> Result<String, Error> {
    let default = question.setting.default;
    let mut prompt = stderr().lock();
    let _ = writeln!(prompt, "\n{}", question.text);
    let _ = match default {
        Some(default) => write!(prompt, "{} [{default}]: ", question.setting.key),
        None => write!(
            prompt,
            "{}, such as {}: ",
            question.setting.key, question.example
        ),
    };
    let _ = prompt.flush();
    let mut line = String::new();
    let read = stdin().lock().read_line(&mut line).unwrap_or(0);
    let answer = line.trim();
    match (answer.is_empty(), default) {
        (false, _) => Ok(answer.to_owned()),
        (true, Some(default)) if read > 0 => Ok(default.to_owned()),
        (true, _) if read > 0 => ask(question),
        _ => Err(Error::Usage(format!(
            "{} is needed, and there is nobody to ask; give it as {} or in {}",
            question.setting.key,
            question.setting.flag.unwrap_or("a flag"),
            question.setting.env
        ))),
    }
}

fn say(seen: &str) {
    anstream::eprintln!("{seen}");
}

/// For its owner alone: it may hold passwords.
fn write(path: &Path, text: &str) -> Result<(), Error> {
    let failed = |source| Error::Write {
        path: path.to_owned(),
        source,
    };
    let partial = path.with_extension("toml.partial");
    std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&partial)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .and_then(|()| std::fs::rename(&partial, path))
        .map_err(failed)
}

impl Written {
    fn text(&self) -> String {
        let file = self.file.display();
        let config = match self.file.as_os_str() == "daybook.toml" {
            true => String::new(),
            false => format!(" --config {file}"),
        };
        format!(
            "wrote {file}, readable by you alone: it may hold passwords\n\
             next: daybook migrate{config}     create the tables\n\
             \x20     daybook doctor{config}      look for what is missing\n\
             \x20     daybook sync{config}        load the orders\n\
             \x20     daybook serve{config}       the dashboard, at http://127.0.0.1:8420"
        )
    }
}
