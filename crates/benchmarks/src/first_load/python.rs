//! The Python of the baselines: an environment of their own, in the build folder.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};

/// Folder of the baselines' scripts.
pub fn scripts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../benches/baselines")
}

/// Makes the environment, unless it is there. Returns its interpreter.
pub fn environment() -> anyhow::Result<PathBuf> {
    let program = std::env::current_exe()?;
    let folder = program.with_file_name("baselines-python");
    let python = folder.join("bin/python");
    if !python.exists() {
        succeed(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
    }
    let requirements = scripts().join("requirements.txt");
    succeed(
        Command::new(&python)
            .args(["-m", "pip", "install", "--quiet", "--requirement"])
            .arg(requirements),
    )?;
    Ok(python)
}

fn succeed(command: &mut Command) -> anyhow::Result<()> {
    let output = command
        .output()
        .context("python3 cannot be run; Debian has it in python3-venv")?;
    ensure!(
        output.status.success(),
        "{command:?} failed: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(())
}
