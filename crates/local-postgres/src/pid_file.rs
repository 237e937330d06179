//! What a server says of itself in `postmaster.pid`.

use std::path::Path;

use nix::sys::signal::kill;
use nix::unistd::Pid;

/// A server that is running.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Running {
    pub pid: Pid,
    pub port: u16,
    pub ready: bool,
}

/// Reads the file of a data folder; `None` when no server is running on it.
pub(crate) fn read(data: &Path) -> Option<Running> {
    let text = std::fs::read_to_string(data.join("postmaster.pid")).ok()?;
    let lines: Vec<_> = text.lines().collect();
    let pid = Pid::from_raw(lines.first()?.trim().parse().ok()?);
    let port = lines.get(3)?.trim().parse().ok()?;
    let ready = lines.get(7).is_some_and(|status| status.trim() == "ready");
    is_alive(pid).then_some(Running { pid, port, ready })
}

/// Whether a process exists. One that we may not signal does.
pub(crate) fn is_alive(pid: Pid) -> bool {
    !matches!(kill(pid, None), Err(nix::errno::Errno::ESRCH))
}
