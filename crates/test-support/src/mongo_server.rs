//! A MongoDB server of our own: `mongod`, or what stands in for it, as a replica set of one in a temporary folder.

use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use bson::doc;
use local_postgres::Watchdog;
use mongodb::error::{Error, ErrorKind};
use mongodb::{Client, Database};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::folder::ServerFolder;
use crate::free_port::free_port;

/// How long a server may take to answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long a server may take to stop in order. Some wait for the change streams that are open.
const STOP_PATIENCE: Duration = Duration::from_secs(5);
const POLL: Duration = Duration::from_millis(10);
/// Between our look for a free port and the server's start somebody else may take it.
const PORT_ATTEMPTS: u32 = 5;
/// What `mongod` answers until a replica set is initiated.
const NOT_YET_INITIALIZED: i32 = 94;
const REPLICA_SET: &str = "rs0";

/// The programs that we know how to run.
#[derive(Debug, Clone)]
enum Program {
    Mongod(PathBuf),
    /// A server that is compatible with MongoDB and can be built from source.
    Secantus(PathBuf),
}

/// Whether a server is a replica set of one, which has change streams, or stands alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Topology {
    ReplicaSet,
    Standalone,
}

/// A server that can be stopped, killed and started again on the same port and data.
#[derive(Debug)]
pub(crate) struct MongoServer {
    program: Program,
    topology: Topology,
    port: u16,
    running: Option<Process>,
    /// Declared last, and so removed last.
    folder: ServerFolder,
}

/// A running server, and what ends it if we are killed.
#[derive(Debug)]
struct Process {
    server: Child,
    watchdog: Watchdog,
}

impl MongoServer {
    /// Starts a server on empty data. It blocks until the server takes writes.
    ///
    /// # Panics
    /// There is no program for it on the machine.
    pub fn start(topology: Topology) -> Self {
        let folder = ServerFolder::create("mongodb");
        fs::create_dir(folder.path().join("data")).expect("folders can be created in our own");
        let mut server = Self {
            program: Program::find(),
            topology,
            port: 0,
            running: None,
            folder,
        };
        for _ in 0..PORT_ATTEMPTS {
            server.port = free_port();
            if server.resume().is_ok() {
                return server;
            }
        }
        panic!("the MongoDB server does not start: {}", server.log());
    }

    /// A connection string without a database.
    pub fn uri(&self) -> String {
        format!("mongodb://127.0.0.1:{}/?directConnection=true", self.port)
    }

    /// Starts it again after a stop or a kill.
    ///
    /// # Panics
    /// It does not start.
    pub fn restart(&mut self) {
        if self.running.is_none() {
            self.resume()
                .unwrap_or_else(|ended| panic!("the MongoDB server {ended}: {}", self.log()));
        }
    }

    /// Stops it in order, or by force if that takes too long.
    pub fn stop(&mut self) {
        if let Some(process) = self.running.take() {
            process.stop();
        }
    }

    /// Ends it at once, as a crash does.
    pub fn kill(&mut self) {
        if let Some(process) = self.running.take() {
            process.kill();
        }
    }

    fn resume(&mut self) -> Result<(), &'static str> {
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.log_file())
            .expect("files can be created in our own folder");
        let mut command =
            self.program
                .command(self.folder.path().join("data"), self.port, self.topology);
        command
            .current_dir(self.folder.path())
            // Where it would look for settings of the user.
            .env("HOME", self.folder.path())
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a file can be opened twice"))
            .stderr(log);
        let server = command
            .spawn()
            .expect("a program that was found can be run");
        let watchdog = Watchdog::start("kill -KILL \"$1\"", [server.id().to_string()]);
        let mut process = Process {
            server,
            watchdog: watchdog.expect("there is a shell"),
        };
        let ready = process.wait_until_ready(self.port, self.topology);
        match ready {
            Ok(()) => self.running = Some(process),
            Err(_) => process.kill(),
        }
        ready
    }

    fn log_file(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    fn log(&self) -> String {
        fs::read_to_string(self.log_file()).unwrap_or_default()
    }
}

impl Drop for MongoServer {
    fn drop(&mut self) {
        self.kill();
    }
}

impl Process {
    fn wait_until_ready(&mut self, port: u16, topology: Topology) -> Result<(), &'static str> {
        // In a thread of its own: the caller's runtime is busy with the test that asked.
        let asking = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            runtime
                .expect("the system gives us a runtime")
                .block_on(takes_writes(port, topology))
        });
        while !asking.is_finished() {
            if self.server.try_wait().is_ok_and(|status| status.is_some()) {
                return Err("ended");
            }
            thread::sleep(POLL);
        }
        match asking.join() {
            Ok(true) => Ok(()),
            _ => Err("does not answer"),
        }
    }

    fn stop(mut self) {
        // A failure means that it has ended already.
        let _ = kill(
            Pid::from_raw(self.server.id().cast_signed()),
            Signal::SIGTERM,
        );
        let start = Instant::now();
        while start.elapsed() < STOP_PATIENCE {
            if self.server.try_wait().is_ok_and(|status| status.is_some()) {
                self.watchdog.dismiss();
                return;
            }
            thread::sleep(POLL);
        }
        self.kill();
    }

    fn kill(mut self) {
        // Failures mean that it has ended already.
        let _ = self.server.kill();
        let _ = self.server.wait();
        self.watchdog.dismiss();
    }
}

impl Program {
    fn find() -> Self {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let cargo = std::env::var_os("CARGO_HOME")
            .map(PathBuf::from)
            .or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")));
        let folders: Vec<_> = std::env::split_paths(&path)
            .chain(cargo.map(|cargo| cargo.join("bin")))
            .collect();
        let find = |name: &str| {
            let mut candidates = folders.iter().map(|folder| folder.join(name));
            candidates.find(|candidate| candidate.is_file())
        };
        find("mongod")
            .map(Self::Mongod)
            .or_else(|| find("secantusd-rs").map(Self::Secantus))
            .expect("the tests need a MongoDB server: run `scripts/setup test`")
    }

    fn command(&self, data: PathBuf, port: u16, topology: Topology) -> Command {
        let port = port.to_string();
        match self {
            Self::Mongod(program) => {
                let mut command = Command::new(program);
                command
                    .args(["--bind_ip", "127.0.0.1", "--port", &port, "--nounixsocket"])
                    .args(["--wiredTigerCacheSizeGB", "0.25", "--dbpath"])
                    .arg(data);
                if topology == Topology::ReplicaSet {
                    command.args(["--replSet", REPLICA_SET]);
                }
                command
            }
            Self::Secantus(program) => {
                let mut command = Command::new(program);
                command
                    .args(["--host", "127.0.0.1", "--port", &port])
                    .args(["--cache-size", "256M", "--log-file-max", "16MB"])
                    // Else a kill takes acknowledged writes along, which no `mongod` does to a majority write.
                    .args(["--sync-on-commit", "--log-level", "ERROR"])
                    .arg("--storage-path")
                    .arg(data);
                if topology == Topology::Standalone {
                    command.arg("--standalone");
                }
                command
            }
        }
    }
}

/// Waits until a server takes writes; makes it a replica set first if it is to be one.
async fn takes_writes(port: u16, topology: Topology) -> bool {
    let uri =
        format!("mongodb://127.0.0.1:{port}/?directConnection=true&serverSelectionTimeoutMS=500");
    let client = Client::with_uri_str(uri)
        .await
        .expect("our own connection string is right");
    let admin = client.database("admin");
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        if topology == Topology::Standalone || is_replica_set(&admin, port).await {
            let hello = admin.run_command(doc! { "hello": 1 }).await;
            if hello.is_ok_and(|hello| hello.get_bool("isWritablePrimary").unwrap_or(false)) {
                return true;
            }
        }
        tokio::time::sleep(POLL).await;
    }
    false
}

async fn is_replica_set(admin: &Database, port: u16) -> bool {
    let status = admin.run_command(doc! { "replSetGetStatus": 1 }).await;
    if let Err(error) = &status
        && has_code(error, NOT_YET_INITIALIZED)
    {
        let members = [doc! { "_id": 0, "host": format!("127.0.0.1:{port}") }];
        let config = doc! { "_id": REPLICA_SET, "members": members.to_vec() };
        // Whether it worked is seen in the next round.
        let _ = admin.run_command(doc! { "replSetInitiate": config }).await;
    }
    status.is_ok()
}

fn has_code(error: &Error, code: i32) -> bool {
    matches!(&*error.kind, ErrorKind::Command(failed) if failed.code == code)
}
