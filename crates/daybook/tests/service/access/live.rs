//! Live answers end when whoever asked for them may no longer read.

use std::time::{Duration, Instant};

use reqwest::{Method, Response};
use serde_json::json;

use super::people::{Browser, add_user, closed, create_token};
use crate::service::client;
use crate::world::World;

/// How long an answer may go on after its login or token has ended.
const PATIENCE: Duration = Duration::from_secs(40);

/// Reads an answer to its end, which comes within a time or not.
async fn ends_within(mut response: Response, time: Duration) -> bool {
    let to_its_end = async { while let Ok(Some(_)) = response.chunk().await {} };
    tokio::time::timeout(time, to_its_end).await.is_ok()
}

#[tokio::test]
async fn a_stream_ends_with_the_login_or_the_token_it_was_asked_for_with() {
    let world = World::migrated().await;
    add_user(&world, "root", "admin");
    add_user(&world, "ann", "viewer");
    let token = create_token(&world, "viewer");
    let service = closed(&world);
    let (root, ann) = (
        Browser::log_in(&service, "root").await,
        Browser::log_in(&service, "ann").await,
    );
    let patient = client(|builder| builder.timeout(4 * PATIENCE));
    let stream = async |name: &str, value: &str| {
        let request = patient
            .request(Method::GET, format!("{}/api/v1/events", service.url))
            .header(name, value);
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        response
    };
    let of_root = stream("cookie", &root.cookie).await;
    let of_ann = stream("cookie", &ann.cookie).await;
    let of_program = stream("authorization", &format!("Bearer {token}")).await;

    assert_eq!(
        root.post("/api/v1/users/ann/disable", &json!({})).await,
        204
    );
    world.run(&["token", "revoke", "1"]).exits_with(0);
    let begun = Instant::now();
    let (ann_ended, program_ended) = tokio::join!(
        ends_within(of_ann, PATIENCE),
        ends_within(of_program, PATIENCE)
    );
    assert!(
        ann_ended && program_ended,
        "after {:?}: {ann_ended} {program_ended}",
        begun.elapsed()
    );
    assert!(
        !ends_within(of_root, Duration::from_secs(2)).await,
        "somebody else's stream ended"
    );
}
