//! A MongoDB server a test process, a database a test.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use mongodb::{Client, Database};

use crate::connection_url::{parts, with_database};
use crate::mongo_server::{MongoServer, Topology};

/// The connection string of a MongoDB server to use instead of one of our own.
const SERVER_VARIABLE: &str = "DAYBOOK_TEST_MONGODB";

static SERVER: OnceLock<Server> = OnceLock::new();
static NEXT: AtomicU32 = AtomicU32::new(1);

/// Where the databases of this process are.
#[derive(Debug)]
enum Server {
    Own(MongoServer),
    Given { uri: String },
}

impl Server {
    fn of_this_process() -> &'static Self {
        SERVER.get_or_init(|| match std::env::var(SERVER_VARIABLE) {
            Ok(uri) => Self::Given { uri },
            Err(_) => Self::Own(MongoServer::start(Topology::ReplicaSet)),
        })
    }

    fn uri(&self) -> String {
        match self {
            Self::Own(server) => server.uri(),
            Self::Given { uri } => uri.clone(),
        }
    }
}

/// A database of its own for a test. It is gone after the test.
#[derive(Debug)]
pub struct TestMongo {
    uri: String,
    name: String,
}

impl TestMongo {
    /// A database on the first of: the server of `DAYBOOK_TEST_MONGODB`, `mongod`, `secantusd-rs`.
    ///
    /// # Panics
    /// There is none of them.
    #[expect(
        clippy::unused_async,
        reason = "like TestDatabase::create, which has to wait"
    )]
    pub async fn create() -> Self {
        let server = Server::of_this_process().uri();
        let name = fresh_name();
        let uri = for_database(&server, &name);
        Self { uri, name }
    }

    /// A connection string that names the database.
    pub fn uri(&self) -> &str {
        &self.uri
    }

    /// The name of the database.
    pub fn database_name(&self) -> &str {
        &self.name
    }

    /// A client of the server.
    ///
    /// # Panics
    /// `DAYBOOK_TEST_MONGODB` is no connection string.
    pub async fn client(&self) -> Client {
        client(&self.uri).await
    }

    /// The database.
    ///
    /// # Panics
    /// `DAYBOOK_TEST_MONGODB` is no connection string.
    pub async fn database(&self) -> Database {
        self.client().await.database(&self.name)
    }
}

impl Drop for TestMongo {
    /// Drops the database where it would stay: on a given server.
    fn drop(&mut self) {
        if let Server::Given { .. } = Server::of_this_process() {
            let (uri, name) = (self.uri.clone(), self.name.clone());
            // The test's own runtime may be ending, and cannot be waited for in here.
            let dropping = std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build();
                let runtime = runtime.expect("the system gives us a runtime");
                runtime.block_on(async { client(&uri).await.database(&name).drop().await })
            });
            if !matches!(dropping.join(), Ok(Ok(()))) {
                eprintln!("the database {} could not be dropped", self.name);
            }
        }
    }
}

/// A server for one test alone, which may stop and kill it. Acknowledged writes survive both.
#[derive(Debug)]
pub struct CrashingMongo {
    server: MongoServer,
    name: String,
}

impl CrashingMongo {
    /// Starts a server. It blocks for some tenths of a second.
    ///
    /// # Panics
    /// There is neither `mongod` nor `secantusd-rs` on the machine; the server of `DAYBOOK_TEST_MONGODB` is not ours to
    /// kill.
    pub fn start() -> Self {
        Self::start_as(Topology::ReplicaSet)
    }

    /// Starts a server that is no replica set, and so has no change streams.
    ///
    /// # Panics
    /// As [`Self::start`].
    pub fn start_standalone() -> Self {
        Self::start_as(Topology::Standalone)
    }

    fn start_as(topology: Topology) -> Self {
        Self {
            server: MongoServer::start(topology),
            name: fresh_name(),
        }
    }

    /// A connection string that names its empty database. It stays the same when the server is started again.
    pub fn uri(&self) -> String {
        for_database(&self.server.uri(), &self.name)
    }

    /// The name of the database.
    pub fn database_name(&self) -> &str {
        &self.name
    }

    /// The database, through a client that finds the server again after a restart.
    ///
    /// # Panics
    /// Never: the connection string is our own.
    pub async fn database(&self) -> Database {
        client(&self.uri()).await.database(&self.name)
    }

    /// Stops the server in order; by force if that takes more than 5 seconds, as it can while change streams wait.
    pub fn stop(&mut self) {
        self.server.stop();
    }

    /// Ends the server at once, as a crash does.
    pub fn kill(&mut self) {
        self.server.kill();
    }

    /// Starts the server again if it is not running, and waits until it takes writes.
    ///
    /// # Panics
    /// It does not start.
    pub fn restart(&mut self) {
        self.server.restart();
    }
}

/// The process id keeps processes apart that share a given server.
fn fresh_name() -> String {
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    format!("test_{}_{number}", std::process::id())
}

async fn client(uri: &str) -> Client {
    Client::with_uri_str(uri)
        .await
        .unwrap_or_else(|error| panic!("{SERVER_VARIABLE} is no connection string: {error}"))
}

/// The database in a connection string is also the one that knows the user, unless another one is named.
fn for_database(uri: &str, database: &str) -> String {
    let given = parts(uri);
    let knows_user = if given.database.is_empty() {
        "admin"
    } else {
        given.database
    };
    let uri = with_database(uri, database);
    if !given.server.contains('@') || given.options.contains("authSource=") {
        uri
    } else if given.options.is_empty() {
        format!("{uri}?authSource={knows_user}")
    } else {
        format!("{uri}&authSource={knows_user}")
    }
}

#[cfg(test)]
mod tests {
    use super::for_database;

    #[test]
    fn another_database_does_not_change_who_knows_the_user() {
        for (given, wanted) in [
            ("mongodb://h/?w=1", "mongodb://h/new?w=1"),
            ("mongodb://u:p@h", "mongodb://u:p@h/new?authSource=admin"),
            (
                "mongodb://u:p@h/a?w=1",
                "mongodb://u:p@h/new?w=1&authSource=a",
            ),
            (
                "mongodb://u:p@h/a?authSource=b",
                "mongodb://u:p@h/new?authSource=b",
            ),
        ] {
            assert_eq!(for_database(given, "new"), wanted);
        }
    }
}
