//! What can be known of a process from outside: whether it is there, what it runs, which processes it started.
//!
//! Reads `/proc`; where there is none, asks `ps`.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use nix::unistd::Pid;

/// Whether a process runs. One that has ended does not, even if nobody asked for its end yet.
pub(crate) fn is_alive(pid: Pid) -> bool {
    let state = if has_proc() {
        stat(&format!("/proc/{pid}")).map(|(state, _)| state)
    } else {
        ps(&["-o", "state=", "-p", &pid.to_string()])
    };
    // Only as a zombie it has let go of its files and ports, so only then its end is complete.
    state.is_some_and(|state| !state.is_empty() && !state.starts_with(['Z', 'X']))
}

/// Whether a process runs the server of a data folder. Process ids are used again, after a restart of the machine at
/// the latest, and a file with a process id may outlive its process: nobody else must be signalled.
pub(crate) fn serves(pid: Pid, data: &Path) -> bool {
    let arguments = if has_proc() {
        fs::read(format!("/proc/{pid}/cmdline"))
            .map(|bytes| String::from_utf8_lossy(&bytes).replace('\0', " "))
            .ok()
    } else {
        ps(&["-ww", "-o", "command=", "-p", &pid.to_string()])
    };
    let wanted = format!(" -D {} ", data.display());
    arguments.is_some_and(|arguments| arguments.contains(&wanted))
}

/// The processes that a process started and that still run.
pub(crate) fn children(parent: Pid) -> Vec<Pid> {
    let all = if has_proc() {
        parents_in_proc()
    } else {
        parents_from_ps()
    };
    all.into_iter()
        .filter(|(_, its_parent)| *its_parent == parent.as_raw())
        .map(|(pid, _)| Pid::from_raw(pid))
        .collect()
}

/// The last lines of a program's messages, in one.
pub(crate) fn tail(text: &str) -> String {
    const LINES: usize = 4;
    let filled: Vec<_> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    filled[filled.len().saturating_sub(LINES)..].join(" / ")
}

fn has_proc() -> bool {
    Path::new("/proc/self/stat").exists()
}

/// State and parent of a process, from its folder in `/proc`.
fn stat(folder: &str) -> Option<(String, i32)> {
    let stat = fs::read_to_string(format!("{folder}/stat")).ok()?;
    // The name in parentheses may hold anything; after it come the state and the parent.
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace();
    Some((fields.next()?.to_owned(), fields.next()?.parse().ok()?))
}

/// Pairs of process and parent.
fn parents_in_proc() -> Vec<(i32, i32)> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries
        .filter_map(|entry| {
            let pid = entry.file_name().to_str()?.parse().ok()?;
            let (_, parent) = stat(&format!("/proc/{pid}"))?;
            Some((pid, parent))
        })
        .collect()
}

fn parents_from_ps() -> Vec<(i32, i32)> {
    let text = ps(&["-A", "-o", "pid=,ppid="]).unwrap_or_default();
    text.lines()
        .filter_map(|line| {
            let mut numbers = line.split_whitespace().map(str::parse);
            Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
        })
        .collect()
}

fn ps(arguments: &[&str]) -> Option<String> {
    let output = Command::new("ps")
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .ok()?;
    String::from_utf8(output.stdout).ok()
}
