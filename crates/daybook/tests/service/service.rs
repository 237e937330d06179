//! The running service, stopped by its process id when the test ends.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use reqwest::{Client, ClientBuilder, Method, RequestBuilder};
use serde_json::Value;

use crate::world::World;

/// How long the service may take to begin, or to end.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running `daybook serve`.
pub struct Service {
    child: Child,
    /// Where it listens, as `http://127.0.0.1:port`.
    pub url: String,
    /// Asks it things. Follows no redirect, keeps no cookie.
    pub client: Client,
}

impl Service {
    /// Starts the service of a world on a free port.
    pub fn start(world: &World) -> Self {
        Self::start_with(world, |_| {})
    }

    /// The same, with more settings in the command's environment or arguments.
    pub fn start_with(world: &World, settings: impl FnOnce(&mut Command)) -> Self {
        let mut command = world.command(&["serve", "--listen", "127.0.0.1:0", "--format", "json"]);
        settings(&mut command);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first = lines.next().expect("the service ended at once").unwrap();
        let told: Value = serde_json::from_str(&first).unwrap();
        let address = told["listening"].as_str().expect(&first);
        // What it prints later is of no interest, but a full pipe would stop it.
        std::thread::spawn(move || lines.for_each(drop));
        Self {
            child,
            url: format!("http://{address}"),
            client: client(|builder| builder),
        }
    }

    /// A request to a path.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.url))
    }

    /// Gets a path: status and JSON body.
    pub async fn get(&self, path: &str) -> (u16, Value) {
        let response = self.request(Method::GET, path).send().await.unwrap();
        let status = response.status().as_u16();
        let text = response.text().await.unwrap();
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        (status, body)
    }

    /// The process.
    pub fn process_id(&self) -> u32 {
        self.child.id()
    }

    /// Asks the service to stop, and waits until it has; its exit code.
    pub fn stop(mut self) -> Option<i32> {
        self.signal("-TERM");
        let asked = Instant::now();
        while asked.elapsed() < PATIENCE {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("the service did not stop within {PATIENCE:?}")
    }

    /// Sends the process a signal, such as `-STOP`.
    pub fn signal(&self, signal: &str) {
        let id = self.child.id().to_string();
        Command::new("kill").args([signal, &id]).status().unwrap();
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A client that follows no redirect and keeps no cookie, with more settings.
pub fn client(settings: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Client {
    let builder = Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(PATIENCE)
        .tls_backend_preconfigured(no_tls());
    settings(builder).build().unwrap()
}

/// Tests speak plain HTTP, but the client wants to know how it would speak TLS.
fn no_tls() -> rustls::ClientConfig {
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth()
}
