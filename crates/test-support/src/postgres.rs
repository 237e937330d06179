//! A PostgreSQL server a test process, a database a test.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use local_postgres::{Lifetime, LocalPostgres, Options, user_template_cache};
use tokio_postgres::{Client, NoTls};

use crate::connection_url::with_database;
use crate::folder::ServerFolder;
use crate::pooler::Pooler;

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
    pooler: Option<Pooler>,
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
        let pooler = Pooler::if_asked_for(&url);
        Self { name, url, pooler }
    }

    /// Creates an empty database that the program reaches through a pool of so many connections.
    ///
    /// # Panics
    /// There is no PostgreSQL or no PgBouncer on the machine.
    pub async fn behind_a_pool_of(size: u32) -> Self {
        let mut database = Self::create().await;
        database.pooler = Some(Pooler::in_front_of(&database.url, size));
        database
    }

    /// A connection URL for the program: through the pool, if there is one.
    pub fn url(&self) -> String {
        match &self.pooler {
            Some(pooler) => pooler.url(&self.url),
            None => self.url.clone(),
        }
    }

    /// A connection URL of the server itself, for programs that change settings of their session.
    pub fn server_url(&self) -> &str {
        &self.url
    }

    /// A connection of the test's own, to the server itself.
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
    pooler: Option<Pooler>,
}

impl CrashingDatabase {
    /// Starts a server. It blocks for about a third of a second.
    ///
    /// # Panics
    /// There is no PostgreSQL on the machine.
    pub fn start() -> Self {
        let own = OwnServer::start();
        let pooler = Pooler::if_asked_for(&own.server.url("postgres"));
        Self { own, pooler }
    }

    /// Starts a standby of it, which takes over what is committed here a moment later, and can be promoted.
    ///
    /// # Panics
    /// The server is not running, or the standby does not start.
    pub fn standby(&self) -> Self {
        let folder = ServerFolder::create("standby");
        let opened = self.own.server.open_standby(folder.path().join("server"));
        let own = OwnServer {
            server: opened.unwrap_or_else(|error| panic!("the standby: {error}; {}", error.hint())),
            _folder: folder,
        };
        let pooler = Pooler::if_asked_for(&own.server.url("postgres"));
        Self { own, pooler }
    }

    /// A connection URL of its empty database, for the program: through the pool, if there is one. It stays the same when
    /// the server is started again.
    pub fn url(&self) -> String {
        let url = self.own.server.url("postgres");
        match &self.pooler {
            Some(pooler) => pooler.url(&url),
            None => url,
        }
    }

    /// A connection of the test's own, to the server itself.
    ///
    /// # Panics
    /// The server is not running.
    pub async fn client(&self) -> Client {
        connect(&self.own.server.url("postgres")).await
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
