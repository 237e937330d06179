//! What is shipped for Prometheus and Grafana, tried with the real tools; what is shipped for containers, read.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;
use yaml_rust2::{Yaml, YamlLoader};

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

/// One document of YAML.
fn yaml(file: &str) -> Yaml {
    let text = std::fs::read_to_string(deploy().join(file)).unwrap();
    let mut documents =
        YamlLoader::load_from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"));
    assert_eq!(documents.len(), 1, "{file}");
    documents.remove(0)
}

/// Texts of a list; nothing where there is none.
fn texts(list: &Yaml) -> Vec<&str> {
    let list = list.as_vec().map(Vec::as_slice).unwrap_or_default();
    list.iter().map(|text| text.as_str().unwrap()).collect()
}

/// What a service of the compose file has mounted from this folder: the path here, and the path inside.
fn mounted(service: &Yaml) -> Vec<(PathBuf, &str)> {
    let volumes = texts(&service["volumes"]).into_iter();
    volumes
        .filter(|volume| volume.starts_with('.'))
        .map(|volume| {
            let (here, inside) = volume.split_once(':').unwrap();
            let inside = inside.strip_suffix(":ro");
            (
                deploy().join(here),
                inside.unwrap_or_else(|| panic!("{volume} can be written to")),
            )
        })
        .collect()
}

/// The URL or `host:port` is that of a service of the compose file.
#[track_caller]
fn names_a_service(compose: &Yaml, place: &str) {
    let authority = place.split_once("://").map_or(place, |(_, rest)| rest);
    let (host, port) = authority.split_once(':').unwrap();
    assert!(!compose["services"][host].is_badvalue(), "{place}");
    assert!(port.parse::<u16>().is_ok(), "{place}");
}

#[test]
fn the_compose_file_has_all_that_it_names() {
    let compose = yaml("compose.yaml");
    let ignored = std::fs::read_to_string(deploy().join("../.gitignore")).unwrap();
    let services = compose["services"].as_hash().unwrap();
    assert!(services.len() > 4);
    let built: Vec<_> = services
        .values()
        .filter(|service| !service["build"].is_badvalue())
        .map(|service| service["image"].as_str().unwrap())
        .collect();
    for (name, service) in services {
        let image = service["image"].as_str().unwrap();
        let tag = image.split_once(':').map(|(_, tag)| tag);
        if !built.contains(&image) {
            assert!(tag.is_some_and(|tag| tag != "latest"), "{image}");
        }
        if let Some(context) = service["build"]["context"].as_str() {
            let file = service["build"]["dockerfile"].as_str().unwrap();
            assert!(deploy().join(context).join(file).is_file(), "{name:?}");
        }
        for (here, _) in mounted(service) {
            assert!(here.exists(), "{name:?}: {}", here.display());
        }
        for secret in texts(&service["secrets"]) {
            let file = compose["secrets"][secret]["file"].as_str().unwrap();
            let ignored_as = file.replacen("./", "/deploy/", 1);
            // People make it, beside a file that is in git.
            assert!(ignored.lines().any(|line| line == ignored_as), "{file}");
        }
        let waits_for = service["depends_on"].as_hash();
        for (other, _) in waits_for.into_iter().flatten() {
            assert!(services.contains_key(other), "{name:?} waits for {other:?}");
        }
    }
}

#[test]
fn prometheus_in_containers_is_sound_and_scrapes_the_service_with_its_token() {
    let compose = yaml("compose.yaml");
    let service = &compose["services"]["prometheus"];
    let commands = texts(&service["command"]);
    let given = commands
        .iter()
        .find_map(|flag| flag.strip_prefix("--config.file="));
    let mounts = mounted(service);
    let (here, inside) = mounts.first().unwrap();
    let file = given.unwrap().strip_prefix(inside).unwrap();
    let file = format!("prometheus/{}", file.trim_start_matches('/'));
    assert!(here.ends_with("prometheus"));

    let configuration = yaml(&file);
    let alone = yaml("prometheus/prometheus.yml");
    for same in ["global", "rule_files"] {
        assert_eq!(configuration[same], alone[same], "{same}");
    }
    let job = &configuration["scrape_configs"][0];
    // By that name the rules and the dashboard know it.
    assert_eq!(
        job["job_name"], alone["scrape_configs"][0]["job_name"],
        "job"
    );
    for target in texts(&job["static_configs"][0]["targets"]) {
        names_a_service(&compose, target);
    }
    let credentials = job["authorization"]["credentials_file"].as_str().unwrap();
    let secret = credentials.strip_prefix("/run/secrets/").unwrap();
    assert!(texts(&service["secrets"]).contains(&secret), "{secret}");

    // promtool looks for the files that are named: the rules beside it, and the token.
    let folder = tempfile::tempdir().unwrap();
    let token = folder.path().join("token");
    std::fs::write(&token, "dbk_").unwrap();
    let text = std::fs::read_to_string(deploy().join(&file)).unwrap();
    let rules = deploy().join("prometheus/daybook.rules.yml");
    let tried = folder.path().join("prometheus.yml");
    let text = text.replace(credentials, token.to_str().unwrap());
    std::fs::write(&tried, text).unwrap();
    std::fs::copy(rules, folder.path().join("daybook.rules.yml")).unwrap();
    promtool(&["check", "config", tried.to_str().unwrap()]);
}

#[test]
fn grafana_in_containers_finds_the_dashboard_and_prometheus() {
    let compose = yaml("compose.yaml");
    let mounts = mounted(&compose["services"]["grafana"]);
    let provisioned = |kind: &str| {
        let folder = format!("/etc/grafana/provisioning/{kind}/");
        let mut files = mounts.iter().filter(|(_, inside)| {
            inside.starts_with(&folder)
                && Path::new(inside)
                    .extension()
                    .is_some_and(|end| end == "yaml")
        });
        yaml(files.next().unwrap().0.to_str().unwrap())
    };
    let source = &provisioned("datasources")["datasources"][0];
    assert_eq!(source["type"].as_str(), Some("prometheus"));
    names_a_service(&compose, source["url"].as_str().unwrap());

    let provider = &provisioned("dashboards")["providers"][0];
    assert_eq!(provider["type"].as_str(), Some("file"));
    let folder = Path::new(provider["options"]["path"].as_str().unwrap());
    let board = mounts
        .iter()
        .find(|(_, inside)| Path::new(inside).parent() == Some(folder));
    assert!(board.unwrap().0.ends_with("grafana/daybook.json"));
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
