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
