//! `/metrics` says what is documented, in forms that Prometheus reads, and does not grow with what is asked.

use std::collections::BTreeSet;
use std::io::Write;
use std::process::{Command, Stdio};

use reqwest::Method;

use super::stand::{run, stream};
use crate::service::Service;
use crate::world::World;

/// The names of all metrics in a scrape, as PromQL knows them.
pub fn names(scrape: &str) -> BTreeSet<String> {
    let types = scrape
        .lines()
        .filter_map(|line| line.strip_prefix("# TYPE "));
    types
        .map(|line| line.split(' ').next().unwrap().to_owned())
        .collect()
}

/// A real scrape in the older text form.
pub async fn scrape(service: &Service) -> String {
    let response = service
        .request(Method::GET, "/metrics")
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(
        response.headers()["content-type"],
        "text/plain; version=0.0.4; charset=utf-8"
    );
    response.text().await.unwrap()
}

async fn with_something_to_tell() -> World {
    let world = World::migrated().await;
    let client = world.client().await;
    let sql = stream(
        "mongodb://h/shop.shopee_orders",
        "2026-03-20T11:00:00+07",
        "2026-03-20T10:00:00+07",
    ) + &run("sync", 30, "failed", "{}", "no");
    client.batch_execute(&sql).await.unwrap();
    client
        .batch_execute(
            "update job_runs set started_at = now() - interval '1 minute', finished_at = now()",
        )
        .await
        .unwrap();
    world
}

#[tokio::test]
async fn it_is_what_prometheus_reads() {
    let world = with_something_to_tell().await;
    let service = Service::start(&world);
    service.get("/healthz").await;
    let text = scrape(&service).await;
    for line in [
        "daybook_database_up 1",
        "daybook_build_info{version=\"",
        "daybook_documents_total{platform=\"tiktok\",result=\"inserted\"} 0",
        "daybook_http_requests_total{method=\"GET\",route=\"/healthz\",status=\"200\"} 1",
        "daybook_http_request_duration_seconds_bucket{le=\"0.01\",route=\"/healthz\"}",
        "daybook_stream_complete_through_timestamp_seconds{platform=\"shopee\",stream=\"shopee_orders\"} 1773979200",
        "daybook_run_last_failed{command=\"sync\",platform=\"\"} 1",
        "daybook_yesterday_final 1",
        "daybook_alerts_firing{kind=\"lag\",severity=\"warning\"} 0",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    let mut check = Command::new("promtool")
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the tests need promtool: run `scripts/setup test`");
    check
        .stdin
        .take()
        .unwrap()
        .write_all(text.as_bytes())
        .unwrap();
    let checked = check.wait_with_output().unwrap();
    assert!(
        checked.status.success(),
        "{}",
        String::from_utf8_lossy(&checked.stderr)
    );

    let open_metrics = service
        .request(Method::GET, "/metrics")
        .header(
            "accept",
            "application/openmetrics-text;version=1.0.0,text/plain;q=0.5",
        )
        .send()
        .await
        .unwrap();
    let kind = open_metrics.headers()["content-type"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(kind.starts_with("application/openmetrics-text"), "{kind}");
    let text = open_metrics.text().await.unwrap();
    assert!(
        text.contains("# TYPE daybook_documents counter") && text.ends_with("# EOF\n"),
        "{text}"
    );
}

#[tokio::test]
async fn every_metric_is_described_and_no_other() {
    let world = World::migrated().await;
    let service = Service::start(&world);
    service.get("/healthz").await;
    let there = names(&scrape(&service).await);
    let described: BTreeSet<String> = include_str!("../../../../../docs/metrics-endpoint.md")
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .map(str::to_owned)
        .collect();
    assert_eq!(there, described);
}

#[tokio::test]
async fn it_counts_what_is_loaded_and_does_not_grow_with_what_is_asked() {
    let world = World::migrated().await;
    let service = Service::start(&world);
    let samples = async || {
        scrape(&service)
            .await
            .lines()
            .filter(|line| !line.starts_with('#'))
            .count()
    };
    service.get("/nothing").await;
    samples().await;
    let before = samples().await;
    for n in 0..200 {
        service.get(&format!("/nothing/{n}?q={n}")).await;
        let method = Method::from_bytes(format!("M{n}").as_bytes()).unwrap();
        service.request(method, "/nothing").send().await.unwrap();
    }
    // Requests of a made-up method are one series more, whatever they are called.
    assert!(samples().await <= before + 1);
    let text = scrape(&service).await;
    assert!(
        text.contains(
            "daybook_http_requests_total{method=\"GET\",route=\"unmatched\",status=\"404\"} 201"
        ),
        "{text}"
    );
    assert!(
        text.contains(
            "daybook_http_requests_total{method=\"other\",route=\"unmatched\",status=\"401\"} 200"
        ),
        "{text}"
    );
}
