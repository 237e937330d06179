//! PgBouncer in transaction mode: between two transactions a client may get any server connection, and what the client
//! before left in it.

use std::fs;
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use local_postgres::{Watchdog, is_root};
use tokio_postgres::Config;
use tokio_postgres::config::Host;

use crate::connection_url::parts;
use crate::folder::ServerFolder;
use crate::free_port::free_port;

/// How many server connections a pool has that all tests go through, when it is set.
const SIZE_VARIABLE: &str = "DAYBOOK_TEST_POOL_SIZE";
/// How long it may take to listen.
const PATIENCE: Duration = Duration::from_secs(10);
const POLL: Duration = Duration::from_millis(5);
/// Between our look for a free port and its start somebody else may take it.
const PORT_ATTEMPTS: u32 = 5;

/// A transaction pooler in front of one PostgreSQL server. It ends when it is dropped.
#[derive(Debug)]
pub struct Pooler {
    port: u16,
    process: Child,
    /// Ends it if we are killed. Taken when we end it ourselves.
    watchdog: Option<Watchdog>,
    /// Declared last, and so removed last.
    _folder: ServerFolder,
}

impl Pooler {
    /// A pool of so many connections to each database of the server that a URL leads to. It blocks until it listens.
    ///
    /// # Panics
    /// There is no PgBouncer on the machine, or it does not start.
    pub fn in_front_of(url: &str, size: u32) -> Self {
        for _ in 0..PORT_ATTEMPTS {
            if let Some(pooler) = Self::start(url, size) {
                return pooler;
            }
        }
        panic!("PgBouncer does not start");
    }

    /// A pool in front of the server, if all tests are to go through one.
    pub(crate) fn if_asked_for(url: &str) -> Option<Self> {
        let size = std::env::var(SIZE_VARIABLE).ok()?;
        let size = size
            .parse()
            .unwrap_or_else(|_| panic!("{SIZE_VARIABLE} is {size}, which is not a number"));
        Some(Self::in_front_of(url, size))
    }

    /// The URL of the same database through the pool.
    pub fn url(&self, url: &str) -> String {
        let database = parts(url).database;
        format!(
            "postgresql://anybody:anything@127.0.0.1:{}/{database}",
            self.port
        )
    }

    fn start(url: &str, size: u32) -> Option<Self> {
        let folder = ServerFolder::create("pgbouncer");
        let settings = folder.path().join("pgbouncer.ini");
        let port = free_port();
        fs::write(&settings, configuration(url, port, size)).expect("our own folder takes files");
        let mut process = Command::new(program())
            .arg("--quiet")
            .arg(&settings)
            .current_dir("/")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("a program that was found can be run");
        let watchdog = Watchdog::start("kill -KILL \"$1\"", [process.id().to_string()]);
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Some(Self {
                    port,
                    process,
                    watchdog: Some(watchdog.expect("there is a shell")),
                    _folder: folder,
                });
            }
            if process.try_wait().is_ok_and(|status| status.is_some()) {
                return None;
            }
            thread::sleep(POLL);
        }
        let _ = process.kill();
        let _ = process.wait();
        None
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        // Failures mean that it has ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
        if let Some(watchdog) = self.watchdog.take() {
            watchdog.dismiss();
        }
    }
}

/// Debian puts it where ordinary users do not look.
fn program() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain([PathBuf::from("/usr/sbin")])
        .map(|folder| folder.join("pgbouncer"))
        .find(|program| program.is_file())
        .expect("the tests need PgBouncer: run `scripts/setup test`")
}

/// Every client is taken for the user of the URL, so that only the server's password has to be right.
fn configuration(url: &str, port: u16, size: u32) -> String {
    let server: Config = url.parse().expect("a URL of a test server");
    let host = match server.get_hosts() {
        [Host::Tcp(host), ..] => host.clone(),
        #[cfg(unix)]
        [Host::Unix(folder), ..] => folder.display().to_string(),
        [] => "127.0.0.1".to_owned(),
    };
    let server_port = server.get_ports().first().unwrap_or(&5432);
    let user = server.get_user().unwrap_or("postgres");
    let password = String::from_utf8_lossy(server.get_password().unwrap_or_default());
    // It refuses to run as root.
    let account = if is_root() { "user = nobody" } else { "" };
    format!(
        "[databases]
* = host={host} port={server_port} user={user} password='{password}'
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = {size}
max_client_conn = 200
logfile =
{account}
"
    )
}
