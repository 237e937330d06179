//! A PostgreSQL server a test process, a database a test.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use local_postgres::{Lifetime, LocalPostgres, Options, user_template_cache};
use tokio_postgres::{Client, NoTls};

use crate::connection_url::with_database;
use crate::folder::ServerFolder;

/// A connection URL of a PostgreSQL server to use instead of one of our own. Its user has to be allowed to create
/// databases; the URL's own database is left alone.
const SERVER_VARIABLE: &str = "DAYBOOK_TEST_DATABASE_URL";

/// Small and quick to clean up: several of these servers run at a time.
const SETTINGS: [(&str, &str); 3] = [
    ("shared_buffers", "32MB"),
    ("max_connections", "100"),
    ("autovacuum_naptime", "5s"),
];

static SERVER: OnceLock<Server> = OnceLock::new();
static NEXT: AtomicU32 = AtomicU32::new(1);

/// Where the databases of this process are.
#[derive(Debug)]
enum Server {
    Own(Box<OwnServer>),
    Given { url: String },
}

/// A server that ends with the process. The server is declared before its folder, and so ends before it.
#[derive(Debug)]
struct OwnServer {
    server: LocalPostgres,
    _folder: ServerFolder,
}

impl OwnServer {
    fn start() -> Self {
        let folder = ServerFolder::create("postgresql");
        let opened = LocalPostgres::open(Options {
            lifetime: Lifetime::Owned,
            durable: false,
            settings: SETTINGS
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into(),
            template_cache: Some(user_template_cache()),
            ..Options::new(folder.path().join("server"))
        });
        match opened {
            Ok(server) => Self {
                server,
                _folder: folder,
            },
            Err(error) => panic!("the tests need PostgreSQL: {error}; {}", error.hint()),
        }
    }
}

impl Server {
    fn of_this_process() -> &'static Self {
        SERVER.get_or_init(|| match std::env::var(SERVER_VARIABLE) {
            Ok(url) => Self::Given { url },
            Err(_) => Self::Own(Box::new(OwnServer::start())),
        })
    }

    /// A URL of a database on the server; without a name, of the one to create others from.
    fn url(&self, database: Option<&str>) -> String {
        match (self, database) {
            (Self::Own(own), database) => own.server.url(database.unwrap_or("postgres")),
            (Self::Given { url }, None) => url.clone(),
            (Self::Given { url }, Some(database)) => with_database(url, database),
        }
    }
}

/// A database of its own for a test. It is gone after the test.
#[derive(Debug)]
pub struct TestDatabase {
    name: String,
    url: String,
}

impl TestDatabase {
    /// Creates an empty database, on the server of `DAYBOOK_TEST_DATABASE_URL` or on one of our own.
    ///
    /// # Panics
    /// There is no PostgreSQL on the machine.
    pub async fn create() -> Self {
        let server = Server::of_this_process();
        // The process id keeps processes apart that share a given server.
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("test_{}_{number}", std::process::id());
        execute(&server.url(None), &format!("create database {name}")).await;
        let url = server.url(Some(&name));
        Self { name, url }
    }

    /// A connection URL.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A connection.
    ///
    /// # Panics
    /// The server is gone.
    pub async fn client(&self) -> Client {
        connect(&self.url).await
    }
}

impl Drop for TestDatabase {
    /// Drops the database where it would stay: on a given server.
    fn drop(&mut self) {
        if let Server::Given { url } = Server::of_this_process() {
            let url = url.clone();
            let statement = format!("drop database if exists {} with (force)", self.name);
            // The test's own runtime may be ending, and cannot be waited for in here.
            let dropping = std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build();
                runtime
                    .expect("the system gives us a runtime")
                    .block_on(execute(&url, &statement));
            });
            if dropping.join().is_err() {
                eprintln!("the database {} could not be dropped", self.name);
            }
        }
    }
}

/// A server for one test alone, which may stop and kill it.
#[derive(Debug)]
pub struct CrashingDatabase {
    own: OwnServer,
}

impl CrashingDatabase {
    /// Starts a server. It blocks for about a third of a second.
    ///
    /// # Panics
    /// There is no PostgreSQL on the machine.
    pub fn start() -> Self {
        Self {
            own: OwnServer::start(),
        }
    }

    /// A connection URL of its empty database. It stays the same when the server is started again.
    pub fn url(&self) -> String {
        self.own.server.url("postgres")
    }

    /// A connection.
    ///
    /// # Panics
    /// The server is not running.
    pub async fn client(&self) -> Client {
        connect(&self.url()).await
    }

    /// The server, to be stopped, killed and started again. What is committed survives that.
    pub fn server(&mut self) -> &mut LocalPostgres {
        &mut self.own.server
    }
}

async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls)
        .await
        .unwrap_or_else(|error| panic!("the test server does not answer: {error}"));
    tokio::spawn(connection);
    client
}

async fn execute(url: &str, statement: &str) {
    let done = connect(url).await.batch_execute(statement).await;
    done.unwrap_or_else(|error| panic!("{statement}: {error}"));
}
