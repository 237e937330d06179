//! `daybook config`: what the program really sees.

use clap::{Args, Subcommand};
use serde::Serialize;

use super::Exit;
use super::options::GlobalOptions;
use super::output::Output;
use super::table::{render, table};
use crate::config::{setting, without_password};
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
        let config = global.config()?;
        match self.action {
            Action::Check => {
                let checked = Checked {
                    file: config.file.clone(),
                    faults: [],
                };
                output.print(&checked, |checked| match &checked.file {
                    Some(file) => format!("{}: no fault", file.display()),
                    None => "no fault; there is no configuration file".to_owned(),
                });
            }
            Action::Show => {
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

fn shown(config: &crate::config::Config, setting: &'static setting::Setting) -> Shown {
    let value = config.value(setting);
    Shown {
        key: setting.key,
        value: value.map(|value| without_password(&value.text)),
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
