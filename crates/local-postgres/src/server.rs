//! Makes, starts and stops a server.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::net::TcpListener;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use rand::RngExt;

use crate::account::Account;
use crate::pid_file::{self, is_alive};
use crate::{Binaries, Error};

/// How long a server may take to start or stop. Recovery after a crash can take a while.
const PATIENCE: Duration = Duration::from_secs(60);
/// The server's superuser.
const USER: &str = "daybook";
const PASSWORD_LENGTH: usize = 24;

/// How long a server lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lifetime {
    /// Until it is stopped, also after this program has ended.
    Detached,
    /// As long as the value that started it, and never longer than this program.
    Owned,
}

/// How to open a server.
#[derive(Debug, Clone)]
pub struct Options {
    /// Folder for everything the server keeps. Created when missing.
    pub dir: PathBuf,
    /// How long it lives.
    pub lifetime: Lifetime,
    /// Settings beyond the defaults, such as `("fsync", "off")`.
    pub settings: Vec<(String, String)>,
    /// A folder of a stopped server to copy instead of making a new one.
    pub template: Option<PathBuf>,
}

impl Options {
    /// A detached server with default settings.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self {
            dir: dir.into(),
            lifetime: Lifetime::Detached,
            settings: Vec::new(),
            template: None,
        }
    }
}

/// A server that runs.
#[derive(Debug)]
pub struct LocalPostgres {
    options: Options,
    binaries: Binaries,
    account: Account,
    password: String,
    port: u16,
    owned: Option<Owned>,
}

/// A server that must not outlive us, and the shell that sees to it even if we are killed.
#[derive(Debug)]
struct Owned {
    server: Child,
    watchdog: Child,
}

impl LocalPostgres {
    /// Opens the server of a folder: makes it if there is none, starts it if it is not running.
    ///
    /// # Errors
    /// PostgreSQL is not installed, the folder cannot be used, or the server does not start.
    pub fn open(options: Options) -> Result<Self, Error> {
        let binaries = Binaries::find()?;
        let account = Account::choose(&options.dir)?;
        let mut server = Self {
            options,
            binaries,
            account,
            password: String::new(),
            port: 0,
            owned: None,
        };
        server.make()?;
        server.password = read_password(&server.options.dir)?;
        server.start()?;
        Ok(server)
    }

    /// Makes a folder for copies and leaves it stopped.
    ///
    /// # Errors
    /// As for [`LocalPostgres::open`].
    pub fn prepare(dir: &Path) -> Result<(), Error> {
        let server = Self {
            options: Options::new(dir),
            binaries: Binaries::find()?,
            account: Account::choose(dir)?,
            password: String::new(),
            port: 0,
            owned: None,
        };
        server.make()
    }

    /// A name for a cache of folders: it changes with the version of PostgreSQL and with who runs it.
    ///
    /// # Errors
    /// PostgreSQL is not installed, or there is nobody to run it.
    pub fn cache_key() -> Result<String, Error> {
        let version = Binaries::find()?.version().unwrap_or_default();
        Ok(format!(
            "{version}-{}",
            Account::choose(Path::new("/"))?.name()
        ))
    }

    /// The port and process id of the server of a folder, if it is running.
    pub fn running(dir: &Path) -> Option<(u16, i32)> {
        pid_file::read(&dir.join("data")).map(|running| (running.port, running.pid.as_raw()))
    }

    /// Stops the server of a folder, if it is running, and waits for its end.
    ///
    /// # Errors
    /// It does not stop.
    pub fn stop_in(dir: &Path) -> Result<bool, Error> {
        let Some(running) = pid_file::read(&dir.join("data")) else {
            return Ok(false);
        };
        // SIGINT is PostgreSQL's fast stop: open transactions are rolled back, the data is left in order.
        kill(running.pid, Signal::SIGINT).map_err(|error| io_error(dir, error.into()))?;
        wait(dir, || !is_alive(running.pid))?;
        Ok(true)
    }

    /// A connection URL, with the password.
    pub fn url(&self, database: &str) -> String {
        format!(
            "postgresql://{USER}:{}@127.0.0.1:{}/{database}?sslmode=disable",
            self.password, self.port
        )
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The folder.
    pub fn dir(&self) -> &Path {
        &self.options.dir
    }

    /// Starts the server if it is not running, and waits until it answers.
    ///
    /// # Errors
    /// It does not start.
    pub fn start(&mut self) -> Result<(), Error> {
        let data = self.data();
        if pid_file::read(&data).is_none() {
            self.port = if self.port == 0 {
                free_port(&self.options.dir)?
            } else {
                self.port
            };
            self.launch()?;
        }
        wait(&self.options.dir, || {
            pid_file::read(&data).is_some_and(|running| running.ready)
        })
        .map_err(|_| self.not_ready())?;
        self.port = pid_file::read(&data).map_or(self.port, |running| running.port);
        Ok(())
    }

    /// Stops the server in order.
    ///
    /// # Errors
    /// It does not stop.
    pub fn stop(&mut self) -> Result<(), Error> {
        self.end(Signal::SIGINT)
    }

    /// Ends the server at once, as a crash does: nothing is written any more.
    ///
    /// # Errors
    /// It does not end.
    pub fn kill(&mut self) -> Result<(), Error> {
        self.end(Signal::SIGKILL)
    }

    fn end(&mut self, signal: Signal) -> Result<(), Error> {
        if let Some(running) = pid_file::read(&self.data()) {
            kill(running.pid, signal).map_err(|error| io_error(&self.options.dir, error.into()))?;
            if let Some(mut owned) = self.owned.take() {
                // A child stays a process until its end is asked for.
                owned
                    .server
                    .wait()
                    .map_err(|error| io_error(&self.options.dir, error))?;
                owned.release();
            }
            wait(&self.options.dir, || !is_alive(running.pid))?;
        }
        Ok(())
    }

    fn data(&self) -> PathBuf {
        self.options.dir.join("data")
    }

    fn log(&self) -> PathBuf {
        self.options.dir.join("postgresql.log")
    }

    /// Makes the folder, unless it is there.
    fn make(&self) -> Result<(), Error> {
        let dir = &self.options.dir;
        if self.data().join("PG_VERSION").is_file() {
            return Ok(());
        }
        fs::create_dir_all(dir).map_err(|error| io_error(dir, error))?;
        self.account.check_way(dir)?;
        if self.data().exists() {
            return Err(Error::NotOurs { path: self.data() });
        }
        self.account.own(dir)?;
        match &self.options.template {
            Some(template) => self.copy(template),
            None => self.initialise(),
        }
    }

    fn copy(&self, template: &Path) -> Result<(), Error> {
        let mut command = self.account.command("cp");
        command
            .arg("-a")
            .arg(template.join("data"))
            .arg(template.join("password"))
            .arg(&self.options.dir);
        run("cp", command)
    }

    fn initialise(&self) -> Result<(), Error> {
        let password_file = self.options.dir.join("password");
        write_password(&password_file)?;
        self.account.own(&password_file)?;
        // Made under another name and renamed, so that a cut leaves no half-made folder behind.
        let unfinished = self.options.dir.join("data.unfinished");
        if unfinished.exists() {
            fs::remove_dir_all(&unfinished).map_err(|error| io_error(&unfinished, error))?;
        }
        let mut command = self.account.command(self.binaries.program("initdb"));
        command
            .args([
                "--username",
                USER,
                "--auth",
                "scram-sha-256",
                "--encoding",
                "UTF8",
                "--locale",
                "C",
            ])
            .arg("--pwfile")
            .arg(&password_file)
            .arg("--pgdata")
            .arg(&unfinished);
        run("initdb", command)?;
        fs::rename(&unfinished, self.data()).map_err(|error| io_error(&self.data(), error))
    }

    fn launch(&mut self) -> Result<(), Error> {
        let log = self.log();
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&log)
            .map_err(|error| io_error(&log, error))?;
        let second = file.try_clone().map_err(|error| io_error(&log, error))?;
        let mut command = self.account.command(self.binaries.program("postgres"));
        command
            .arg("-D")
            .arg(self.data())
            .args(["-p", &self.port.to_string()]);
        for (name, value) in FIXED.into_iter().chain(self.settings()) {
            command.arg("-c").arg(format!("{name}={value}"));
        }
        command.stdin(Stdio::null()).stdout(file).stderr(second);
        if self.options.lifetime == Lifetime::Detached {
            // Its own group, so that Ctrl-C in our terminal does not reach it.
            command.process_group(0);
        }
        let server = command
            .spawn()
            .map_err(|error| io_error(&self.options.dir, error))?;
        if self.options.lifetime == Lifetime::Owned {
            let watchdog = watch(&server).map_err(|error| io_error(&self.options.dir, error))?;
            self.owned = Some(Owned { server, watchdog });
        }
        Ok(())
    }

    fn settings(&self) -> impl Iterator<Item = (&str, &str)> {
        self.options
            .settings
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    fn not_ready(&self) -> Error {
        let log = fs::read_to_string(self.log()).unwrap_or_default();
        Error::NotReady {
            seconds: PATIENCE.as_secs(),
            log: tail(&log),
        }
    }
}

/// Reachable from this machine only, and by TCP only: the path of a socket can be too long for the system.
const FIXED: [(&str, &str); 2] = [
    ("listen_addresses", "127.0.0.1"),
    ("unix_socket_directories", ""),
];

impl Drop for LocalPostgres {
    fn drop(&mut self) {
        if let Some(mut owned) = self.owned.take() {
            let pid = nix::unistd::Pid::from_raw(owned.server.id().cast_signed());
            // The quickest end: the folder is thrown away, or recovers at the next start.
            let _ = kill(pid, Signal::SIGQUIT);
            let _ = owned.server.wait();
            owned.release();
        }
    }
}

impl Owned {
    /// Ends the watchdog, which finds nobody left to stop.
    fn release(mut self) {
        let _ = self.watchdog.kill();
        let _ = self.watchdog.wait();
    }
}

/// A shell that waits for the end of our side of a pipe, which comes however we end, and then stops the server.
fn watch(server: &Child) -> io::Result<Child> {
    Command::new("sh")
        .args([
            "-c",
            "read -r _; kill -QUIT \"$1\"",
            "sh",
            &server.id().to_string(),
        ])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
}

fn run(program: &'static str, mut command: Command) -> Result<(), Error> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|source| Error::Program {
            program,
            output: source.to_string(),
        })?;
    if output.status.success() {
        Ok(())
    } else {
        Err(Error::Program {
            program,
            output: tail(&String::from_utf8_lossy(&output.stderr)),
        })
    }
}

fn wait(dir: &Path, done: impl Fn() -> bool) -> Result<(), Error> {
    let start = Instant::now();
    while !done() {
        if start.elapsed() > PATIENCE {
            let source = io::Error::new(io::ErrorKind::TimedOut, "the server does not end");
            return Err(io_error(dir, source));
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}

fn free_port(dir: &Path) -> Result<u16, Error> {
    let listener = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    listener
        .map(|address| address.port())
        .map_err(|error| io_error(dir, error))
}

fn write_password(path: &Path) -> Result<(), Error> {
    let mut random = rand::rng();
    let password: String = (0..PASSWORD_LENGTH)
        .map(|_| char::from(random.sample(rand::distr::Alphanumeric)))
        .collect();
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600);
    let write = |mut file: File| file.write_all(password.as_bytes());
    options
        .open(path)
        .and_then(write)
        .map_err(|error| io_error(path, error))?;
    fs::set_permissions(path, Permissions::from_mode(0o600)).map_err(|error| io_error(path, error))
}

fn read_password(dir: &Path) -> Result<String, Error> {
    let path = dir.join("password");
    fs::read_to_string(&path).map_err(|error| io_error(&path, error))
}

fn io_error(path: &Path, source: io::Error) -> Error {
    Error::Io {
        path: path.to_owned(),
        source,
    }
}

/// The last lines of a text, in one.
fn tail(text: &str) -> String {
    let lines: Vec<_> = text
        .lines()
        .rev()
        .filter(|line| !line.trim().is_empty())
        .take(4)
        .collect();
    lines.into_iter().rev().collect::<Vec<_>>().join(" / ")
}
