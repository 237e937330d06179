//! `daybook migrate`: creates or upgrades the schema.

use clap::Args;

use super::Exit;
use super::output::Output;
use crate::access::BiRole;
use crate::app::App;
use crate::error::Error;
use crate::setup::{SetUp, set_up};

/// Create or upgrade the schema; safe to run twice, and beside a running older version
#[derive(Debug, Args)]
pub struct Migrate {
    /// Also create a role of the database for BI tools: it reads figures and no customers, and cannot log in by itself
    #[arg(long, value_name = "NAME")]
    bi_role: Option<String>,
}

impl Migrate {
    pub async fn run(self, app: &App, output: &Output) -> Result<Exit, Error> {
        let done = set_up(app, self.bi_role.as_deref()).await?;
        output.print(&done, text);
        Ok(Exit::Clean)
    }
}

fn text(done: &SetUp) -> String {
    let SetUp {
        migrated,
        statistics_mode,
        mode_switched,
        statistics_grains,
        bi_roles,
    } = done;
    let grains = match statistics_grains.as_slice() {
        [] => "by day".to_owned(),
        names => format!("by day and {}", names.join(", ")),
    };
    let mode = match mode_switched {
        true => format!("statistics are now kept {grains} in mode {statistics_mode}"),
        false => format!("statistics are kept {grains} in mode {statistics_mode}"),
    };
    let version = migrated.version;
    let roles: String = bi_roles.iter().map(role_text).collect();
    match migrated.applied.as_slice() {
        [] => format!("schema {version} is current; {mode}{roles}"),
        applied => format!(
            "schema {version} is current; applied {}; {mode}{roles}\nnext: daybook sync",
            applied.join(", ")
        ),
    }
}

fn role_text(role: &BiRole) -> String {
    let BiRole {
        name,
        created,
        rights_of_everybody,
    } = role;
    let mut text = if *created {
        format!(
            "\ncreated role {name}: it reads figures and no customers\n\
             next: create role TOOL login password '...' in role {name}"
        )
    } else {
        format!("\nrole {name} reads figures and no customers")
    };
    if !rights_of_everybody.is_empty() {
        text += &format!(
            "\nwarning: everybody keeps {}, which only the owner of the database can revoke",
            rights_of_everybody.join(", ")
        );
    }
    text
}
