//! One way to a PostgreSQL connection, with or without TLS.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use tokio_postgres::{Client, Config, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::DatabaseError;

/// How long a server may take to answer a connection attempt, unless the URL says otherwise.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// When a quiet server is asked whether it is still there, and how long it may leave that, or anything sent to it, without
/// an answer. A host that vanishes says no goodbye; the system's own two hours are too long to wait for it.
const KEEPALIVE_IDLE: Duration = Duration::from_secs(30);
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(10);
const KEEPALIVE_RETRIES: u32 = 3;

/// A PostgreSQL database that connections can be opened to.
#[derive(Clone)]
pub struct Database {
    pub(super) config: Config,
    pub(super) tls: MakeRustlsConnect,
    /// Term of the leader that works through this; see `fence.rs`.
    pub(super) term: Option<i64>,
}

impl Database {
    /// Reads a connection URL; opens nothing yet.
    ///
    /// # Errors
    /// The URL is not one, or the file with the certificate authority cannot be used.
    pub fn new(url: &str, ca_file: Option<&Path>) -> Result<Self, DatabaseError> {
        let mut config: Config = url.parse().map_err(|_| DatabaseError::Url)?;
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT_TIMEOUT);
        }
        if config.get_application_name().is_none() {
            config.application_name("daybook");
        }
        if config.get_keepalives_idle() == tokio_postgres::Config::new().get_keepalives_idle() {
            config.keepalives_idle(KEEPALIVE_IDLE);
        }
        if config.get_keepalives_interval().is_none() {
            config.keepalives_interval(KEEPALIVE_INTERVAL);
        }
        if config.get_keepalives_retries().is_none() {
            config.keepalives_retries(KEEPALIVE_RETRIES);
        }
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(KEEPALIVE_IDLE + KEEPALIVE_INTERVAL * KEEPALIVE_RETRIES);
        }
        Ok(Self {
            config,
            tls: MakeRustlsConnect::new(tls_config(ca_file)?),
            term: None,
        })
    }

    /// Opens a connection. It closes when the client is dropped.
    ///
    /// # Errors
    /// The server cannot be reached, or refuses.
    pub async fn connect(&self) -> Result<Client, DatabaseError> {
        let refused = |source| DatabaseError::Connect {
            target: self.target(),
            source,
        };
        if self.uses_tls() {
            let (client, connection) = self
                .config
                .connect(self.tls.clone())
                .await
                .map_err(refused)?;
            tokio::spawn(drive(connection));
            Ok(client)
        } else {
            let (client, connection) = self.config.connect(NoTls).await.map_err(refused)?;
            tokio::spawn(drive(connection));
            Ok(client)
        }
    }

    /// Whether connections may be encrypted: always, unless the URL forbids it.
    pub(super) fn uses_tls(&self) -> bool {
        self.config.get_ssl_mode() != tokio_postgres::config::SslMode::Disable
    }

    /// Host, port, database and user, for messages; never the password.
    pub fn target(&self) -> Target {
        use tokio_postgres::config::Host;
        let host = match self.config.get_hosts().first() {
            Some(Host::Tcp(name)) => name.clone(),
            #[cfg(unix)]
            Some(Host::Unix(path)) => path.display().to_string(),
            None => "localhost".to_owned(),
        };
        let user = self.config.get_user().unwrap_or("postgres").to_owned();
        Target {
            host,
            port: self.config.get_ports().first().copied().unwrap_or(5432),
            database: self.config.get_dbname().unwrap_or(&user).to_owned(),
            user,
        }
    }
}

/// The connection's own errors reach the caller through the statement that fails.
async fn drive<S, T>(connection: tokio_postgres::Connection<S, T>)
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
    T: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
{
    if let Err(error) = connection.await {
        tracing::debug!(error = %super::error::describe(&error), "the connection to PostgreSQL ended");
    }
}

/// Which database a message is about.
#[derive(Debug, Clone)]
pub struct Target {
    /// Host name, address or socket folder.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Database name.
    pub database: String,
    /// User name.
    pub user: String,
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PostgreSQL at {}:{}", self.host, self.port)
    }
}

/// TLS to servers of the public network, with the authorities that the system trusts.
pub fn public_tls() -> rustls::ClientConfig {
    tls_config(None).expect("only a file of authorities can be wrong")
}

fn tls_config(ca_file: Option<&Path>) -> Result<rustls::ClientConfig, DatabaseError> {
    let mut roots = RootCertStore::empty();
    match ca_file {
        Some(path) => add_authority(&mut roots, path)?,
        None => {
            // A certificate of the system that cannot be read only matters if the server needs it.
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    Ok(rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("the ring provider supports the default protocol versions")
        .with_root_certificates(roots)
        .with_no_client_auth())
}

fn add_authority(roots: &mut RootCertStore, path: &Path) -> Result<(), DatabaseError> {
    let unusable = || DatabaseError::CaFile {
        path: PathBuf::from(path),
    };
    for certificate in CertificateDer::pem_file_iter(path).map_err(|_| unusable())? {
        roots
            .add(certificate.map_err(|_| unusable())?)
            .map_err(|_| unusable())?;
    }
    if roots.is_empty() {
        Err(unusable())
    } else {
        Ok(())
    }
}
