//! The leader of a running service judges by itself, and has people told.

use std::time::{Duration, Instant};

use super::receiver::{Manner, Receiver};
use super::stand::run;
use crate::service::Service;
use crate::world::World;

#[tokio::test]
async fn people_are_told_by_the_service_and_a_take_over_tells_nobody_twice() {
    let receiver = Receiver::start(Manner::Takes).await;
    let world = World::migrated().await;
    let client = world.client().await;
    let settings = |command: &mut std::process::Command| {
        command
            .env("DAYBOOK_ALERTS_WEBHOOK_URL", receiver.url("/hook"))
            .env("DAYBOOK_ALERTS_ALLOW_HOSTS", "127.0.0.1")
            .env("DAYBOOK_ALERTS_HOLD", "1s")
            .env("DAYBOOK_ALERTS_RESOLVE_AFTER", "1s");
    };
    client
        .batch_execute(&run(
            "validate",
            0,
            "needs_attention",
            r#"{"divergences": 2}"#,
            "",
        ))
        .await
        .unwrap();
    client
        .batch_execute("update job_runs set started_at = now(), finished_at = now()")
        .await
        .unwrap();
    let first = Service::start_with(&world, settings);
    let told = events_of(&receiver, 1).await;
    assert_eq!(told, ["fired divergence"]);
    let metrics = first.get("/metrics").await.1;
    assert!(
        metrics.as_str().unwrap().contains("daybook_leader 1"),
        "{metrics}"
    );

    let second = Service::start_with(&world, settings);
    drop(first);
    tokio::time::sleep(Duration::from_secs(14)).await;
    assert_eq!(about_divergences(&receiver), [""; 0], "it has been told");
    let metrics = second.get("/metrics").await.1;
    assert!(
        metrics.as_str().unwrap().contains("daybook_leader 1"),
        "{metrics}"
    );

    client
        .batch_execute(
            "update job_runs set counts = '{\"divergences\": 0}' where command = 'validate'",
        )
        .await
        .unwrap();
    assert_eq!(events_of(&receiver, 1).await, ["resolved divergence"]);
}

/// What was told since last asked. The world has no dumps, which fails in ways of its own, so only divergences count.
fn about_divergences(receiver: &Receiver) -> Vec<String> {
    let events = receiver.events().into_iter();
    events
        .filter(|event| event.ends_with("divergence"))
        .collect()
}

/// So many of them.
async fn events_of(receiver: &Receiver, count: usize) -> Vec<String> {
    let began = Instant::now();
    let mut told = Vec::new();
    while told.len() < count && began.elapsed() < Duration::from_secs(30) {
        tokio::time::sleep(Duration::from_millis(200)).await;
        told.extend(about_divergences(receiver));
    }
    told
}
