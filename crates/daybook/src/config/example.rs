//! A commented configuration file with every setting, written from the table of settings.

use super::setting::{self, Setting};

const HEAD: &str = "\
# daybook's configuration: every setting with its default. Kept as daybook.toml in the working directory, or named with
# --config. The environment variable beside each setting overrides the file, a flag overrides both.
# `daybook config check` reports all faults at once, `daybook config show` what the program really sees.
";

/// Lines of help are wrapped to this width.
const WIDTH: usize = 118;

/// The file's text. Settings without a default are there as comments.
pub fn text() -> String {
    with(&[])
}

/// The same, with some values in place of the defaults.
pub fn with(values: &[(&'static Setting, String)]) -> String {
    let mut text = HEAD.to_owned();
    let mut section = "";
    for setting in setting::ALL {
        let (table, name) = setting
            .key
            .split_once('.')
            .expect("every key has a section");
        if table != section {
            text += &format!("\n[{table}]\n");
            section = table;
        } else {
            text.push('\n');
        }
        text += &wrapped(setting.help);
        text += &format!("# Environment: {}\n", setting.env);
        let value = values
            .iter()
            .find(|(valued, _)| valued.key == setting.key)
            .map(|(_, value)| value.as_str());
        text += &match value {
            Some(value) => assignment(name, value),
            None => line(setting, name),
        };
    }
    text
}

fn line(setting: &Setting, name: &str) -> String {
    match setting.default {
        Some(default) => assignment(name, default),
        None => format!("# {name} = \"\"\n"),
    }
}

fn assignment(name: &str, value: &str) -> String {
    match is_bare(value) {
        true => format!("{name} = {value}\n"),
        false => format!("{name} = {}\n", toml::Value::from(value)),
    }
}

/// Whether TOML takes a value without quotes.
fn is_bare(value: &str) -> bool {
    value.parse::<i64>().is_ok() || value.parse::<bool>().is_ok()
}

fn wrapped(help: &str) -> String {
    let mut lines = String::new();
    let mut line = "#".to_owned();
    for word in help.split_whitespace() {
        if line.chars().count() + 1 + word.chars().count() > WIDTH {
            lines += &line;
            lines.push('\n');
            "#".clone_into(&mut line);
        }
        line.push(' ');
        line += word;
    }
    lines + &line + "\n"
}
