//! What operators ask for over HTTP: done once, told in `job_runs` and in the log of actions, and not for everybody.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};

use crate::access::people::create_token;
use crate::service::Service;
use crate::world::World;

const PATIENCE: Duration = Duration::from_secs(30);

struct Caller<'a> {
    service: &'a Service,
    token: String,
}

impl Caller<'_> {
    async fn post(&self, path: &str, body: Value, key: Option<&str>) -> (u16, Value) {
        let mut request = self
            .service
            .request(Method::POST, &format!("/api/v1/actions/{path}"))
            .bearer_auth(&self.token)
            .header("content-type", "application/json")
            .body(body.to_string());
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let text = response.text().await.unwrap();
        (status, serde_json::from_str(&text).expect(&text))
    }
}

async fn service_with_orders(world: &World) -> Service {
    world.generate(300);
    world.run(&["sync"]);
    world.run(&["aggregate"]).exits_with(0);
    Service::start_with(world, |command| {
        command.env("DAYBOOK_SCHEDULE_SYNC", "off");
    })
}

#[tokio::test]
async fn a_rebuild_is_asked_for_once_and_told() {
    let world = World::migrated().await;
    let service = service_with_orders(&world).await;
    let operator = Caller {
        service: &service,
        token: create_token(&world, "operator"),
    };
    let days = json!({ "from": "2026-11-01", "to": "2026-11-05" });
    let (status, extent) = operator
        .post("rebuild?dry_run=true", days.clone(), None)
        .await;
    assert_eq!(status, 200, "{extent}");
    assert_eq!(extent["days"], 5);
    assert!(extent["rows"].as_i64().unwrap() > 5, "{extent}");

    let (status, asked) = operator.post("rebuild", days.clone(), Some("k1")).await;
    assert_eq!(status, 202, "{asked}");
    let run: i64 = asked["run"].as_str().unwrap().parse().unwrap();
    assert_eq!(asked["run_url"], format!("/api/v1/runs/{run}"));
    let (status, again) = operator.post("rebuild", days.clone(), Some("k1")).await;
    assert_eq!((status, &again["run"]), (202, &asked["run"]));

    let client = world.client().await;
    let since = Instant::now();
    let outcome = loop {
        let row = client
            .query_one("select outcome from job_runs where id = $1", &[&run])
            .await
            .unwrap();
        if let Some(outcome) = row.get::<_, Option<String>>(0) {
            break outcome;
        }
        assert!(since.elapsed() < PATIENCE, "nobody serves it");
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    assert_eq!(outcome, "succeeded");
    let logged: i64 = client
        .query_one(
            "select count(*) from action_log where action = 'run.rebuild' and outcome = 'done'",
            &[],
        )
        .await
        .unwrap()
        .get(0);
    assert_eq!(logged, 1, "asked for once, logged once");

    let (status, problem) = operator.post("validate", json!({}), Some("k1")).await;
    assert_eq!(status, 409, "{problem}");
    assert!(problem["hint"].as_str().unwrap().contains(&run.to_string()));
}

#[tokio::test]
async fn what_is_wrong_with_it_is_named() {
    let world = World::migrated().await;
    let service = service_with_orders(&world).await;
    let operator = Caller {
        service: &service,
        token: create_token(&world, "operator"),
    };
    for (path, body, parts) in [
        (
            "sync",
            json!({ "platform": "amazon" }),
            "tiktok, shopee, lazada",
        ),
        ("sync", json!({ "plattform": "tiktok" }), "plattform"),
        (
            "rebuild",
            json!({ "from": "2026-11-05", "to": "2026-11-01" }),
            "is after",
        ),
        ("rebuild", json!({ "from": "yesterday" }), "from"),
        ("rebuild?dry-run=true", json!({}), "dry-run"),
        (
            "replay",
            json!({ "id": "1; drop table orders" }),
            "number of an entry",
        ),
    ] {
        let (status, problem) = operator.post(path, body, None).await;
        assert_eq!(status, 422, "{path} {problem}");
        assert!(problem.to_string().contains(parts), "{path} {problem}");
    }
    let long = "k".repeat(300);
    let (status, problem) = operator.post("sync", json!({}), Some(&long)).await;
    assert_eq!(status, 422, "{problem}");
    let client = world.client().await;
    let asked: i64 = client
        .query_one(
            "select count(*) from job_runs where request is not null",
            &[],
        )
        .await
        .unwrap()
        .get(0);
    assert_eq!(asked, 0);
}
