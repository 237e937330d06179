//! Starts and stops a server.

use std::ffi::OsString;
use std::fs::File;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::thread;
use std::time::{Duration, Instant};

use nix::fcntl::Flock;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::account::Account;
use crate::binaries::Binaries;
use crate::cluster::{self, SUPERUSER};
use crate::folder::{self, Folder};
use crate::password::Password;
use crate::pid_file::PidFile;
use crate::process::{self, tail};
use crate::{Error, Watchdog};

/// How long a server may take to start or stop. Recovery after a crash can take a while.
const PATIENCE: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(5);
/// Between our look for a free port and the server's start somebody else may take it.
const PORT_ATTEMPTS: u32 = 5;

/// Reachable from this machine only, and by TCP only: the path of a socket can be too long for the system.
const REACHABLE: [(&str, &str); 2] = [
    ("listen_addresses", "127.0.0.1"),
    ("unix_socket_directories", ""),
];
/// Nothing is forced onto the disk: what is committed survives a crash of the server, but not one of the machine.
/// `synchronous_commit` stays on: without it a crash of the server would take commits along, and it costs little without `fsync`.
const NOT_DURABLE: [(&str, &str); 2] = [("fsync", "off"), ("full_page_writes", "off")];

/// How long a server lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lifetime {
    /// Until it is stopped, also after this program has ended. Ctrl-C in our terminal does not reach it.
    Detached,
    /// As long as the value that started it, and never longer than this program, however that ends. A server that was
    /// running before is left running.
    Owned,
}

/// How to stop a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopMode {
    /// Waits until all clients have gone.
    Smart,
    /// Rolls open transactions back, closes connections, leaves the data in order.
    Fast,
    /// Stops at once; the next start recovers.
    Immediate,
}

impl StopMode {
    /// What PostgreSQL listens to.
    fn signal(self) -> Signal {
        match self {
            Self::Smart => Signal::SIGTERM,
            Self::Fast => Signal::SIGINT,
            Self::Immediate => Signal::SIGQUIT,
        }
    }
}

/// How to open a server.
#[derive(Debug, Clone)]
pub struct Options {
    /// Folder for everything the server keeps. Created when missing.
    pub dir: PathBuf,
    /// How long it lives.
    pub lifetime: Lifetime,
    /// Whether what is committed survives a crash of the machine. Tests do without and are faster.
    pub durable: bool,
    /// Settings beyond the defaults, such as `("shared_buffers", "32MB")`.
    pub settings: Vec<(String, String)>,
    /// A folder that keeps ready-made data folders to copy from, because making one takes a second or two. It may be
    /// shared by programs that run at the same time.
    pub template_cache: Option<PathBuf>,
}

impl Options {
    /// A detached, durable server with default settings.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self {
            dir: dir.into(),
            lifetime: Lifetime::Detached,
            durable: true,
            settings: Vec::new(),
            template_cache: None,
        }
    }
}

/// Where a server is running.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Running {
    /// The process id of the server's first process.
    pub pid: i32,
    /// The port on 127.0.0.1.
    pub port: u16,
}

/// A server in a folder. It runs after [`LocalPostgres::open`], and until it is stopped.
#[derive(Debug)]
pub struct LocalPostgres {
    options: Options,
    folder: Folder,
    account: Account,
    binaries: Binaries,
    password: Password,
    port: u16,
    /// The server, if this value started it. Ended children have to be asked for their end, or they stay on.
    child: Option<Child>,
    /// Of an owned server that runs.
    watchdog: Option<Watchdog>,
}

impl LocalPostgres {
    /// Opens the server of a folder: makes it if there is none, starts it if it is not running, waits until it accepts
    /// connections.
    ///
    /// # Errors
    /// PostgreSQL is not installed, the folder cannot be used, or the server does not start.
    pub fn open(options: Options) -> Result<Self, Error> {
        let account = Account::choose(&options.dir)?;
        let folder = Folder::create(&options.dir, &account)?;
        let lock = folder.lock()?;
        cluster::make(&folder, &account, options.template_cache.as_deref())?;
        let mut server = Self {
            binaries: Binaries::find_for(&folder.data(), &folder.version()?)?,
            password: Password::read(&folder.password())?,
            port: folder.free_port()?,
            options,
            folder,
            account,
            child: None,
            watchdog: None,
        };
        server.start_locked(&lock)?;
        Ok(server)
    }

    /// Opens a hot standby of this server in another folder, with the same lifetime and settings. It streams from this
    /// server, without the other waiting for it, until it is promoted.
    ///
    /// # Errors
    /// This server is not running, the folder cannot be used, or the standby does not start.
    pub fn open_standby(&self, dir: impl Into<PathBuf>) -> Result<Self, Error> {
        let options = Options {
            dir: dir.into(),
            ..self.options.clone()
        };
        let folder = Folder::create(&options.dir, &self.account)?;
        {
            let _lock = folder.lock()?;
            cluster::copy_running(
                &folder,
                &self.account,
                &self.binaries,
                &self.folder,
                self.port,
            )?;
        }
        Self::open(options)
    }

    /// Where the server of a folder is running, if it is.
    pub fn running(dir: &Path) -> Option<Running> {
        find(dir).map(|found| Running {
            pid: found.pid.as_raw(),
            port: found.port,
        })
    }

    /// Stops the server of a folder in the fast way and waits for its end; `false` when it was not running.
    ///
    /// # Errors
    /// We may not stop it, or it does not stop.
    pub fn stop_in(dir: &Path) -> Result<bool, Error> {
        let Some(found) = find(dir) else {
            return Ok(false);
        };
        send(dir, found.pid, StopMode::Fast.signal())?;
        wait_for_end(dir, || !process::is_alive(found.pid))?;
        Ok(true)
    }

    /// A connection URL, with the password, for the superuser `daybook`.
    pub fn url(&self, database: &str) -> String {
        format!(
            "postgresql://{SUPERUSER}:{}@127.0.0.1:{}/{database}?sslmode=disable",
            self.password.reveal(),
            self.port
        )
    }

    /// The port on 127.0.0.1. It stays the same when the server is started again.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The folder, in full.
    pub fn dir(&self) -> &Path {
        self.folder.path()
    }

    /// The process id of the server's first process, if it is running.
    pub fn pid(&self) -> Option<i32> {
        Self::running(self.dir()).map(|running| running.pid)
    }

    /// Starts the server if it is not running, and waits until it accepts connections.
    ///
    /// # Errors
    /// It does not start.
    pub fn start(&mut self) -> Result<(), Error> {
        let lock = self.folder.lock()?;
        self.start_locked(&lock)
    }

    /// Stops the server and waits for its end. Nothing happens if it is not running.
    ///
    /// # Errors
    /// It does not stop.
    pub fn stop(&mut self, mode: StopMode) -> Result<(), Error> {
        if let Some(found) = PidFile::read(&self.folder.data()) {
            send(self.dir(), found.pid, mode.signal())?;
            self.wait_for_end(&[found.pid])?;
        }
        self.release();
        Ok(())
    }

    /// Ends all processes of the server at once, as a power cut does, and waits until they are gone. What the server
    /// has handed to the system is kept.
    ///
    /// # Errors
    /// We may not end them, or they do not end.
    pub fn kill(&mut self) -> Result<(), Error> {
        if let Some(found) = PidFile::read(&self.folder.data()) {
            // Held still, so that it starts no process that we do not know of. Survivors would keep the shared memory
            // in use, and the next start would be refused.
            send(self.dir(), found.pid, Signal::SIGSTOP)?;
            let mut all = process::children(found.pid);
            all.insert(0, found.pid);
            for pid in &all {
                send(self.dir(), *pid, Signal::SIGKILL)?;
            }
            self.wait_for_end(&all)?;
        }
        self.release();
        Ok(())
    }

    fn start_locked(&mut self, _lock: &Flock<File>) -> Result<(), Error> {
        if PidFile::read(&self.folder.data()).is_none() {
            return self.launch();
        }
        match self.wait_until_ready() {
            // It was running, but about to end.
            Err(Error::NotStarted { .. }) => self.launch(),
            outcome => outcome,
        }
    }

    /// Starts the server, and once more on another port as long as the port turns out to be taken.
    fn launch(&mut self) -> Result<(), Error> {
        // Who has a URL already relies on the port.
        let was_started = self.child.is_some();
        for attempt in 1.. {
            self.spawn()?;
            match self.wait_until_ready() {
                Err(Error::NotStarted { .. })
                    if !was_started && attempt < PORT_ATTEMPTS && !folder::is_free(self.port) =>
                {
                    self.port = self.folder.free_port()?;
                }
                outcome => {
                    outcome?;
                    break;
                }
            }
        }
        self.folder.remember_port(self.port)
    }

    fn spawn(&mut self) -> Result<(), Error> {
        let io_error = |error| Error::io(self.folder.path(), error);
        let log = self.folder.open_log(&self.account)?;
        let mut command = self.account.command(self.binaries.program("postgres"));
        command
            .arg("-D")
            .arg(self.folder.data())
            .args(self.settings());
        command
            .stdout(log.try_clone().map_err(io_error)?)
            .stderr(log);
        if self.options.lifetime == Lifetime::Detached {
            command.process_group(0);
        }
        let child = command.spawn().map_err(|error| Error::Program {
            program: "postgres",
            output: error.to_string(),
        })?;
        if self.options.lifetime == Lifetime::Owned {
            let pid = child.id().to_string();
            let watchdog = Watchdog::start("kill -QUIT \"$1\"", [pid]).map_err(io_error)?;
            self.watchdog = Some(watchdog);
        }
        self.child = Some(child);
        Ok(())
    }

    /// Settings as arguments. Ours come first, so that the caller's word is the last.
    fn settings(&self) -> Vec<OsString> {
        let durability = if self.options.durable {
            &[][..]
        } else {
            &NOT_DURABLE
        };
        let given = self.options.settings.iter();
        REACHABLE
            .iter()
            .chain(durability)
            .copied()
            .chain(given.map(|(name, value)| (name.as_str(), value.as_str())))
            .map(|(name, value)| (name, value.to_owned()))
            .chain([("port", self.port.to_string())])
            .flat_map(|(name, value)| ["-c".into(), format!("{name}={value}").into()])
            .collect()
    }

    fn wait_until_ready(&mut self) -> Result<(), Error> {
        let data = self.folder.data();
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            match PidFile::read(&data) {
                Some(found) if found.ready => {
                    self.port = found.port;
                    return Ok(());
                }
                Some(_) => {}
                None if self.has_ended()? => {
                    self.release();
                    return Err(Error::NotStarted {
                        log: tail(&self.folder.read_log()),
                    });
                }
                None => {}
            }
            thread::sleep(POLL);
        }
        Err(Error::NotReady {
            seconds: PATIENCE.as_secs(),
            log: tail(&self.folder.read_log()),
        })
    }

    /// Whether the server that we started, or found running, is no more.
    fn has_ended(&mut self) -> Result<bool, Error> {
        match &mut self.child {
            None => Ok(true),
            Some(child) => {
                let status = child.try_wait();
                Ok(status
                    .map_err(|error| Error::io(self.folder.path(), error))?
                    .is_some())
            }
        }
    }

    fn wait_for_end(&mut self, pids: &[Pid]) -> Result<(), Error> {
        let dir = self.folder.path().to_owned();
        wait_for_end(&dir, || !pids.iter().any(|pid| process::is_alive(*pid)))
    }

    /// After the server's end: nobody is left to look after.
    fn release(&mut self) {
        if let Some(watchdog) = self.watchdog.take() {
            watchdog.dismiss();
        }
        if let Some(child) = &mut self.child {
            // It has ended, so this does not block; a failure means that somebody else asked before.
            let _ = child.try_wait();
        }
    }
}

impl Drop for LocalPostgres {
    fn drop(&mut self) {
        // The watchdog is there exactly while an owned server runs. The quickest end will do: the folder is thrown
        // away, or recovers at the next start. Whatever does not work here, the dropped watchdog does again.
        if self.watchdog.is_some() {
            let _ = self.stop(StopMode::Immediate);
        }
    }
}

fn find(dir: &Path) -> Option<PidFile> {
    let dir = dir.canonicalize().ok()?;
    PidFile::read(&folder::data_in(&dir))
}

/// Signals a process. One that has ended meanwhile has done what was asked.
fn send(dir: &Path, pid: Pid, signal: Signal) -> Result<(), Error> {
    match kill(pid, signal) {
        Ok(()) | Err(nix::errno::Errno::ESRCH) => Ok(()),
        Err(error) => Err(Error::io(dir, error)),
    }
}

fn wait_for_end(dir: &Path, has_ended: impl Fn() -> bool) -> Result<(), Error> {
    let start = Instant::now();
    while !has_ended() {
        if start.elapsed() > PATIENCE {
            return Err(Error::NotStopped {
                path: dir.to_owned(),
                seconds: PATIENCE.as_secs(),
            });
        }
        thread::sleep(POLL);
    }
    Ok(())
}
