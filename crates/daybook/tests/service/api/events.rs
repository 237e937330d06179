//! Live updates: what anybody commits is told within a second or so, once, and to everybody.

use std::time::Duration;

use reqwest::{Method, Response};
use serde_json::Value;

use super::serve;
use crate::report::Business;
use crate::service::Service;

/// How long news may take in a busy test.
const SOON: Duration = Duration::from_secs(10);

struct Events {
    response: Response,
    text: String,
}

#[derive(Debug)]
struct Event {
    kind: String,
    id: Option<String>,
    data: Value,
}

impl Events {
    async fn open(service: &Service, last: Option<&str>) -> Self {
        let mut request = service
            .request(Method::GET, "/api/v1/events")
            .timeout(Duration::from_secs(120));
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self {
            response,
            text: String::new(),
        }
    }

    /// The next event, or none when the stream has ended.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.text = rest;
                let field = |name: &str| {
                    let mut lines = block.lines();
                    lines.find_map(|line| {
                        line.strip_prefix(name)?
                            .strip_prefix(": ")
                            .map(str::to_owned)
                    })
                };
                // A heartbeat has no data.
                if let Some(data) = field("data") {
                    return Some(Event {
                        kind: field("event").unwrap(),
                        id: field("id"),
                        data: serde_json::from_str(&data).unwrap(),
                    });
                }
                continue;
            }
            let chunk = self.response.chunk().await.ok()??;
            self.text.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }

    /// The next event of a kind.
    async fn soon(&mut self, kind: &str) -> Event {
        let found = async {
            loop {
                let event = self.next().await.expect("the stream ended");
                if event.kind == kind {
                    return event;
                }
            }
        };
        tokio::time::timeout(SOON, found).await.expect(kind)
    }
}

async fn insert(business: &Business, code: &str, day: &str) {
    let sql = format!(
        "insert into orders (order_code, platform, status, total_amount, final_amount, order_date)
         values ('{code}', 'tiktok', 'pending', 100, 100, {day})"
    );
    business.client.batch_execute(&sql).await.unwrap();
}

const TODAY: &str = "(now() at time zone 'Asia/Ho_Chi_Minh')::date";

#[tokio::test]
async fn changes_are_told_to_all_streams() {
    let business = Business::open().await;
    let service = serve(&business);
    let mut first = Events::open(&service, None).await;
    let greeting = first.soon("figures").await;
    assert!(greeting.data["changed_days"].is_null());
    assert_eq!(greeting.data["totals"]["total_orders"], 0);
    let mut second = Events::open(&service, None).await;
    second.soon("figures").await;

    // Committed by somebody else than the service.
    insert(&business, "LIVE-1", TODAY).await;
    for events in [&mut first, &mut second] {
        loop {
            let event = events.soon("figures").await;
            if event.data["totals"]["total_orders"] == 1 {
                assert_eq!(event.data["platforms"]["tiktok"]["total_orders"], 1);
                assert_eq!(
                    event.data["changed_days"],
                    serde_json::json!([event.data["stat_date"]])
                );
                break;
            }
        }
    }
    insert(&business, "LIVE-2", "'2026-11-09'").await;
    loop {
        let event = first.soon("figures").await;
        if event.data["changed_days"] == serde_json::json!(["2026-11-09"]) {
            break;
        }
    }
    // What another process runs is told as well.
    business
        .world
        .run(&["validate", "--from", "2026-11-01", "--to", "2026-11-02"]);
    loop {
        let event = second.soon("run").await;
        if event.data["command"] == "validate" && event.data["outcome"] == "succeeded" {
            break;
        }
    }
}

#[tokio::test]
async fn who_comes_back_hears_only_what_is_new() {
    let business = Business::open().await;
    let service = serve(&business);
    business.world.run(&["aggregate"]).exits_with(0);
    let mut events = Events::open(&service, None).await;
    let mut id = events.soon("figures").await.id.unwrap();
    // Wait until the service has nothing of its own to tell.
    while let Ok(Some(event)) = tokio::time::timeout(Duration::from_secs(3), events.next()).await {
        id = event.id.unwrap_or(id);
    }
    drop(events);
    let mut again = Events::open(&service, Some(&id)).await;
    let silence = tokio::time::timeout(Duration::from_secs(2), again.soon("figures")).await;
    assert!(silence.is_err(), "{silence:?}");
    drop(again);
    insert(&business, "LIVE-1", TODAY).await;
    let mut again = Events::open(&service, Some(&id)).await;
    let event = loop {
        // The first one may be what was known before somebody listened again.
        let event = again.soon("figures").await;
        if event.data["totals"]["total_orders"] == 1 {
            break event;
        }
    };
    // Either told from the beginning, or as the change that it is, when the service had not seen it yet.
    let changed = &event.data["changed_days"];
    assert!(
        changed.is_null() || *changed == serde_json::json!([event.data["stat_date"]]),
        "{changed}"
    );
}

#[tokio::test]
async fn streams_are_many_but_not_without_end_and_close_with_the_service() {
    let business = Business::open().await;
    let service = serve(&business);
    let mut streams = Vec::new();
    for _ in 0..256 {
        streams.push(Events::open(&service, None).await);
    }
    let refused = service
        .request(Method::GET, "/api/v1/events")
        .send()
        .await
        .unwrap();
    assert_eq!(refused.status(), 429);
    assert_eq!(refused.headers()["retry-after"], "10");
    // Figures are served beside them.
    assert_eq!(service.get("/api/v1/totals?preset=today").await.0, 200);
    for events in &mut streams {
        events.soon("figures").await;
    }
    insert(&business, "LIVE-1", TODAY).await;
    for events in &mut streams {
        while events.soon("figures").await.data["totals"]["total_orders"] != 1 {}
    }
    // One that ends makes room for another.
    streams.pop();
    let mut opened = false;
    for _ in 0..50 {
        let response = service
            .request(Method::GET, "/api/v1/events")
            .send()
            .await
            .unwrap();
        if response.status() == 200 {
            opened = true;
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(opened);
    assert_eq!(service.stop(), Some(0));
    for events in &mut streams {
        let ended = async { while events.next().await.is_some() {} };
        tokio::time::timeout(SOON, ended).await.unwrap();
    }
}

#[tokio::test]
async fn alerts_are_told_when_they_fire_and_when_they_are_resolved() {
    let business = Business::open().await;
    let service = Service::start_with(&business.world, |command| {
        command
            .env_remove("DAYBOOK_SOURCE")
            .env("DAYBOOK_ALERTS_HOLD", "1s")
            .env("DAYBOOK_ALERTS_RESOLVE_AFTER", "1s");
    });
    let mut events = Events::open(&service, None).await;
    events.soon("figures").await;
    let run = |outcome: &str| {
        format!(
            "insert into job_runs (command, started_at, finished_at, outcome, error)
             values ('validate', now(), now(), '{outcome}', 'disk on fire')"
        )
    };
    let client = &business.client;
    client.batch_execute(&run("failed")).await.unwrap();
    // The leader judges every few seconds, and a condition must be seen twice.
    let alert = async |events: &mut Events| {
        let found = async {
            loop {
                let event = events.next().await.expect("the stream ended");
                if event.kind == "alert" && event.data["subject"] == "validate" {
                    return event;
                }
            }
        };
        let soon = Duration::from_secs(40);
        tokio::time::timeout(soon, found).await.expect("an alert")
    };
    let fired = alert(&mut events).await;
    assert_eq!(fired.data["event"], "fired");
    assert_eq!(fired.data["key"], "failing_job:validate");
    assert!(fired.data["resolved_at"].is_null() && fired.id.is_some());
    let told = fired.data["message"]["vi"].as_str().unwrap();
    assert!(told.contains("validate thất bại"), "{told}");

    client.batch_execute(&run("succeeded")).await.unwrap();
    let resolved = alert(&mut events).await;
    assert_eq!(resolved.data["event"], "resolved");
    assert_eq!(resolved.data["key"], "failing_job:validate");
    let (_, listed) = service.get("/api/v1/alerts").await;
    // Without a source there are alerts about other jobs as well.
    let listed = listed["data"].as_array().unwrap();
    let same = listed
        .iter()
        .find(|alert| alert["key"] == "failing_job:validate");
    assert_eq!(same.unwrap()["resolved_at"], resolved.data["resolved_at"]);
}
