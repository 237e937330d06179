//! What a server says of itself in `postmaster.pid`.

use std::path::Path;

use nix::unistd::Pid;

use crate::process;

/// A server that is running.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PidFile {
    pub pid: Pid,
    pub port: u16,
    /// Whether it accepts connections.
    pub ready: bool,
}

impl PidFile {
    /// Reads the file of a data folder; `None` when no server is running on it.
    pub fn read(data: &Path) -> Option<Self> {
        let text = std::fs::read_to_string(data.join("postmaster.pid")).ok()?;
        let pid_file = Self::parse(&text)?;
        process::serves(pid_file.pid, data).then_some(pid_file)
    }

    /// The lines of the file: process, data folder, start, port, socket folder, address, shared memory, status.
    fn parse(text: &str) -> Option<Self> {
        let lines: Vec<_> = text.lines().map(str::trim).collect();
        Some(Self {
            pid: Pid::from_raw(lines.first()?.parse().ok()?),
            port: lines.get(3)?.parse().ok()?,
            ready: lines.get(7) == Some(&"ready"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_ready_when_its_file_says_so() {
        let starting = "4711\n/srv/data\n1764000000\n5433\n\n127.0.0.1\n  1234 5\nstarting\n";
        let pid_file = PidFile::parse(starting).unwrap();
        assert_eq!(pid_file.pid.as_raw(), 4711);
        assert_eq!(pid_file.port, 5433);
        assert!(!pid_file.ready);
        let ready = starting.replace("starting", "ready   ");
        assert!(PidFile::parse(&ready).unwrap().ready);
    }

    #[test]
    fn a_file_that_is_being_written_names_no_server() {
        assert!(PidFile::parse("").is_none());
        assert!(PidFile::parse("4711\n/srv/data\n").is_none());
    }

    #[test]
    fn a_file_that_outlived_its_server_names_no_server() {
        let data = tempfile::tempdir().unwrap();
        // Our own process id: it runs, and it is not a server of this folder.
        let text = format!(
            "{}\n-\n1\n5433\n\n127.0.0.1\n1 2\nready\n",
            std::process::id()
        );
        std::fs::write(data.path().join("postmaster.pid"), text).unwrap();
        assert!(PidFile::read(data.path()).is_none());
    }
}
