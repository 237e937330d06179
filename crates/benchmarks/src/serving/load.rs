//! Requests at a constant rate, whether or not the ones before are answered: an open loop. Each latency counts from when the
//! request was due, so a stall of the service shows in all requests that it held up.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use http_body_util::{BodyExt, Empty};
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use jiff::ToSpan;
use jiff::civil::Date;
use serde::Serialize;
use tokio::sync::mpsc::unbounded_channel;
use tokio_postgres::types::Type;

use crate::results::percentile;
use crate::server::Server;

/// The specification's query of the last 30 days, of the live figures.
const QUERY: &str = "select stat_date, sum(total_orders), sum(gross_merchandise_value), sum(total_revenue) \
                     from daily_order_statistics_live where stat_date between $1 and $2 group by stat_date order by stat_date";
/// Connections that the bare query is asked over.
const CLIENTS: usize = 8;

/// Whom requests go to.
pub enum Target {
    /// A service, asked for each of the paths in turn.
    Http {
        client: Client<HttpConnector, Empty<Bytes>>,
        paths: Vec<String>,
        address: SocketAddr,
    },
    /// The database itself.
    Query {
        clients: Vec<tokio_postgres::Client>,
        from: Date,
        to: Date,
    },
}

impl Target {
    /// Paths of a service.
    pub fn paths(address: SocketAddr, paths: Vec<String>) -> Arc<Self> {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        Arc::new(Self::Http {
            client: Client::builder(TokioExecutor::new()).build(connector),
            paths,
            address,
        })
    }

    /// The bare query of the 30 days that end with a day.
    pub async fn query(server: &Server, database: &str, today: Date) -> anyhow::Result<Arc<Self>> {
        let mut clients = Vec::with_capacity(CLIENTS);
        for _ in 0..CLIENTS {
            clients.push(server.connect(database).await?);
        }
        Ok(Arc::new(Self::Query {
            clients,
            from: today - 29.days(),
            to: today,
        }))
    }

    fn name(&self, number: usize) -> &str {
        match self {
            Self::Http { paths, .. } => &paths[number % paths.len()],
            Self::Query { .. } => "daily_order_statistics_live",
        }
    }

    async fn ask(&self, number: usize) -> anyhow::Result<()> {
        match self {
            Self::Http {
                client, address, ..
            } => {
                let uri = format!("http://{address}{}", self.name(number)).parse()?;
                let response = client.get(uri).await?;
                let status = response.status();
                let body = response.into_body().collect().await?.to_bytes();
                anyhow::ensure!(status.is_success() && !body.is_empty(), "{status}");
            }
            Self::Query { clients, from, to } => {
                let parameters: [(&(dyn tokio_postgres::types::ToSql + Sync), Type); 2] =
                    [(from, Type::DATE), (to, Type::DATE)];
                let client = &clients[number % clients.len()];
                client.query_typed(QUERY, &parameters).await?;
            }
        }
        Ok(())
    }
}

/// The latencies of requests, by what was asked.
#[derive(Default)]
pub struct Measured {
    milliseconds: BTreeMap<String, Vec<f64>>,
    failed: BTreeMap<String, u64>,
}

/// How a kind of request was answered.
#[derive(Debug, Clone, Serialize)]
pub struct Answers {
    pub asked: String,
    pub answered: u64,
    pub failed: u64,
    pub p50_ms: f64,
    pub p99_ms: f64,
    pub p999_ms: f64,
    pub max_ms: f64,
}

impl Measured {
    /// All requests together.
    pub fn all(&self) -> Answers {
        let all = self.milliseconds.values().flatten().copied().collect();
        answers("all".to_owned(), all, self.failed.values().sum())
    }

    /// Each question by itself, the slowest first.
    pub fn by_question(&self) -> Vec<Answers> {
        let failed = |asked| self.failed.get(asked).copied().unwrap_or_default();
        let mut each: Vec<_> = self
            .milliseconds
            .iter()
            .map(|(asked, times)| answers(asked.clone(), times.clone(), failed(asked)))
            .collect();
        each.sort_by(|a, b| b.p99_ms.total_cmp(&a.p99_ms));
        each
    }
}

fn answers(asked: String, mut milliseconds: Vec<f64>, failed: u64) -> Answers {
    milliseconds.sort_by(f64::total_cmp);
    let at = |share| percentile(&milliseconds, share);
    Answers {
        asked,
        answered: milliseconds.len() as u64,
        failed,
        p50_ms: at(0.5),
        p99_ms: at(0.99),
        p999_ms: at(0.999),
        max_ms: at(1.0),
    }
}

/// Asks so many times a second for a while.
///
/// A thread of its own sends at the right moments: the runtime's timer goes by whole milliseconds.
pub async fn at_a_constant_rate(
    target: Arc<Target>,
    rate: u32,
    time: Duration,
) -> anyhow::Result<Measured> {
    let total = (time.as_secs_f64() * f64::from(rate)) as usize;
    let runtime = tokio::runtime::Handle::current();
    let (done, mut measured) = unbounded_channel();
    let asked = Arc::clone(&target);
    let sender = std::thread::spawn(move || {
        let started = Instant::now();
        for number in 0..total {
            let due = started + Duration::from_secs_f64(number as f64 / f64::from(rate));
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
            let (target, done) = (Arc::clone(&asked), done.clone());
            runtime.spawn(async move {
                let outcome = target.ask(number).await;
                // Nobody listens only when the benchmark is given up.
                let _ = done.send((number, due.elapsed(), outcome));
            });
        }
    });
    let mut result = Measured::default();
    let mut first_failure = None;
    while let Some((number, took, outcome)) = measured.recv().await {
        let asked = target.name(number).to_owned();
        match outcome {
            Ok(()) => {
                let times = result.milliseconds.entry(asked).or_default();
                times.push(took.as_secs_f64() * 1_000.0);
            }
            Err(error) => {
                *result.failed.entry(asked).or_default() += 1;
                first_failure.get_or_insert(error);
            }
        }
    }
    sender.join().ok().context("the sending thread panicked")?;
    if let Some(error) = first_failure {
        eprintln!("a request failed: {error:#}");
    }
    Ok(result)
}
