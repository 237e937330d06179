//! Sees to it that something happens when this program ends, even if it is killed.

use std::ffi::OsStr;
use std::io;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};

/// A shell that waits for the end of our side of a pipe, which comes however we end, and then runs a script.
///
/// It also runs the script when it is dropped; [`Watchdog::dismiss`] ends it without.
#[derive(Debug)]
pub struct Watchdog {
    shell: Child,
}

impl Watchdog {
    /// Starts a shell that will run `script`, with the arguments as `$1`, `$2` and so on.
    ///
    /// # Errors
    /// There is no shell.
    pub fn start<S: AsRef<OsStr>>(
        script: &str,
        arguments: impl IntoIterator<Item = S>,
    ) -> io::Result<Self> {
        let shell = Command::new("sh")
            .arg("-c")
            .arg(format!("read -r _; {script}"))
            .arg("sh")
            .args(arguments)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // Whoever ends our whole group, as Ctrl-C does, must not end it before it has done its work.
            .process_group(0)
            .spawn()?;
        Ok(Self { shell })
    }

    /// Ends the shell; the script is not run.
    pub fn dismiss(mut self) {
        // It waits for us and has done nothing yet, so there is nothing to lose; a failure means that it is gone.
        let _ = self.shell.kill();
        let _ = self.shell.wait();
    }
}
