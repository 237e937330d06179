//! Options that every command takes.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::app::App;
use crate::clock::Clock;
use crate::config::{Config, Overrides, setting};
use crate::error::Error;
use crate::observe::LogFormat;

/// Options before or after the command.
#[derive(Debug, Clone, Args)]
pub struct GlobalOptions {
    /// Configuration file [default: daybook.toml, if there is one]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// PostgreSQL to write to; better set in the environment, where other users cannot see it
    #[arg(long, global = true, value_name = "URL")]
    pub database_url: Option<String>,
    /// Raw orders: mongodb://host/db, or a folder of dumps; `validate` also takes the flag alone
    #[arg(long, global = true, value_name = "URL|DIR", num_args = 0..=1, default_missing_value = "")]
    pub source: Option<String>,
    /// Business time zone
    #[arg(long, global = true, value_name = "ZONE")]
    pub timezone: Option<String>,
    /// Business currency
    #[arg(long, global = true, value_name = "CODE")]
    pub currency: Option<String>,
    /// Address and port of `serve`
    #[arg(long, global = true, value_name = "ADDRESS")]
    pub listen: Option<String>,
    /// Form of the result
    #[arg(long, global = true, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// Colour, on a terminal only
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto)]
    pub color: Color,
    /// Form of the log lines on stderr
    #[arg(long, global = true, value_enum, env = "DAYBOOK_LOG_FORMAT", hide_env = true, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,
    /// Show more of what happens; twice for even more
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
}

/// Form of a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// One JSON document.
    Json,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set or TERM is dumb.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Color {
    /// Makes the choice hold for everything printed from now on.
    pub fn apply(self) {
        match self {
            Self::Auto => anstream::ColorChoice::Auto,
            Self::Always => anstream::ColorChoice::Always,
            Self::Never => anstream::ColorChoice::Never,
        }
        .write_global();
    }
}

impl GlobalOptions {
    /// Reads the configuration.
    ///
    /// # Errors
    /// It has faults.
    pub fn config(&self) -> Result<Config, Error> {
        Ok(Config::load(&self.overrides(), std::env::vars())?)
    }

    /// What a command that touches the database works with.
    ///
    /// # Errors
    /// The configuration has faults.
    pub fn app(&self, clock: Clock) -> Result<App, Error> {
        App::new(self.config()?, clock)
    }

    /// The configuration as the command line changes it.
    pub fn overrides(&self) -> Overrides {
        let flags = [
            (&setting::DATABASE_URL, &self.database_url),
            (&setting::SOURCE_URL, &self.source),
            (&setting::TIMEZONE, &self.timezone),
            (&setting::CURRENCY, &self.currency),
            (&setting::SERVE_LISTEN, &self.listen),
        ];
        Overrides {
            file: self.config.clone(),
            flags: flags
                .into_iter()
                .filter_map(|(setting, value)| Some((setting, value.clone()?)))
                .filter(|(_, value)| !value.is_empty())
                .collect(),
        }
    }
}
