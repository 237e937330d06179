//! `daybook token`: credentials of programs.

use std::time::Duration;

use clap::{Args, Subcommand};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::Exit;
use super::output::Output;
use super::table::{render, table};
use crate::access::tokens::{self, NewToken};
use crate::access::users::Change;
use crate::access::{AccessError, Identity, Role};
use crate::app::App;
use crate::error::Error;

/// Manage API tokens, which programs show instead of a login
#[derive(Debug, Args)]
pub struct Token {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Create a token and print it, this once
    Create {
        /// What it is for
        name: String,
        /// What it may do
        #[arg(long, value_enum)]
        role: Role,
        /// After how long it ends by itself, such as 90d [default: never]
        #[arg(long, value_name = "DURATION", value_parser = crate::config::duration)]
        expires: Option<Duration>,
    },
    /// List all tokens, without what they are
    List,
    /// Refuse a token from now on
    Revoke {
        /// Number of the token
        id: i64,
    },
}

#[derive(Debug, Serialize)]
struct Created {
    id: String,
    token: String,
    expires_at: Option<Timestamp>,
}

#[derive(Debug, Serialize)]
struct Revoked {
    id: String,
}

impl Token {
    pub async fn run(self, app: &App, output: &Output) -> Result<Exit, Error> {
        let mut client = app.connect().await?;
        let change = Change {
            who: &Identity::command_line(),
            request: None,
            clock: &app.clock,
        };
        match self.action {
            Action::Create {
                name,
                role,
                expires,
            } => {
                let new = NewToken {
                    name: &name,
                    role,
                    owner: None,
                    expires_at: expires.map(|after| end(app, after)).transpose()?,
                };
                let (id, token) = tokens::create(&mut client, &change, &new).await?;
                let created = Created {
                    id: id.to_string(),
                    token: token.expose().to_owned(),
                    expires_at: new.expires_at,
                };
                output.print(&created, created_text);
            }
            Action::List => {
                let tokens = tokens::list(&client, None)
                    .await
                    .map_err(AccessError::from)?;
                output.print(&tokens, |tokens| list_text(tokens, app.clock.now()));
            }
            Action::Revoke { id } => {
                tokens::revoke(&mut client, &change, id, None).await?;
                let revoked = Revoked { id: id.to_string() };
                output.print(&revoked, |revoked| {
                    format!("token {} is revoked", revoked.id)
                });
            }
        }
        Ok(Exit::Clean)
    }
}

fn end(app: &App, after: Duration) -> Result<Timestamp, Error> {
    SignedDuration::try_from(after)
        .ok()
        .and_then(|after| app.clock.now().checked_add(after).ok())
        .ok_or_else(|| Error::Usage("--expires is too far away".to_owned()))
}

fn created_text(created: &Created) -> String {
    let until = created
        .expires_at
        .map_or("until it is revoked".to_owned(), |at| {
            format!("until {at:.0}")
        });
    format!(
        "{}\ntoken {} holds {until}; it is shown this once\nuse it as: Authorization: Bearer {}...",
        created.token,
        created.id,
        &created.token[..8]
    )
}

fn list_text(tokens: &[tokens::Token], now: Timestamp) -> String {
    if tokens.is_empty() {
        return "no tokens".to_owned();
    }
    let header = ["id", "name", "role", "owner", "state", "last used"];
    let mut table = table(&header, &[1, 2, 3, 4, 5]);
    for token in tokens {
        let state = match (token.revoked_at, token.expires_at) {
            (Some(at), _) => format!("revoked {at:.0}"),
            (None, Some(at)) if at <= now => format!("expired {at:.0}"),
            (None, Some(at)) => format!("until {at:.0}"),
            (None, None) => "until revoked".to_owned(),
        };
        table.add_row([
            token.id.clone(),
            token.name.clone(),
            token.role.to_string(),
            token
                .owner
                .clone()
                .unwrap_or_else(|| "command line".to_owned()),
            state,
            token
                .last_used_at
                .map_or("-".to_owned(), |at| format!("{at:.0}")),
        ]);
    }
    render(&table)
}
