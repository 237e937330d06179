//! Alive is a matter of the process alone, ready one of the database as well.

use std::time::Duration;

use test_support::CrashingDatabase;

use crate::service::Service;
use crate::world::{World, end};

#[tokio::test]
async fn a_service_with_its_database_is_alive_and_ready() {
    let world = World::migrated().await;
    let service = Service::start(&world);
    assert_eq!(service.get("/healthz").await.0, 200);
    let (status, body) = service.get("/readyz").await;
    assert_eq!((status, &body["ready"]), (200, &true.into()), "{body}");
    assert!(body["schema"].as_u64().unwrap() >= 13);
}

#[tokio::test]
async fn one_whose_schema_is_another_is_not_ready_and_says_why() {
    let world = World::migrated().await;
    let service = Service::start(&world);
    let client = world.client().await;
    let newest = "(select max(version) from refinery_schema_history)";
    for (statement, code) in [
        (
            format!("update refinery_schema_history set version = 900 where version = {newest}"),
            "schema-newer",
        ),
        (
            "delete from refinery_schema_history where version > 5".to_owned(),
            "schema-older",
        ),
        (
            "delete from refinery_schema_history".to_owned(),
            "schema-missing",
        ),
    ] {
        client.batch_execute(&statement).await.unwrap();
        let (status, body) = service.get("/readyz").await;
        assert_eq!(status, 503);
        assert_eq!(body["reasons"][0]["code"], code, "{body}");
        assert_eq!(service.get("/healthz").await.0, 200);
    }
}

#[tokio::test]
async fn without_a_database_it_is_alive_and_says_so_in_its_metrics() {
    let mut database = CrashingDatabase::start();
    let world = World::empty().await;
    let url = database.url();
    end(world.command(&["migrate"]).env("DATABASE_URL", &url)).exits_with(0);
    let service = Service::start_with(&world, |command| {
        command.env("DATABASE_URL", &url);
    });
    let metrics = async || service.get("/metrics").await.1.as_str().unwrap().to_owned();
    assert!(metrics().await.contains("daybook_database_up 1"));

    database.server().kill().unwrap();
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!(service.get("/healthz").await.0, 200);
    let (status, body) = service.get("/readyz").await;
    assert_eq!(status, 503);
    assert_eq!(body["reasons"][0]["code"], "database-unavailable");
    let said = body.to_string();
    assert!(
        !said.contains("127.0.0.1") && !said.contains("postgres:"),
        "{said}"
    );
    let text = metrics().await;
    assert!(text.contains("daybook_database_up 0"), "{text}");
    assert!(
        text.contains("daybook_leader"),
        "what the process knows stays"
    );
    assert!(
        !text.contains("daybook_queue_length "),
        "nothing old is told: {text}"
    );

    database.server().start().unwrap();
    let mut text = String::new();
    for _ in 0..60 {
        tokio::time::sleep(Duration::from_millis(500)).await;
        text = metrics().await;
        if text.contains("daybook_database_up 1") {
            break;
        }
    }
    assert!(text.contains("daybook_database_up 1"), "{text}");
    assert_eq!(service.get("/readyz").await.0, 200);
}
