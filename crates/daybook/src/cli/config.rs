//! `daybook config`: what the program really sees.

use clap::{Args, Subcommand};
use serde::Serialize;

use super::Exit;
use super::options::GlobalOptions;
use super::output::Output;
use super::table::{render, table};
use crate::config::{example, setting, without_password};
use crate::error::Error;

/// Show or check the configuration
#[derive(Debug, Args)]
pub struct Config {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Report all faults at once
    Check,
    /// Print every setting with its value and where it was set; passwords as stars
    Show,
    /// Print a commented file with every setting and its default, to begin a daybook.toml with
    Example,
}

/// A setting as the program sees it.
#[derive(Debug, Serialize)]
struct Shown {
    key: &'static str,
    value: Option<String>,
    origin: String,
    default: Option<&'static str>,
    env: &'static str,
    help: &'static str,
}

#[derive(Serialize)]
struct Checked {
    file: Option<std::path::PathBuf>,
    faults: [(); 0],
}

impl Config {
    pub fn run(self, global: &GlobalOptions, output: &Output) -> Result<Exit, Error> {
        match self.action {
            // Helps to mend a configuration, so it must not depend on one.
            Action::Example => output.print(&example::text(), |text| text.trim_end().to_owned()),
            Action::Check => output.print(&Checked::new(&global.config()?), Checked::text),
            Action::Show => {
                let config = global.config()?;
                let shown: Vec<_> = setting::ALL
                    .iter()
                    .map(|setting| shown(&config, setting))
                    .collect();
                output.print(&shown, |shown| show_text(shown));
            }
        }
        Ok(Exit::Clean)
    }
}

impl Checked {
    fn new(config: &crate::config::Config) -> Self {
        Self {
            file: config.file.clone(),
            faults: [],
        }
    }

    fn text(&self) -> String {
        match &self.file {
            Some(file) => format!("{}: no fault", file.display()),
            None => "no fault; there is no configuration file".to_owned(),
        }
    }
}

fn shown(config: &crate::config::Config, setting: &'static setting::Setting) -> Shown {
    let value = config.value(setting);
    Shown {
        key: setting.key,
        value: value.map(|value| match setting::is_secret(setting) {
            true => "****".to_owned(),
            false => without_password(&value.text),
        }),
        origin: value.map_or("not set".to_owned(), |value| value.origin.to_string()),
        default: setting.default,
        env: setting.env,
        help: setting.help,
    }
}

fn show_text(settings: &[Shown]) -> String {
    let mut table = table(&["setting", "value", "set by", "default"], &[0, 1, 2, 3]);
    for setting in settings {
        table.add_row([
            setting.key,
            setting.value.as_deref().unwrap_or("-"),
            &setting.origin,
            setting.default.unwrap_or("-"),
        ]);
    }
    render(&table)
}
