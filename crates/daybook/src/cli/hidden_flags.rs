//! Keeps passwords out of the list of processes.
//!
//! Everybody on a machine can read the arguments of a process, and nobody else its environment. So a URL with a password
//! that comes as a flag moves into the environment: the program starts itself again without it.

use std::ffi::OsString;

use crate::config::setting::{self, Setting};
use crate::config::without_password;

/// Flags whose values may hold a password.
static FLAGS: [&Setting; 2] = [&setting::DATABASE_URL, &setting::SOURCE_URL];

/// The arguments without the flags that hold a password, and what goes into the environment instead.
#[derive(Debug, Default, PartialEq, Eq)]
struct Hidden {
    kept: Vec<OsString>,
    moved: Vec<(&'static str, String)>,
}

impl Hidden {
    fn of(arguments: impl Iterator<Item = OsString>) -> Self {
        let mut hidden = Self::default();
        let mut arguments = arguments.peekable();
        while let Some(argument) = arguments.next() {
            let Some((setting, inline)) = flag(&argument) else {
                hidden.kept.push(argument);
                continue;
            };
            let value = inline.or_else(|| arguments.peek()?.to_str().map(str::to_owned));
            match value {
                Some(value) if without_password(&value) != value => {
                    if !argument.to_string_lossy().contains('=') {
                        arguments.next();
                    }
                    if setting.key == setting::SOURCE_URL.key {
                        // That the flag is there at all means something to `validate`.
                        hidden.kept.push("--source=".into());
                    }
                    hidden.moved.push((setting.env, value));
                }
                _ => hidden.kept.push(argument),
            }
        }
        hidden
    }
}

/// The setting of a flag, and its value when that is in the same argument.
fn flag(argument: &OsString) -> Option<(&'static Setting, Option<String>)> {
    let text = argument.to_str()?;
    FLAGS.into_iter().find_map(|setting| {
        let rest = text.strip_prefix(setting.flag?)?;
        match rest.strip_prefix('=') {
            Some(value) => Some((setting, Some(value.to_owned()))),
            None => rest.is_empty().then_some((setting, None)),
        }
    })
}

/// Starts the program again when its arguments hold a password; returns when they do not.
#[cfg(unix)]
pub fn hide() {
    use std::os::unix::process::CommandExt;
    let hidden = Hidden::of(std::env::args_os().skip(1));
    let Ok(program) = std::env::current_exe() else {
        return;
    };
    if hidden.moved.is_empty() {
        return;
    }
    let error = std::process::Command::new(program)
        .args(hidden.kept)
        .envs(hidden.moved)
        .exec();
    // Only a failure comes back. The command works all the same; it is only seen.
    eprintln!(
        "warning: a password among the arguments could not be hidden from other users of this machine: {error}"
    );
}

/// Elsewhere other users do not see the arguments.
#[cfg(not(unix))]
pub fn hide() {}

#[cfg(test)]
mod tests {
    use super::Hidden;

    #[test]
    fn only_what_holds_a_password_moves() {
        let hidden = |arguments: &[&str]| {
            let hidden = Hidden::of(arguments.iter().map(Into::into));
            let kept: Vec<_> = hidden
                .kept
                .iter()
                .map(|kept| kept.to_str().unwrap().to_owned())
                .collect();
            (kept.join(" "), hidden.moved)
        };
        let moved = |env, value: &str| vec![(env, value.to_owned())];
        for (given, kept, wanted) in [
            (
                vec!["sync", "--database-url", "postgres://u:p@h/d", "-v"],
                "sync -v",
                moved("DATABASE_URL", "postgres://u:p@h/d"),
            ),
            (
                vec!["--source=mongodb://u:p@h/d", "sync"],
                "--source= sync",
                moved("DAYBOOK_SOURCE", "mongodb://u:p@h/d"),
            ),
            (
                vec!["sync", "--database-url", "postgres://h/d"],
                "sync --database-url postgres://h/d",
                vec![],
            ),
            (vec!["validate", "--source"], "validate --source", vec![]),
            (
                vec!["validate", "--source", "--from", "2026-01-01"],
                "validate --source --from 2026-01-01",
                vec![],
            ),
            (
                vec!["sync", "--database-urls", "postgres://u:p@h/d"],
                "sync --database-urls postgres://u:p@h/d",
                vec![],
            ),
        ] {
            assert_eq!(hidden(&given), (kept.to_owned(), wanted), "{given:?}");
        }
    }
}
