//! Puts the layers together: defaults, the TOML file, the environment, flags; each value knows where it came from.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};

use super::setting::{self, Setting};

/// Where a value was set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// On the command line.
    Flag(&'static str),
    /// In the environment.
    Environment(String),
    /// In the configuration file.
    File {
        /// The file.
        path: PathBuf,
        /// Line, counted from 1.
        line: usize,
    },
    /// Nowhere: the default holds.
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Flag(flag) => write!(f, "flag {flag}"),
            Origin::Environment(name) => write!(f, "environment {name}"),
            Origin::File { path, line } => write!(f, "{}:{line}", path.display()),
            Origin::Default => f.write_str("default"),
        }
    }
}

/// A value and where it was set.
#[derive(Clone)]
pub struct Value {
    /// The value as written.
    pub text: String,
    /// Who wrote it.
    pub origin: Origin,
}

/// Without the text: which setting it belongs to, and so whether it is a secret, is not known here.
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Value")
            .field("text", &"****")
            .field("origin", &self.origin)
            .finish()
    }
}

/// Something wrong with the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong, without the value when it may be secret.
    pub message: String,
    /// Where.
    pub origin: Origin,
    /// What to do about it.
    pub hint: String,
}

/// The layers, flattened: at most one value a setting.
#[derive(Debug, Default)]
pub struct Layers {
    values: BTreeMap<&'static str, Value>,
}

impl Layers {
    /// The defaults alone.
    pub fn defaults() -> Self {
        let mut layers = Self::default();
        for setting in setting::ALL {
            if let Some(text) = setting.default {
                layers.set(setting, text.to_owned(), Origin::Default);
            }
        }
        layers
    }

    /// Overrides a setting.
    pub fn set(&mut self, setting: &'static Setting, text: String, origin: Origin) {
        self.values.insert(setting.key, Value { text, origin });
    }

    /// The value of a setting, when it has one.
    pub fn get(&self, setting: &Setting) -> Option<&Value> {
        self.values.get(setting.key)
    }

    /// Adds what a TOML file says. Unknown keys and values of no usable type are faults.
    pub fn read_file(&mut self, path: &Path, text: &str, faults: &mut Vec<Fault>) {
        match DeTable::parse(text) {
            Ok(table) => self.read_table(path, text, "", table.get_ref(), faults),
            Err(error) => faults.push(Fault {
                message: format!("not valid TOML: {}", error.message()),
                origin: in_file(path, text, error.span().map_or(0, |span| span.start)),
                hint: "mend the line; strings need quotes".to_owned(),
            }),
        }
    }

    fn read_table(
        &mut self,
        path: &Path,
        text: &str,
        prefix: &str,
        table: &DeTable<'_>,
        faults: &mut Vec<Fault>,
    ) {
        for (name, value) in table {
            let key = format!("{prefix}{}", name.get_ref());
            let origin = in_file(path, text, name.span().start);
            if let DeValue::Table(inner) = value.get_ref() {
                self.read_table(path, text, &format!("{key}."), inner, faults);
                continue;
            }
            let Some(setting) = setting::find(&key) else {
                faults.push(unknown_key(&key, origin));
                continue;
            };
            match plain_text(value.get_ref()) {
                Some(text) => self.set(setting, text, origin),
                None => faults.push(Fault {
                    message: format!("{key} takes a text, a number, or true or false"),
                    origin,
                    hint: setting.help.to_owned(),
                }),
            }
        }
    }

    /// Adds what the environment says. An empty variable counts as unset.
    pub fn read_environment(
        &mut self,
        variables: impl Iterator<Item = (String, String)>,
        faults: &mut Vec<Fault>,
    ) {
        for (name, text) in variables {
            if text.is_empty() {
                continue;
            }
            if let Some(setting) = setting::ALL.iter().copied().find(|s| s.env == name) {
                self.set(setting, text, Origin::Environment(name));
            } else if is_misspelt(&name) {
                let known = setting::ALL.iter().map(|s| s.env);
                let hint = setting::closest(&name, known).map_or(
                    "see `daybook config show` for the names".to_owned(),
                    |closest| format!("did you mean {closest}?"),
                );
                faults.push(Fault {
                    message: format!("{name} is not a setting"),
                    origin: Origin::Environment(name),
                    hint,
                });
            }
        }
    }
}

/// Variables that look like ours and are not. Those for tests and for the embedded server belong to others.
fn is_misspelt(name: &str) -> bool {
    name.starts_with("DAYBOOK_")
        && !["DAYBOOK_TEST_", "DAYBOOK_PG_", "DAYBOOK_LOG"]
            .iter()
            .any(|p| name.starts_with(p))
}

fn unknown_key(key: &str, origin: Origin) -> Fault {
    let hint = setting::closest(key, setting::ALL.iter().map(|s| s.key)).map_or(
        "see `daybook config show` for the keys".to_owned(),
        |closest| format!("did you mean {closest}?"),
    );
    Fault {
        message: format!("unknown key {key}"),
        origin,
        hint,
    }
}

fn plain_text(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => Some(number.as_str().to_owned()),
        DeValue::Boolean(yes) => Some(yes.to_string()),
        _ => None,
    }
}

fn in_file(path: &Path, text: &str, offset: usize) -> Origin {
    let line = 1 + text
        .bytes()
        .take(offset)
        .filter(|byte| *byte == b'\n')
        .count();
    Origin::File {
        path: path.to_owned(),
        line,
    }
}
