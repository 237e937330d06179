//! What cannot be answered is answered with `application/problem+json`, and carries the request's id.

use crate::service::Service;
use crate::world::World;

#[tokio::test]
async fn an_unknown_address_is_a_problem_with_an_id() {
    let world = World::migrated().await;
    let service = Service::start(&world);
    let response = service
        .request(reqwest::Method::GET, "/api/v1/nothing")
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 404);
    assert_eq!(
        response.headers()["content-type"],
        "application/problem+json"
    );
    let id = response.headers()["x-request-id"]
        .to_str()
        .unwrap()
        .to_owned();
    let body: serde_json::Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
    assert_eq!(body["status"], 404);
    assert_eq!(body["request_id"], id.as_str());
    assert_eq!(service.stop(), Some(0));
}

#[tokio::test]
async fn an_address_in_use_is_an_error_that_names_the_setting() {
    let world = World::migrated().await;
    let service = Service::start(&world);
    let taken = service.url.trim_start_matches("http://");
    let ended = world.run(&["serve", "--listen", taken]).exits_with(2);
    assert!(ended.stderr.contains("serve.listen"), "{}", ended.stderr);
    assert!(ended.stderr.contains("--listen"), "{}", ended.stderr);
}

#[tokio::test]
async fn a_statement_that_takes_too_long_is_given_up() {
    let world = World::migrated().await;
    let service = Service::start_with(&world, |command| {
        command.env("DAYBOOK_SCHEDULE_SYNC", "off");
    });
    let mut client = world.client().await;
    let transaction = client.transaction().await.unwrap();
    transaction
        .batch_execute(
            "lock table job_runs, order_quarantine, stats_rebuild_marks, orders in access exclusive mode",
        )
        .await
        .unwrap();
    let ask = async |path: &str| (path.to_owned(), service.get(path).await);
    let answers = futures_util::future::join_all([
        ask("/api/v1/runs"),
        ask("/api/v1/queue"),
        ask("/api/v1/quarantine"),
        ask("/api/v1/health"),
        ask("/api/v1/orders"),
    ]);
    for (path, (status, problem)) in answers.await {
        assert_eq!(status, 503, "{path}: {problem}");
        assert_eq!(problem["type"], "/docs/problems/too-slow", "{path}");
    }
    transaction.rollback().await.unwrap();
    assert_eq!(service.get("/api/v1/runs").await.0, 200);
}
