//! The command line: one file a command. Results go to stdout, everything else to stderr.

mod aggregate;
mod alerts;
mod categories;
mod completions;
mod config;
mod demo;
mod doctor;
mod exit;
mod failure;
mod follow;
mod generate;
mod hidden_flags;
mod init;
mod migrate;
mod options;
mod output;
mod password;
mod quarantine;
mod rebuild;
mod repair;
mod serve;
mod status;
mod sync;
pub(crate) mod table;
mod token;
mod user;
mod validate;

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

pub use self::exit::Exit;
use self::options::GlobalOptions;
use self::output::Output;
use crate::clock::Clock;
use crate::error::Error;
use crate::observe;

const EXAMPLES: &str = "\
Examples:
  daybook demo                                       see the whole job on generated orders
  daybook init                                       set up your own: a few questions, each answer tried at once
  daybook migrate                                    create or upgrade the schema
  daybook sync && daybook aggregate                  load what is new, compute the days it touches
  daybook validate --from 2026-03-01 --to 2026-03-20 prove the figures
  daybook doctor                                     find what is set up wrong

Settings: flags, over the environment (DATABASE_URL, DAYBOOK_SOURCE, DAYBOOK_TIMEZONE, DAYBOOK_CURRENCY, ...),
over daybook.toml. `daybook config show` lists them all.
Exit codes: 0 done and nothing wrong, 1 done and something needs a person, 2 failed.";

/// Marketplace orders from MongoDB into PostgreSQL, with exact daily statistics.
#[derive(Debug, Parser)]
#[command(name = "daybook", version, after_help = EXAMPLES, max_term_width = 100)]
struct Cli {
    #[command(flatten)]
    global: GlobalOptions,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Demo(demo::Demo),
    Serve(serve::Serve),
    Init(init::Init),
    Generate(generate::Generate),
    Migrate(migrate::Migrate),
    Sync(sync::Sync),
    Aggregate(aggregate::Aggregate),
    Rebuild(rebuild::Rebuild),
    Validate(validate::Validate),
    Repair(repair::Repair),
    Status(status::Status),
    Quarantine(quarantine::Quarantine),
    Categories(categories::Categories),
    User(user::User),
    Token(token::Token),
    Alerts(alerts::Alerts),
    Doctor(doctor::Doctor),
    Config(config::Config),
    Completions(completions::Completions),
}

/// Parses the command line, runs the command, and says how it went.
pub fn main() -> ExitCode {
    hidden_flags::hide();
    // A mistyped command or flag is answered by the parser itself, with what was probably meant, and exit code 2.
    let matches = Cli::command().get_matches();
    let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    cli.global.color.apply();
    observe::start_logging(cli.global.verbose, cli.global.log_format);

    let output = Output::new(cli.global.format);
    let overrides = cli.global.overrides();
    let runtime = tokio::runtime::Runtime::new().expect("the system gives us threads");
    let exit = match runtime.block_on(dispatch(cli, &output)) {
        Ok(exit) => exit,
        Err(error) => {
            failure::report(&error, &overrides, &output);
            Exit::Failed
        }
    };
    exit.into()
}

async fn dispatch(cli: Cli, output: &Output) -> Result<Exit, Error> {
    let global = cli.global;
    let clock = Clock::System;
    match cli.command {
        Command::Demo(command) => command.run(&global, clock, output).await,
        Command::Serve(command) => command.run(global.app(clock)?, output).await,
        Command::Init(command) => command.run(&global, clock, output).await,
        Command::Generate(command) => command.run(&global, clock, output),
        Command::Migrate(command) => command.run(&global.app(clock)?, output).await,
        Command::Sync(command) => command.run(&global.app(clock)?, output).await,
        Command::Aggregate(command) => command.run(&global.app(clock)?, output).await,
        Command::Rebuild(command) => command.run(&global.app(clock)?, output).await,
        Command::Validate(command) => {
            command
                .run(&global.app(clock)?, global.source.is_some(), output)
                .await
        }
        Command::Repair(command) => {
            command
                .run(&global.app(clock)?, global.source.is_some(), output)
                .await
        }
        Command::Status(command) => command.run(&global.app(clock)?, output).await,
        Command::Quarantine(command) => command.run(&global.app(clock)?, output).await,
        Command::Categories(command) => command.run(&global.app(clock)?, output).await,
        Command::User(command) => command.run(&global.app(clock)?, output).await,
        Command::Token(command) => command.run(&global.app(clock)?, output).await,
        Command::Alerts(command) => command.run(&global.app(clock)?, output).await,
        Command::Doctor(command) => command.run(&global, clock, output).await,
        Command::Config(command) => command.run(&global, output),
        Command::Completions(command) => Ok(command.run(&mut Cli::command())),
    }
}
