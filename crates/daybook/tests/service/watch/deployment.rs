//! What is shipped for Prometheus and Grafana, tried with the real tools.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;

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

#[tokio::test]
async fn a_real_prometheus_scrapes_it() {
    let world = World::migrated().await;
    let service = Service::start(&world);
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
    let _ending = Ending(prometheus);
    let query = format!("http://{address}/api/v1/query?query=daybook_database_up");
    let mut answer = String::new();
    for _ in 0..100 {
        tokio::time::sleep(Duration::from_millis(200)).await;
        if let Ok(response) = service.client.get(&query).send().await {
            answer = response.text().await.unwrap();
            if answer.contains("\"1\"]") {
                return;
            }
        }
    }
    panic!("{answer}");
}
