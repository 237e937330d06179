//! What is shipped for Prometheus and Grafana, tried with the real tools.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use super::metrics::{names, scrape};
use crate::service::Service;
use crate::world::World;

fn deploy() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy")
}

#[track_caller]
fn promtool(args: &[&str]) {
    let output = Command::new("promtool")
        .args(args)
        .current_dir(deploy().join("prometheus"))
        .output()
        .expect("the tests need promtool: run `scripts/setup test`");
    let said = [output.stdout, output.stderr].concat();
    assert!(
        output.status.success(),
        "{args:?}: {}",
        String::from_utf8_lossy(&said)
    );
}

#[test]
fn rules_and_configuration_are_sound_and_every_rule_fires_and_resolves() {
    promtool(&["check", "rules", "daybook.rules.yml"]);
    promtool(&["check", "config", "prometheus.yml"]);
    promtool(&["test", "rules", "daybook.rules.test.yml"]);
    let rules = std::fs::read_to_string(deploy().join("prometheus/daybook.rules.yml")).unwrap();
    let tests =
        std::fs::read_to_string(deploy().join("prometheus/daybook.rules.test.yml")).unwrap();
    let alerts: Vec<_> = rules
        .lines()
        .filter_map(|line| line.trim().strip_prefix("- alert: "))
        .collect();
    assert!(alerts.len() > 15);
    for alert in alerts {
        assert!(
            tests.contains(&format!("alertname=\"{alert}\"")),
            "{alert} is not tested"
        );
    }
}

/// The metrics that a text names.
fn named(text: &str) -> BTreeSet<String> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
        .filter(|word| word.starts_with("daybook_"))
        .map(|word| word.trim_end_matches("_bucket").to_owned())
        .collect()
}

#[tokio::test]
async fn rules_and_dashboard_ask_for_metrics_that_there_are() {
    let world = World::migrated().await;
    let service = Service::start(&world);
    service.get("/healthz").await;
    let there = names(&scrape(&service).await);
    let dashboard = std::fs::read_to_string(deploy().join("grafana/daybook.json")).unwrap();
    let asked: Value = serde_json::from_str(&dashboard).unwrap();
    let panels = asked["panels"].as_array().unwrap();
    let targets = panels
        .iter()
        .filter_map(|panel| panel["targets"].as_array())
        .flatten();
    assert!(targets.clone().count() > 20);
    let expressions: String = targets
        .map(|target| target["expr"].as_str().unwrap())
        .collect::<Vec<_>>()
        .join("\n");
    let rules = std::fs::read_to_string(deploy().join("prometheus/daybook.rules.yml")).unwrap();
    let of_rules: String = rules
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'))
        .collect::<Vec<_>>()
        .join("\n");
    for name in named(&expressions).union(&named(&of_rules)) {
        assert!(there.contains(name), "{name} is not in {there:?}");
    }
    // And the dashboard shows everything there is.
    for name in &there {
        assert!(named(&expressions).contains(name), "{name} is on no panel");
    }
}

/// A process that ends with the test.
struct Ending(Child);

impl Drop for Ending {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A Prometheus with what we ship for it, which scrapes a service every second: where it answers.
async fn prometheus(service: &Service) -> (Ending, TempDir, SocketAddr) {
    let folder = tempfile::tempdir().unwrap();
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = free.local_addr().unwrap();
    drop(free);
    let configuration = std::fs::read_to_string(deploy().join("prometheus/prometheus.yml"))
        .unwrap()
        .replace("127.0.0.1:8420", service.url.trim_start_matches("http://"))
        .replace("15s", "1s");
    std::fs::write(folder.path().join("prometheus.yml"), configuration).unwrap();
    std::fs::copy(
        deploy().join("prometheus/daybook.rules.yml"),
        folder.path().join("daybook.rules.yml"),
    )
    .unwrap();
    let prometheus = Command::new("prometheus")
        .arg(format!(
            "--config.file={}",
            folder.path().join("prometheus.yml").display()
        ))
        .arg(format!(
            "--storage.tsdb.path={}",
            folder.path().join("data").display()
        ))
        .arg(format!("--web.listen-address={address}"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the tests need Prometheus: run `scripts/setup test`");
    (Ending(prometheus), folder, address)
}

/// How many series an expression has now; nothing while Prometheus does not answer.
async fn series(service: &Service, address: SocketAddr, expression: &str) -> Option<usize> {
    let query: String = form_urlencoded::byte_serialize(expression.as_bytes()).collect();
    let url = format!("http://{address}/api/v1/query?query={query}");
    let response = service.client.get(&url).send().await.ok()?;
    let status = response.status();
    let answer: Value = serde_json::from_str(&response.text().await.unwrap()).ok()?;
    assert_eq!(status, 200, "{expression}: {answer}");
    Some(answer["data"]["result"].as_array().unwrap().len())
}

/// What the dashboard asks for has no series on this stand: there is no MongoDB, nobody is told, nothing is counted yet.
const NOTHING_TO_SHOW: [&str; 2] = [
    "daybook_oplog_window_remaining_seconds",
    "daybook_alert_deliveries_total",
];

#[tokio::test]
async fn a_real_prometheus_scrapes_it_and_has_something_for_every_panel() {
    let world = World::migrated().await;
    world.generate(300);
    world.run(&["validate"]).exits_with(0);
    let service = Service::start(&world);
    let (_ending, _folder, address) = prometheus(&service).await;
    let board = std::fs::read_to_string(deploy().join("grafana/daybook.json")).unwrap();
    let board: Value = serde_json::from_str(&board).unwrap();
    let panels = board["panels"].as_array().unwrap().iter();
    let mut wanted: Vec<String> = panels
        .filter_map(|panel| panel["targets"].as_array())
        .flatten()
        .map(|target| target["expr"].as_str().unwrap())
        .map(|asked| {
            asked
                .replace("$__rate_interval", "10s")
                .replace("$job", "daybook")
        })
        .collect();
    assert!(wanted.len() > 20);
    for _ in 0..60 {
        tokio::time::sleep(Duration::from_millis(500)).await;
        // Rates need requests between two scrapes.
        service.get("/api/v1/totals?preset=today").await;
        let mut without = Vec::new();
        for expression in wanted {
            if series(&service, address, &expression)
                .await
                .unwrap_or_default()
                == 0
            {
                without.push(expression);
            }
        }
        wanted = without;
        let is_excused = |expression: &String| {
            let mut names = NOTHING_TO_SHOW.iter();
            names.any(|name| expression.contains(name))
        };
        if wanted.iter().all(is_excused) {
            return;
        }
    }
    panic!("nothing is shown for {wanted:#?}");
}
