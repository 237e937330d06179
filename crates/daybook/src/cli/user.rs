//! `daybook user`: people who may log in to the service.

use clap::{Args, Subcommand};
use serde::Serialize;

use super::Exit;
use super::output::Output;
use super::password::PasswordSource;
use super::table::{render, table};
use crate::access::{AccessError, Identity, Role, users};
use crate::app::App;
use crate::error::Error;

/// Manage the people who may log in to the service
#[derive(Debug, Args)]
pub struct User {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Add a user, such as the first admin
    Add {
        /// Name to log in with
        name: String,
        /// What the user may do
        #[arg(long, value_enum)]
        role: Role,
        #[command(flatten)]
        password: PasswordSource,
    },
    /// List all users
    List,
    /// Give a user another role; the user's logins end
    Role {
        /// Name of the user
        name: String,
        /// What the user may do from now on
        #[arg(value_enum)]
        role: Role,
    },
    /// Disable a user; the user's logins end, and the user's tokens are refused
    Disable {
        /// Name of the user
        name: String,
    },
    /// Enable a user again
    Enable {
        /// Name of the user
        name: String,
    },
    /// Set a user's password; the user's logins end
    Password {
        /// Name of the user
        name: String,
        #[command(flatten)]
        password: PasswordSource,
    },
}

/// What was done to whom.
#[derive(Debug, Serialize)]
struct Done {
    user: String,
    done: &'static str,
}

impl User {
    pub async fn run(self, app: &App, output: &Output) -> Result<Exit, Error> {
        let mut client = app.connect().await?;
        let change = users::Change {
            who: &Identity::command_line(),
            request: None,
            clock: &app.clock,
        };
        let (user, done) = match self.action {
            Action::List => {
                let users = users::list(&client).await.map_err(AccessError::from)?;
                output.print(&users, |users| list_text(users));
                return Ok(Exit::Clean);
            }
            Action::Add {
                name,
                role,
                password,
            } => {
                // A name that cannot be one is told before a password is typed.
                let name = users::user_name(&name)?;
                let password = password.read(&name)?;
                users::add(&mut client, &change, &name, role, &password).await?;
                (name, "added")
            }
            Action::Role { name, role } => {
                users::set_role(&mut client, &change, &name, role).await?;
                (name, "given the role")
            }
            Action::Disable { name } => {
                users::set_disabled(&mut client, &change, &name, true).await?;
                (name, "disabled")
            }
            Action::Enable { name } => {
                users::set_disabled(&mut client, &change, &name, false).await?;
                (name, "enabled")
            }
            Action::Password { name, password } => {
                let password = password.read(&name)?;
                users::set_password(&mut client, &change, &name, &password).await?;
                (name, "given the password")
            }
        };
        output.print(&Done { user, done }, |done| {
            format!("{}: {}", done.user, done.done)
        });
        Ok(Exit::Clean)
    }
}

fn list_text(users: &[users::User]) -> String {
    if users.is_empty() {
        return "no users\nnext: daybook user add NAME --role admin".to_owned();
    }
    let header = ["name", "role", "state", "added", "password of", "last seen"];
    let mut table = table(&header, &[0, 1, 2, 3, 4, 5]);
    for user in users {
        let day = |at: &jiff::Timestamp| at.strftime("%Y-%m-%d").to_string();
        table.add_row([
            user.name.clone(),
            user.role.to_string(),
            match user.disabled_at {
                Some(at) => format!("disabled since {}", day(&at)),
                None => "enabled".to_owned(),
            },
            day(&user.created_at),
            day(&user.password_changed_at),
            user.last_seen_at
                .map_or("-".to_owned(), |at| format!("{at:.0}")),
        ]);
    }
    render(&table)
}
