//! Makes the data folder of a server: with `initdb`, or as a copy of a template.

use std::fs;
use std::path::Path;

use crate::Error;
use crate::account::Account;
use crate::binaries::Binaries;
use crate::folder::Folder;
use crate::password::Password;
use crate::template::Template;

/// The server's superuser.
pub(crate) const SUPERUSER: &str = "daybook";

/// Characters are UTF-8, and text sorts by code point: the same everywhere, and the fastest.
const CHARACTER_TYPE: &str = if cfg!(target_os = "macos") {
    "UTF-8"
} else {
    "C.UTF-8"
};

/// Makes the data folder, unless it is there.
pub(crate) fn make(
    folder: &Folder,
    account: &Account,
    template_cache: Option<&Path>,
) -> Result<(), Error> {
    if folder.is_made() {
        return Ok(());
    }
    folder.clear_unfinished()?;
    let binaries = Binaries::find()?;
    match template_cache {
        None => initialise(folder, account, &binaries)?,
        Some(cache) => copy(
            folder,
            account,
            &Template::in_cache(cache, account, &binaries)?,
        )?,
    }
    let data = folder.data();
    fs::rename(folder.unfinished_data(), &data).map_err(|error| Error::io(&data, error))
}

/// Makes the data folder of a standby from a server that is running, unless it is there.
pub(crate) fn copy_running(
    folder: &Folder,
    account: &Account,
    binaries: &Binaries,
    running: &Folder,
    port: u16,
) -> Result<(), Error> {
    if folder.is_made() {
        return Ok(());
    }
    folder.clear_unfinished()?;
    let password = Password::read(&running.password())?;
    let mut command = account.command("cp");
    command
        .arg("-a")
        .arg(running.password())
        .arg(folder.password());
    Account::run("cp", command)?;
    let mut command = account.command(binaries.program("pg_basebackup"));
    command
        .env("PGPASSWORD", password.reveal())
        .args(["--host", "127.0.0.1", "--port", &port.to_string()])
        .args(["--username", SUPERUSER, "--checkpoint", "fast"])
        .args(["--write-recovery-conf", "--pgdata"])
        .arg(folder.unfinished_data());
    Account::run("pg_basebackup", command)?;
    let data = folder.data();
    fs::rename(folder.unfinished_data(), &data).map_err(|error| Error::io(&data, error))
}

/// Makes a data folder under its unfinished name.
fn initialise(folder: &Folder, account: &Account, binaries: &Binaries) -> Result<(), Error> {
    let password = folder.password();
    Password::create(&password)?;
    account.own(&password)?;
    let mut command = account.command(binaries.program("initdb"));
    command
        .args(["--username", SUPERUSER, "--auth", "scram-sha-256"])
        .args(["--encoding", "UTF8", "--locale", "C"])
        .args(["--lc-ctype", CHARACTER_TYPE])
        .arg("--pwfile")
        .arg(&password)
        .arg("--pgdata")
        .arg(folder.unfinished_data());
    Account::run("initdb", command)
}

/// Copies a template, which is many times faster; the password comes with it.
fn copy(folder: &Folder, account: &Account, template: &Template) -> Result<(), Error> {
    let copies = [
        (template.folder().password(), folder.password()),
        (template.folder().data(), folder.unfinished_data()),
    ];
    for (from, to) in copies {
        let mut command = account.command("cp");
        command.arg("-a").arg(from).arg(to);
        Account::run("cp", command)?;
    }
    Ok(())
}
